@NullMarked
package io.drover.demo;

import org.jspecify.annotations.NullMarked;

/** Where the cases run: hosts in network namespaces, a shaped link, their fleet. */
@NullMarked
package io.drover.bench.lab;

import org.jspecify.annotations.NullMarked;

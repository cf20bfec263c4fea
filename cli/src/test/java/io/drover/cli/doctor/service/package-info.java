@NullMarked
package io.drover.cli.doctor.service;

import org.jspecify.annotations.NullMarked;

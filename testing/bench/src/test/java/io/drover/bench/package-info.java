/** Tests of the benchmark. */
@org.jspecify.annotations.NullMarked
package io.drover.bench;

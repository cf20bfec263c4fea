/** An operator's commands about who may ask the schedulers for what. */
@NullMarked
package io.drover.cli.operator.token;

import org.jspecify.annotations.NullMarked;

/**
 * The manual pages, made of the options and commands that picocli knows and of what is around them: files, variables, exit codes.
 * Start reading at {@code Manual}; {@code Roff} is the only class that knows the format.
 */
@NullMarked
package dev.mcpflux.cli.manual;

import org.jspecify.annotations.NullMarked;

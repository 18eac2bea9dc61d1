/**
 * What commands print: tables, documents, results and errors, made safe for a terminal in one place. Start reading at
 * {@code Output}; it depends on no command.
 */
@NullMarked
package dev.mcpflux.cli.output;

import org.jspecify.annotations.NullMarked;

/**
 * The terminal and the standard streams: their kind and size, text measured in columns, screens that are drawn in
 * place. Start reading at {@code Terminal}, then {@code Screen}, which everything on standard error goes through.
 */
@NullMarked
package dev.mcpflux.cli.terminal;

import org.jspecify.annotations.NullMarked;

/**
 * The {@code mcpflux} command. It uses the public API of the host only. Start reading at {@code Mcpflux}, the root of
 * the command line, then {@code HostCommand}, which every command that uses servers extends.
 */
@NullMarked
package dev.mcpflux.cli;

import org.jspecify.annotations.NullMarked;

/**
 * The interactive session over one running host: its lines, history, completion and prompt, on a terminal by JLine or from a
 * pipe. Start reading at {@link dev.mcpflux.cli.shell.ShellSession}.
 */
@NullMarked
package dev.mcpflux.cli.shell;

import org.jspecify.annotations.NullMarked;

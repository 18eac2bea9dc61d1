/**
 * Several calls that are written in one file and made in one session. Start reading at {@link
 * dev.mcpflux.cli.script.ScriptReader}, which reads the file, and {@link dev.mcpflux.cli.script.ScriptRun}, which runs it.
 */
@NullMarked
package dev.mcpflux.cli.script;

import org.jspecify.annotations.NullMarked;

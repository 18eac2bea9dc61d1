/**
 * Variables in texts of a configuration: how each kind of file writes them, where their values come from, and how a value that
 * has to be asked for or looked up is obtained when a server starts. Start reading at {@link
 * dev.mcpflux.host.variable.VariableStyle} for the notations and at {@link dev.mcpflux.host.variable.VariableSources} for the
 * values.
 */
@NullMarked
package dev.mcpflux.host.variable;

import org.jspecify.annotations.NullMarked;

/**
 * What the operating system is given to start a server: which program a command means, and which variables it inherits.
 * Start reading at {@link dev.mcpflux.transport.stdio.launch.CommandLookup} and {@link
 * dev.mcpflux.transport.stdio.launch.ChildEnvironment}; both are pure functions, so that one system's rules can be tested on
 * another.
 */
@NullMarked
package dev.mcpflux.transport.stdio.launch;

import org.jspecify.annotations.NullMarked;

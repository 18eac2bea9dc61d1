/**
 * Runs a server where it sees and changes no more than its options allow, by bubblewrap on Linux. Start reading at {@link
 * dev.mcpflux.transport.stdio.sandbox.SandboxOptions}, then {@link dev.mcpflux.transport.stdio.sandbox.Sandbox}, which makes the
 * command line, and {@code MountPlan}, which decides what is visible.
 */
@NullMarked
package dev.mcpflux.transport.stdio.sandbox;

import org.jspecify.annotations.NullMarked;

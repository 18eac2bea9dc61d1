/**
 * What tests of MCP clients need: {@link dev.mcpflux.testing.ScriptedPeer}, a server written as a transcript, and {@link
 * dev.mcpflux.testing.InMemoryServer}, one that just answers; {@link dev.mcpflux.testing.MisbehavingServer}, a real process
 * that does what it should not; {@link dev.mcpflux.testing.TransportContract} for transports; and {@link
 * dev.mcpflux.testing.Leftovers}, which reports what a test has left behind. The extension for JUnit is in the module
 * {@code mcpflux-testing-junit}.
 */
@NullMarked
package dev.mcpflux.testing;

import org.jspecify.annotations.NullMarked;

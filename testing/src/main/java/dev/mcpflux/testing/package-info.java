/**
 * Peers and servers for tests of MCP clients. Start with {@link dev.mcpflux.testing.InMemoryServer}, a server in a few lines;
 * where the order of messages matters, with {@link dev.mcpflux.testing.ScriptedPeer}, a server written as a transcript.
 *
 * <p>{@link dev.mcpflux.testing.MisbehavingServer} is a real process that does what it should not, {@link
 * dev.mcpflux.testing.http.ScriptedHttpServer} an HTTP server whose responses the test writes. {@link
 * dev.mcpflux.testing.TransportContract} tests a transport, and {@link dev.mcpflux.testing.Leftovers} reports what a test has
 * left behind. The extension for JUnit is in the module {@code mcpflux-testing-junit}.
 */
@NullMarked
package dev.mcpflux.testing;

import org.jspecify.annotations.NullMarked;

/**
 * A small MCP server about weather and time, spoken over stdio and built on the official Java SDK.
 *
 * <p>It is a process of its own which shares no class with the host: a sample to run, and a peer to test against.
 */
@NullMarked
package dev.mcpflux.samples.weather;

import org.jspecify.annotations.NullMarked;

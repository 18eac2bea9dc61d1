/**
 * A small MCP server for weather and time over stdio, built on the official Java SDK. Start reading at {@link
 * dev.mcpflux.samples.weather.WeatherServer}, which contains {@code main}.
 *
 * <p>It runs in its own process and shares no class with the host: a sample to run, and a peer for tests.
 */
@NullMarked
package dev.mcpflux.samples.weather;

import org.jspecify.annotations.NullMarked;

/**
 * A scripted HTTP server for tests. Start with {@link dev.mcpflux.testing.http.ScriptedHttpServer}: the test writes every
 * response itself, byte by byte where it matters, and reads what was requested.
 */
@NullMarked
package dev.mcpflux.testing.http;

import org.jspecify.annotations.NullMarked;

/**
 * The program that the public conformance suite drives. It runs a scenario with a mock server, by the public API alone,
 * and checks whether calls succeed; the suite judges the wire. Start reading at {@link
 * dev.mcpflux.conformance.ConformanceClient}.
 */
@NullMarked
package dev.mcpflux.conformance;

import org.jspecify.annotations.NullMarked;

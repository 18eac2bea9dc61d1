/**
 * The program that the public conformance suite drives: it does with a mock server what the scenario asks for, by the
 * public API alone. What it looks at is whether calls succeed; how they went over the wire is for the suite to judge.
 */
@NullMarked
package dev.mcpflux.conformance;

import org.jspecify.annotations.NullMarked;

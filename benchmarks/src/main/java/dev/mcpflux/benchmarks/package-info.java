/**
 * Whole-process benchmarks: {@link dev.mcpflux.benchmarks.Main} starts a JVM for each client and row, and puts what they
 * measured into one table. What runs in those JVMs is in {@code client}.
 */
@NullMarked
package dev.mcpflux.benchmarks;

import org.jspecify.annotations.NullMarked;

/**
 * What is measured, in a JVM of its own: the same rows with each client. A client's class is loaded only where it is asked
 * for, so that each runs with its own dependencies and no others. They block on purpose: a
 * caller that waits for its result is what the rows measure.
 */
@NullMarked
package dev.mcpflux.benchmarks.client;

import org.jspecify.annotations.NullMarked;

package dev.mcpflux.benchmarks.client;

/**
 * What came of many calls.
 *
 * @param answered calls that were answered, and rightly
 * @param failed calls that failed
 * @param nanos the time they took together
 */
record Tally(long answered, long failed, long nanos) {}

/**
 * Compares a live server with a recording of an earlier session: what has changed since? Start with
 * {@link dev.mcpflux.client.drift.DriftReport}.
 */
@NullMarked
package dev.mcpflux.client.drift;

import org.jspecify.annotations.NullMarked;

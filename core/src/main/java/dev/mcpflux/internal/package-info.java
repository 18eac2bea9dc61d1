/**
 * Building blocks of the modules of mcpflux, which may change without notice: how something ends once
 * ({@link dev.mcpflux.internal.Ending}), how callbacks are isolated ({@link dev.mcpflux.internal.Callbacks}), bounded
 * queues and events, and masking of secrets.
 */
@NullMarked
package dev.mcpflux.internal;

import org.jspecify.annotations.NullMarked;

/**
 * The error tree. Everything that mcpflux itself reports as a failure is a {@link dev.mcpflux.error.McpException}; a tool
 * that reports an error is a value, not an exception.
 */
@NullMarked
package dev.mcpflux.error;

import org.jspecify.annotations.NullMarked;

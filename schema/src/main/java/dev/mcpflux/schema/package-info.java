/**
 * Validates JSON values against JSON Schemas of untrusted servers: fetches nothing, and bounds time, depth and memory.
 * Start reading at {@link dev.mcpflux.schema.JsonSchemaValidator}.
 */
@NullMarked
package dev.mcpflux.schema;

import org.jspecify.annotations.NullMarked;

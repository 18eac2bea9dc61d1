/**
 * Checks JSON values against JSON Schemas that a server wrote. Fetches nothing, and is safe with what an unfriendly server
 * sends. Start reading with {@link dev.mcpflux.schema.JsonSchemaValidator}.
 */
@NullMarked
package dev.mcpflux.schema;

import org.jspecify.annotations.NullMarked;

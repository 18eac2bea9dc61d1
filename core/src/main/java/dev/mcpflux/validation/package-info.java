/**
 * Validation of values against JSON Schemas: {@link dev.mcpflux.validation.SchemaValidator} is the interface that
 * sessions use and the module {@code mcpflux-schema} implements.
 */
@NullMarked
package dev.mcpflux.validation;

import org.jspecify.annotations.NullMarked;

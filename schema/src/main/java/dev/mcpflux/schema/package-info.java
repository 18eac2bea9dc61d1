/**
 * Checks JSON values against JSON Schemas that a server wrote, and expands the URI templates of its resources. Neither
 * fetches anything, and both are safe with what an unfriendly server sends.
 */
@NullMarked
package dev.mcpflux.schema;

import org.jspecify.annotations.NullMarked;

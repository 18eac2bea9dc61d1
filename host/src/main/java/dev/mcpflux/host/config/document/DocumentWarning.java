package dev.mcpflux.host.config.document;

/**
 * Something in a document that is no mistake, but odd.
 *
 * @param pointer where, as a JSON pointer (RFC 6901)
 * @param warning for a person, without the place
 */
public record DocumentWarning(String pointer, String warning) {}

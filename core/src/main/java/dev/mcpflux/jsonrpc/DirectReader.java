package dev.mcpflux.jsonrpc;

import tools.jackson.core.JsonParser;

/**
 * Reads an object member by member. Binding by Jackson loads some six hundred classes and generates code at run time
 * before the first value is read; the messages until the first result of a server do without it. Values that are not of
 * the expected kind are left to Jackson ({@link JsonValues}), so that both bind the same.
 */
@FunctionalInterface
public interface DirectReader<T> {

    /**
     * Reads an object.
     *
     * @param parser at the beginning of the object; afterwards at its end
     */
    T read(JsonParser parser);
}

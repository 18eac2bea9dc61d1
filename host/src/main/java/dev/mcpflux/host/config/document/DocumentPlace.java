package dev.mcpflux.host.config.document;

/**
 * Where a value is in the text of a document. A table of TOML, and a block of YAML, is where its header or its key is.
 *
 * @param line from 1; 0 where none is known
 * @param column from 1, in UTF-16 units as editors count; 0 where none is known
 * @param start the offset of the value itself in the text, in UTF-16 units; -1 where none is known
 * @param end the offset after the value; -1 where the value is not in one piece, as a table of TOML
 */
public record DocumentPlace(int line, int column, int start, int end) {

    static final DocumentPlace UNKNOWN = new DocumentPlace(0, 0, -1, -1);
}

package dev.mcpflux.jsonrpc;

import tools.jackson.core.JsonGenerator;

/** A value that writes its members itself, in the way and the order in which Jackson would; see {@link DirectReader}. */
public interface DirectlyWritten {

    /** Writes the value as one JSON object. */
    void writeTo(JsonGenerator json);
}

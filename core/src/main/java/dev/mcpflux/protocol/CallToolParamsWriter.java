package dev.mcpflux.protocol;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** Writes the parameters of {@code tools/call} member by member: it is on the path of every call. */
final class CallToolParamsWriter extends ValueSerializer<CallToolParams> {

    @Override
    public void serialize(CallToolParams params, JsonGenerator json, SerializationContext context) {
        json.writeStartObject();
        json.writeStringProperty("name", params.name());
        if (params.arguments() != null) {
            json.writePOJOProperty("arguments", params.arguments());
        }
        if (params.inputResponses() != null) {
            json.writePOJOProperty("inputResponses", params.inputResponses());
        }
        if (params.requestState() != null) {
            json.writeStringProperty("requestState", params.requestState());
        }
        if (params.task() != null) {
            json.writePOJOProperty("task", params.task());
        }
        if (params.meta() != null) {
            json.writePOJOProperty("_meta", params.meta());
        }
        json.writeEndObject();
    }
}

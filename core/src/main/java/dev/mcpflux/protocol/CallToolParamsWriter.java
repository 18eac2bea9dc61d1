package dev.mcpflux.protocol;

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;

/** For Jackson, where the parameters of {@code tools/call} are part of something else. */
final class CallToolParamsWriter extends ValueSerializer<CallToolParams> {

    @Override
    public void serialize(CallToolParams params, JsonGenerator json, SerializationContext context) {
        params.writeTo(json);
    }
}

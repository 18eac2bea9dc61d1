package dev.mcpflux.protocol;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The names of the protocol's methods, and the records that the parameters of the incoming ones are bound to. */
public final class Methods {

    public static final String INITIALIZE = "initialize";
    public static final String INITIALIZED = "notifications/initialized";
    public static final String PING = "ping";
    public static final String TOOLS_LIST = "tools/list";
    public static final String TOOLS_CALL = "tools/call";
    public static final String CANCELLED = "notifications/cancelled";
    public static final String PROGRESS = "notifications/progress";
    public static final String MESSAGE = "notifications/message";
    public static final String TOOLS_LIST_CHANGED = "notifications/tools/list_changed";
    public static final String PROMPTS_LIST_CHANGED = "notifications/prompts/list_changed";
    public static final String RESOURCES_LIST_CHANGED = "notifications/resources/list_changed";

    private static final Map<String, Class<?>> INCOMING =
            Map.of(PROGRESS, ProgressParams.class, MESSAGE, LogMessage.class, CANCELLED, CancelledParams.class);

    private Methods() {}

    /** The record that the parameters of an incoming message are bound to; a tree where there is none. */
    public static Class<?> paramsType(String method) {
        return INCOMING.getOrDefault(method, JsonNode.class);
    }
}

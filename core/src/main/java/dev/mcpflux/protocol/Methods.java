package dev.mcpflux.protocol;

import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The names of the protocol's methods, and the records that the parameters of the incoming ones are bound to. */
public final class Methods {

    public static final String INITIALIZE = "initialize";
    public static final String INITIALIZED = "notifications/initialized";
    public static final String DISCOVER = "server/discover";
    public static final String PING = "ping";
    public static final String TOOLS_LIST = "tools/list";
    public static final String TOOLS_CALL = "tools/call";
    public static final String PROMPTS_LIST = "prompts/list";
    public static final String PROMPTS_GET = "prompts/get";
    public static final String RESOURCES_LIST = "resources/list";
    public static final String RESOURCE_TEMPLATES_LIST = "resources/templates/list";
    public static final String RESOURCES_READ = "resources/read";
    public static final String RESOURCES_SUBSCRIBE = "resources/subscribe";
    public static final String RESOURCES_UNSUBSCRIBE = "resources/unsubscribe";
    public static final String COMPLETE = "completion/complete";
    public static final String SET_LEVEL = "logging/setLevel";
    public static final String LISTEN = "subscriptions/listen";
    public static final String TASKS_GET = "tasks/get";
    public static final String TASKS_RESULT = "tasks/result";
    public static final String TASKS_CANCEL = "tasks/cancel";
    public static final String TASKS_UPDATE = "tasks/update";
    public static final String TASKS_LIST = "tasks/list";

    public static final String ELICIT = "elicitation/create";
    public static final String CREATE_MESSAGE = "sampling/createMessage";
    public static final String ROOTS_LIST = "roots/list";

    public static final String CANCELLED = "notifications/cancelled";
    public static final String PROGRESS = "notifications/progress";
    public static final String MESSAGE = "notifications/message";
    public static final String TOOLS_LIST_CHANGED = "notifications/tools/list_changed";
    public static final String PROMPTS_LIST_CHANGED = "notifications/prompts/list_changed";
    public static final String RESOURCES_LIST_CHANGED = "notifications/resources/list_changed";
    public static final String RESOURCES_UPDATED = "notifications/resources/updated";
    public static final String ROOTS_LIST_CHANGED = "notifications/roots/list_changed";
    public static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
    public static final String TASK_STATUS = "notifications/tasks/status";
    public static final String TASKS = "notifications/tasks";
    public static final String ELICITATION_COMPLETE = "notifications/elicitation/complete";

    private static final Map<String, Class<?>> INCOMING = Map.ofEntries(
            Map.entry(PROGRESS, ProgressParams.class),
            Map.entry(MESSAGE, LogMessage.class),
            Map.entry(CANCELLED, CancelledParams.class),
            Map.entry(TOOLS_LIST_CHANGED, Subscriptions.ListChangedParams.class),
            Map.entry(PROMPTS_LIST_CHANGED, Subscriptions.ListChangedParams.class),
            Map.entry(RESOURCES_LIST_CHANGED, Subscriptions.ListChangedParams.class),
            Map.entry(RESOURCES_UPDATED, Resources.ResourceUpdatedParams.class),
            Map.entry(ACKNOWLEDGED, Subscriptions.SubscriptionAcknowledgedParams.class),
            Map.entry(TASK_STATUS, Tasks.Task.class),
            Map.entry(TASKS, Tasks.Task.class),
            Map.entry(ELICITATION_COMPLETE, Elicitation.ElicitationCompleteParams.class));

    private Methods() {}

    /** The record that the parameters of an incoming message are bound to; a tree where there is none. */
    public static Class<?> paramsType(String method) {
        return INCOMING.getOrDefault(method, JsonNode.class);
    }
}

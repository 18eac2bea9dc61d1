package dev.mcpflux.protocol;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A list that a server may offer (specification: server/tools, server/prompts, server/resources): the method that reads it,
 * the notification of its changes, the capability that declares it, and the member of a filter that asks for its changes.
 * The lists of resources and of resource templates share all but the method.
 */
// the functions are stateless, which the checker cannot see
@SuppressWarnings("ImmutableEnumChecker")
public enum ListKind {
    TOOLS(
            "tool",
            Methods.TOOLS_LIST,
            Methods.TOOLS_LIST_CHANGED,
            server -> server.tools() != null,
            server -> server.tools() == null ? null : server.tools().listChanged(),
            Subscriptions.SubscriptionFilter::toolsListChanged),
    PROMPTS(
            "prompt",
            Methods.PROMPTS_LIST,
            Methods.PROMPTS_LIST_CHANGED,
            server -> server.prompts() != null,
            server -> server.prompts() == null ? null : server.prompts().listChanged(),
            Subscriptions.SubscriptionFilter::promptsListChanged),
    RESOURCES(
            "resource",
            Methods.RESOURCES_LIST,
            Methods.RESOURCES_LIST_CHANGED,
            server -> server.resources() != null,
            server -> server.resources() == null ? null : server.resources().listChanged(),
            Subscriptions.SubscriptionFilter::resourcesListChanged),
    /** Its changes are reported as those of {@link #RESOURCES}. */
    RESOURCE_TEMPLATES(
            "resource template",
            Methods.RESOURCE_TEMPLATES_LIST,
            RESOURCES.notification,
            RESOURCES.offered,
            RESOURCES.notifying,
            RESOURCES.member);

    /** The lists whose changes are reported each by a notification of its own. */
    public static final List<ListKind> REPORTED = List.of(TOOLS, PROMPTS, RESOURCES);

    private final String element;
    private final String method;
    private final String notification;
    private final Predicate<ServerCapabilities> offered;
    private final Function<ServerCapabilities, @Nullable Boolean> notifying;
    private final Function<Subscriptions.SubscriptionFilter, @Nullable Boolean> member;

    ListKind(
            String element,
            String method,
            String notification,
            Predicate<ServerCapabilities> offered,
            Function<ServerCapabilities, @Nullable Boolean> notifying,
            Function<Subscriptions.SubscriptionFilter, @Nullable Boolean> member) {
        this.element = element;
        this.method = method;
        this.notification = notification;
        this.offered = offered;
        this.notifying = notifying;
        this.member = member;
    }

    /** The list that a method reads; null if it reads none of these. */
    public static @Nullable ListKind ofMethod(String method) {
        for (ListKind kind : values()) {
            if (kind.method.equals(method)) {
                return kind;
            }
        }
        return null;
    }

    /** The list whose change a notification reports; {@link #RESOURCES} where that is both; null if it reports none. */
    public static @Nullable ListKind ofNotification(String method) {
        for (ListKind kind : REPORTED) {
            if (kind.notification.equals(method)) {
                return kind;
            }
        }
        return null;
    }

    /** The word for one element of the list, for messages: {@code resource template}. */
    public String element() {
        return element;
    }

    /** The method that reads the list: {@code resources/templates/list}. */
    public String method() {
        return method;
    }

    /** The notification of its changes: {@code notifications/resources/list_changed}. */
    public String notification() {
        return notification;
    }

    /** The kind under which changes of this list are reported: itself, or {@link #RESOURCES} for templates. */
    public ListKind reportedAs() {
        return this == RESOURCE_TEMPLATES ? RESOURCES : this;
    }

    /** Whether a server declares that it has the list. */
    public boolean isOfferedBy(ServerCapabilities server) {
        return offered.test(server);
    }

    /** Whether a server declares that it reports changes of the list. */
    public boolean isReportedBy(ServerCapabilities server) {
        return Boolean.TRUE.equals(notifying.apply(server));
    }

    /** Whether a filter asks for changes of the list. */
    public boolean isIn(Subscriptions.SubscriptionFilter filter) {
        return Boolean.TRUE.equals(member.apply(filter));
    }
}

package dev.mcpflux.host.filter;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Subscriptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a host, as data. {@code toString()} shows no argument, which may be a secret.
 *
 * <p>{@code options} are null where the caller gave none: then those of the server are used.
 */
public sealed interface HostCall {

    /** The configured name of the server; empty where the call is about all servers. */
    String server();

    /** The method of the protocol that it becomes. */
    String method();

    /** What it is about under its name in the host: {@code server__tool}, a URI, a kind of list; for people and logs. */
    String subject();

    /**
     * Calls a tool.
     *
     * @param tool its name at the server
     * @param name its name in the host, without that of the server; another one than {@code tool} where it is renamed
     *     ({@link dev.mcpflux.host.config.ToolSelection#names()})
     * @param arguments what is written as a JSON object; null for none
     * @param streamed whether progress, log messages and states of a task are asked for
     */
    record CallTool(
            String server,
            String tool,
            String name,
            @Nullable Object arguments,
            @Nullable RequestOptions options,
            boolean streamed)
            implements HostCall {

        /** Calls a tool that is not renamed. */
        public CallTool(
                String server,
                String tool,
                @Nullable Object arguments,
                @Nullable RequestOptions options,
                boolean streamed) {
            this(server, tool, tool, arguments, options, streamed);
        }

        @Override
        public String method() {
            return Methods.TOOLS_CALL;
        }

        @Override
        public String subject() {
            return CatalogueEntry.qualify(server, name);
        }

        /** The same call with other arguments. */
        public CallTool withArguments(@Nullable Object other) {
            return new CallTool(server, tool, name, other, options, streamed);
        }

        @Override
        public String toString() {
            return "CallTool[" + subject() + "]";
        }
    }

    /** Follows a task that an earlier call began. */
    record ResumeTask(
            String server, String taskId, @Nullable RequestOptions options) implements HostCall {

        @Override
        public String method() {
            return Methods.TASKS_GET;
        }

        @Override
        public String subject() {
            return server;
        }

        @Override
        public String toString() {
            return "ResumeTask[" + server + "]";
        }
    }

    /** Gets the messages of a prompt. */
    record GetPrompt(
            String server,
            String prompt,
            Map<String, String> arguments,
            @Nullable RequestOptions options) implements HostCall {

        @Override
        public String method() {
            return Methods.PROMPTS_GET;
        }

        @Override
        public String subject() {
            return CatalogueEntry.qualify(server, prompt);
        }

        @Override
        public String toString() {
            return "GetPrompt[" + subject() + "]";
        }
    }

    /**
     * Reads a resource.
     *
     * @param server empty for a resource of the host itself, whose URI begins with {@value #HOST_SCHEME}
     */
    record ReadResource(String server, String uri, @Nullable RequestOptions options) implements HostCall {

        /** Begins the URI of what a host keeps itself. */
        public static final String HOST_SCHEME = "mcpflux:";

        @Override
        public String method() {
            return Methods.RESOURCES_READ;
        }

        @Override
        public String subject() {
            return uri;
        }
    }

    /** Completes an argument of a prompt or a resource template; see {@code McpSession.complete}. */
    record Complete(
            String server,
            Completions.CompletionReference reference,
            String argument,
            String value,
            Map<String, String> resolved)
            implements HostCall {

        @Override
        public String method() {
            return Methods.COMPLETE;
        }

        @Override
        public String subject() {
            return server;
        }

        @Override
        public String toString() {
            return "Complete[" + server + ", " + argument + "]";
        }
    }

    /** Lists the tools, prompts, resources or resource templates of all servers. */
    record ListEntries(ListKind kind) implements HostCall {

        @Override
        public String server() {
            return "";
        }

        @Override
        public String method() {
            return kind.method();
        }

        @Override
        public String subject() {
            return kind.element() + "s";
        }
    }

    /** Listens to one server for changes. */
    record Listen(String server, Subscriptions.SubscriptionFilter filter) implements HostCall {

        @Override
        public String method() {
            return Methods.LISTEN;
        }

        @Override
        public String subject() {
            return server;
        }
    }
}

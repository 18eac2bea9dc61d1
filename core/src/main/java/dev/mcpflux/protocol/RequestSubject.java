package dev.mcpflux.protocol;

import org.jspecify.annotations.Nullable;

/** The subject of a request of this side. */
public sealed interface RequestSubject {

    /** A request without a subject, such as reading a list. */
    RequestSubject NONE = Nothing.INSTANCE;

    /**
     * The name by which intermediaries may route (specification 2026-07-28: basic/transports/streamable-http, request
     * metadata headers): the name of a tool or prompt, the URI of a resource, the id of a task; otherwise null.
     */
    @Nullable
    String routingName();

    /**
     * The tool to call.
     *
     * @param listed its entry in the server's list; null if the list was not read
     */
    record OfTool(String name, @Nullable Tool listed) implements RequestSubject {

        @Override
        public String routingName() {
            return name;
        }

        @Override
        public String toString() {
            return "tool " + name;
        }
    }

    /** The prompt to get. */
    record OfPrompt(String name) implements RequestSubject {

        @Override
        public String routingName() {
            return name;
        }

        @Override
        public String toString() {
            return "prompt " + name;
        }
    }

    /** The resource to read. */
    record OfResource(String uri) implements RequestSubject {

        @Override
        public String routingName() {
            return uri;
        }

        @Override
        public String toString() {
            return "resource " + uri;
        }
    }

    /** The task to follow, to answer or to cancel. */
    record OfTask(String id) implements RequestSubject {

        @Override
        public String routingName() {
            return id;
        }

        @Override
        public String toString() {
            return "task " + id;
        }
    }

    /** See {@link #NONE}. */
    enum Nothing implements RequestSubject {
        INSTANCE;

        @Override
        public @Nullable String routingName() {
            return null;
        }

        @Override
        public String toString() {
            return "nothing";
        }
    }
}

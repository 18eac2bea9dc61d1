package dev.mcpflux.client.drift;

import dev.mcpflux.protocol.ListKind;
import org.jspecify.annotations.Nullable;

/**
 * A difference between a recorded server and a live one. Values are JSON, shortened, with the configured secrets masked;
 * they are text of a server, to be made safe by whoever shows them. A pointer (RFC 6901) names the place of a value.
 */
public sealed interface Drift {

    /** Whether the server has changed. False for what only says that something was not compared. */
    default boolean isChange() {
        return true;
    }

    /**
     * A recorded request of the client.
     *
     * @param params its parameters without {@code _meta}, as shortened JSON
     */
    record Request(String method, String params) {
        @Override
        public String toString() {
            return method + " " + params;
        }
    }

    /**
     * The description that the server gives of itself has changed.
     *
     * @param pointer begins with {@code /protocolVersion}, {@code /serverInfo}, {@code /capabilities} or
     *     {@code /instructions}
     * @param recorded null if it had no such member
     * @param live null if it has no such member
     */
    record ServerChanged(
            String pointer,
            @Nullable String recorded,
            @Nullable String live) implements Drift {}

    /**
     * A list has an element that it had not.
     *
     * @param name the name of a tool or prompt, or the URI of a resource or template
     */
    record ElementAdded(ListKind list, String name) implements Drift {}

    /** A list has lost an element; see {@link ElementAdded}. */
    record ElementRemoved(ListKind list, String name) implements Drift {}

    /** A tool, prompt, resource or template is defined in another way; see {@link ElementAdded}. */
    record ElementChanged(
            ListKind list,
            String name,
            String pointer,
            @Nullable String recorded,
            @Nullable String live) implements Drift {}

    /**
     * A request has another result.
     *
     * @param pointer the place within the result
     */
    record ResultChanged(
            Request request,
            String pointer,
            @Nullable String recorded,
            @Nullable String live) implements Drift {}

    /** A request fails that had a result. */
    record NowFails(Request request, String error) implements Drift {}

    /** A request has a result that failed. */
    record NowSucceeds(Request request, String recordedError) implements Drift {}

    /** A request fails with another error. */
    record ErrorChanged(Request request, String recorded, String live) implements Drift {}

    /**
     * More differences of the same server, element or request than are reported.
     *
     * @param subject what has changed
     */
    record Omitted(String subject) implements Drift {}

    /** A request was not sent, because it may have an effect or depends on an earlier one; the reason says which. */
    record Skipped(Request request, String reason) implements Drift {
        @Override
        public boolean isChange() {
            return false;
        }
    }
}

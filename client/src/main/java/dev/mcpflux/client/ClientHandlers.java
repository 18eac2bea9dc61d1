package dev.mcpflux.client;

import dev.mcpflux.protocol.ClientCapabilities;
import dev.mcpflux.protocol.ClientCapabilities.EmptyCapability;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.protocol.Roots.Root;
import dev.mcpflux.protocol.Sampling;
import dev.mcpflux.transport.Caller;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * The handlers that answer requests of servers (elicitation, sampling, roots). A handler is a function
 * {@code question -> Mono<answer>} and works in both eras: a legacy server sends requests of its own, a modern server
 * asks for input in its response. Each handler is declared to the server as a capability, so servers only ask for what
 * has a handler. Immutable.
 *
 * <p>Handlers are called on the thread that reads from the server, which is {@link reactor.core.scheduler.NonBlocking};
 * a handler that blocks has to use a scheduler of its own ({@code subscribeOn}). The Mono of a handler is cancelled
 * when the server cancels its request, when the call that it belongs to is cancelled, and when the session ends. An
 * error of a handler becomes an error response in the legacy era, and fails the call with
 * {@link dev.mcpflux.error.McpHandlerException} in the modern era.
 *
 * <p>The Mono of a handler is subscribed with the Reactor context of the call that it belongs to, if that call is
 * known: always in the modern era, and in the legacy era over HTTP if the request arrived on the response stream of a
 * call. If it arrived on the stream of a caller's session, the context holds only the principal and the headers of that
 * caller. If the caller is unknown ({@link Question#caller()} is null), the context names no caller.
 */
public final class ClientHandlers {

    /** No handlers: servers cannot ask for anything. */
    public static final ClientHandlers NONE = new Builder().build();

    /**
     * A request of a server.
     *
     * @param server the configured name of the server
     * @param params the parameters of the request
     * @param caller the caller whose call caused the request: {@link Caller#ANONYMOUS} for a call without principal and
     *     headers, null if the caller is unknown. It is known in the modern era, where a server asks in the response to
     *     a call, and in the legacy era over HTTP, where each caller has a session. It is unknown for a legacy server
     *     on a connection that all callers share (stdio, sockets): its requests do not refer to a call and may be
     *     unrelated to calls, so the caller is unknown even while only one call is in progress.
     */
    public record Question<P>(
            String server, P params, @Nullable Caller caller) {

        /** A request whose caller is unknown. */
        public Question(String server, P params) {
            this(server, params, null);
        }
    }

    private final @Nullable Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> form;
    private final @Nullable Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> url;
    private final @Nullable Function<Question<Sampling.CreateMessageParams>, Mono<Sampling.CreateMessageResult>>
            sampling;
    private final boolean samplingTools;
    private final @Nullable BiFunction<String, @Nullable Caller, Mono<List<Root>>> roots;
    private final @Nullable Publisher<?> rootsChanges;

    private ClientHandlers(Builder builder) {
        this.form = builder.form;
        this.url = builder.url;
        this.sampling = builder.sampling;
        this.samplingTools = builder.samplingTools;
        this.roots = builder.roots;
        this.rootsChanges = builder.rootsChanges;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Nullable
    Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> elicitation(boolean formMode) {
        return formMode ? form : url;
    }

    @Nullable
    Function<Question<Sampling.CreateMessageParams>, Mono<Sampling.CreateMessageResult>> sampling() {
        return sampling;
    }

    boolean samplingTools() {
        return samplingTools;
    }

    @Nullable
    BiFunction<String, @Nullable Caller, Mono<List<Root>>> roots() {
        return roots;
    }

    /** Emits whenever the roots have changed, if {@code roots.listChanged} is declared. */
    Flux<?> rootsChanges() {
        return roots == null || rootsChanges == null ? Flux.never() : Flux.from(rootsChanges);
    }

    boolean any() {
        return form != null || url != null || sampling != null || roots != null;
    }

    /** The capabilities to declare: those of the registered handlers, and the extensions of the application. */
    ClientCapabilities capabilities(ProtocolEra era, Map<String, JsonNode> extensions) {
        return new ClientCapabilities(
                // "notifications/roots/list_changed" does not exist since 2026-07-28
                roots == null
                        ? null
                        : new ClientCapabilities.RootsCapability(
                                (era == ProtocolEra.LEGACY && rootsChanges != null) ? true : null),
                sampling == null
                        ? null
                        : new ClientCapabilities.SamplingCapability(null, samplingTools ? EmptyCapability.YES : null),
                form == null && url == null
                        ? null
                        : new ClientCapabilities.ElicitationCapability(
                                form == null ? null : EmptyCapability.YES, url == null ? null : EmptyCapability.YES),
                null,
                extensions.isEmpty() ? null : extensions);
    }

    @Override
    public String toString() {
        return "ClientHandlers" + capabilities(ProtocolEra.LEGACY, Map.of());
    }

    /** Collects handlers. */
    public static final class Builder {
        private @Nullable Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> form;
        private @Nullable Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> url;
        private @Nullable Function<Question<Sampling.CreateMessageParams>, Mono<Sampling.CreateMessageResult>> sampling;
        private boolean samplingTools;
        private @Nullable BiFunction<String, @Nullable Caller, Mono<List<Root>>> roots;
        private @Nullable Publisher<?> rootsChanges;

        private Builder() {}

        /**
         * Answers forms (specification: client/elicitation). Fields that an accepted answer omits are filled with the
         * defaults of the schema. Completion without an answer is {@code cancel}.
         */
        public Builder elicitation(
                Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> handler) {
            form = handler;
            return this;
        }

        /**
         * Answers requests to open a URL. {@code accept} means that the user agreed, not that the interaction is
         * finished.
         */
        public Builder urlElicitation(
                Function<Question<Elicitation.ElicitParams>, Mono<Elicitation.ElicitResult>> handler) {
            url = handler;
            return this;
        }

        /** Requests a completion from a model, without tools (specification: client/sampling). */
        public Builder sampling(
                Function<Question<Sampling.CreateMessageParams>, Mono<Sampling.CreateMessageResult>> handler) {
            sampling = handler;
            samplingTools = false;
            return this;
        }

        /** Requests a completion from a model, with tools if the server passes any (since 2025-11-25). */
        public Builder samplingWithTools(
                Function<Question<Sampling.CreateMessageParams>, Mono<Sampling.CreateMessageResult>> handler) {
            sampling = handler;
            samplingTools = true;
            return this;
        }

        /** Lists the roots for the server of the given name (specification: client/roots). */
        public Builder roots(Function<String, Mono<List<Root>>> handler) {
            return roots((server, caller) -> handler.apply(server));
        }

        /**
         * Lists the roots of a caller, for the server of the given name. The caller is null if it is unknown, as in
         * {@link Question#caller()}.
         */
        public Builder roots(BiFunction<String, @Nullable Caller, Mono<List<Root>>> handler) {
            roots = handler;
            return this;
        }

        /** Uses the same roots for every server. */
        public Builder roots(List<Root> all) {
            List<Root> copy = List.copyOf(all);
            return roots(server -> Mono.just(copy));
        }

        /** A publisher that emits whenever the roots have changed. Servers of the legacy era are notified. */
        public Builder rootsChanges(Publisher<?> changes) {
            rootsChanges = changes;
            return this;
        }

        public ClientHandlers build() {
            return new ClientHandlers(this);
        }
    }
}

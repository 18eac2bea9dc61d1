package dev.mcpflux.client;

import dev.mcpflux.protocol.ClientCapabilities;
import dev.mcpflux.protocol.ClientCapabilities.Offered;
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
 * What answers the questions of servers. Each handler is {@code question -> Mono<answer>}, written once: in the legacy era
 * servers ask by requests of their own, in the modern era by asking for more input before they answer, and the handler
 * does not see which. What has a handler is declared as a capability; what has none is not asked for. Immutable.
 *
 * <p>Handlers are called on the thread that reads from the server, which is {@link reactor.core.scheduler.NonBlocking}:
 * one that blocks belongs on a scheduler of its own ({@code subscribeOn}). Their Mono is cancelled when the server takes
 * its question back, when the call it belongs to is cancelled, and when the session ends. An error is answered as an error
 * in the legacy era, and fails the call with {@link dev.mcpflux.error.McpHandlerException} in the modern one.
 *
 * <p>The Reactor context of a handler's Mono is that of the call it belongs to, as far as that is known: in the modern era, and
 * over HTTP in the legacy era where the question comes by the response stream of a call. Where it comes by the stream of the
 * caller's session, the context holds the principal and the headers of that caller only. Where nobody knows on whose behalf the
 * server asks ({@link Question#caller()} is null), the context names no caller.
 */
public final class ClientHandlers {

    /** None: servers can ask nothing. */
    public static final ClientHandlers NONE = new Builder().build();

    /**
     * A question of a server.
     *
     * @param server the configured name of the server that asks
     * @param params what it asks
     * @param caller on whose behalf it asks, {@link Caller#ANONYMOUS} for a call without principal and headers; null where
     *     that cannot be known. It is known in the modern era, where a server asks by the result of a call, and over HTTP in the
     *     legacy era, where each caller has a session. It is not known for a legacy server whose link is shared by all callers
     *     (stdio, sockets): its questions name no call, and it may ask of its own accord, so not even where one call only is
     *     under way.
     */
    public record Question<P>(
            String server, P params, @Nullable Caller caller) {

        /** A question of which nobody knows on whose behalf it is asked. */
        public Question(String server, P params) {
            this(server, params, null);
        }
    }

    private final @Nullable Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> form;
    private final @Nullable Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> url;
    private final @Nullable Function<Question<Sampling.Params>, Mono<Sampling.Result>> sampling;
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
    Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> elicitation(boolean formMode) {
        return formMode ? form : url;
    }

    @Nullable
    Function<Question<Sampling.Params>, Mono<Sampling.Result>> sampling() {
        return sampling;
    }

    boolean samplingTools() {
        return samplingTools;
    }

    @Nullable
    BiFunction<String, @Nullable Caller, Mono<List<Root>>> roots() {
        return roots;
    }

    /** Emits whenever the roots have changed, where servers were told that it would. */
    Flux<?> rootsChanges() {
        return roots == null || rootsChanges == null ? Flux.never() : Flux.from(rootsChanges);
    }

    boolean any() {
        return form != null || url != null || sampling != null || roots != null;
    }

    /** What the registered handlers, and the application, declare. */
    ClientCapabilities capabilities(ProtocolEra era, Map<String, JsonNode> extensions) {
        return new ClientCapabilities(
                // "notifications/roots/list_changed" is gone since 2026-07-28
                roots == null
                        ? null
                        : new ClientCapabilities.Roots(
                                (era == ProtocolEra.LEGACY && rootsChanges != null) ? true : null),
                sampling == null ? null : new ClientCapabilities.Sampling(null, samplingTools ? Offered.YES : null),
                form == null && url == null
                        ? null
                        : new ClientCapabilities.Elicitation(
                                form == null ? null : Offered.YES, url == null ? null : Offered.YES),
                null,
                extensions.isEmpty() ? null : extensions);
    }

    @Override
    public String toString() {
        return "ClientHandlers" + capabilities(ProtocolEra.LEGACY, Map.of());
    }

    /** Collects handlers. */
    public static final class Builder {
        private @Nullable Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> form;
        private @Nullable Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> url;
        private @Nullable Function<Question<Sampling.Params>, Mono<Sampling.Result>> sampling;
        private boolean samplingTools;
        private @Nullable BiFunction<String, @Nullable Caller, Mono<List<Root>>> roots;
        private @Nullable Publisher<?> rootsChanges;

        private Builder() {}

        /**
         * Answers forms (specification: client/elicitation). What an accepted answer leaves out and the schema has a default
         * for is filled in; completion without an answer is {@code cancel}.
         */
        public Builder elicitation(Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> handler) {
            form = handler;
            return this;
        }

        /** Answers requests to open an address: {@code accept} says that the person agreed, not that it is done. */
        public Builder urlElicitation(Function<Question<Elicitation.Params>, Mono<Elicitation.Result>> handler) {
            url = handler;
            return this;
        }

        /** Asks a model, without tools (specification: client/sampling). */
        public Builder sampling(Function<Question<Sampling.Params>, Mono<Sampling.Result>> handler) {
            sampling = handler;
            samplingTools = false;
            return this;
        }

        /** Asks a model, which may be given tools (since 2025-11-25). */
        public Builder samplingWithTools(Function<Question<Sampling.Params>, Mono<Sampling.Result>> handler) {
            sampling = handler;
            samplingTools = true;
            return this;
        }

        /** Names the roots, for the server of the given name (specification: client/roots). */
        public Builder roots(Function<String, Mono<List<Root>>> handler) {
            return roots((server, caller) -> handler.apply(server));
        }

        /**
         * Names the roots of a caller, for the server of the given name; the caller is null where it cannot be known, as in
         * {@link Question#caller()}.
         */
        public Builder roots(BiFunction<String, @Nullable Caller, Mono<List<Root>>> handler) {
            roots = handler;
            return this;
        }

        /** The same roots for every server. */
        public Builder roots(List<Root> all) {
            List<Root> copy = List.copyOf(all);
            return roots(server -> Mono.just(copy));
        }

        /** Emits whenever the roots have changed; servers of the legacy era are told. */
        public Builder rootsChanges(Publisher<?> changes) {
            rootsChanges = changes;
            return this;
        }

        public ClientHandlers build() {
            return new ClientHandlers(this);
        }
    }
}

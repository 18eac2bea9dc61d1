package dev.mcpflux.client;

import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.validation.SchemaValidator;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/**
 * The options of a session, including the limits of all its waits. Immutable.
 */
public final class SessionOptions {

    public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(30);

    private final Implementation clientInfo;
    private final Duration startTimeout;
    private final EraPolicy era;
    private final Duration probeTimeout;
    private final RequestOptions request;
    private final ClientHandlers handlers;
    private final Duration handlerTimeout;
    private final int maxConcurrentHandlers;
    private final int maxRounds;
    private final Map<String, JsonNode> extensions;
    private final @Nullable SchemaValidator schemas;
    private final @Nullable LogLevel logLevel;
    private final boolean listen;
    private final int maxCachedResults;
    private final long maxCachedBytes;
    private final ListLimits lists;
    private final Scheduler timer;

    private SessionOptions(Builder from) {
        clientInfo = Objects.requireNonNull(from.clientInfo, "clientInfo");
        startTimeout = RequestOptions.requirePositive(from.startTimeout, "startTimeout");
        era = Objects.requireNonNull(from.era, "era");
        probeTimeout = RequestOptions.requirePositive(from.probeTimeout, "probeTimeout");
        request = Objects.requireNonNull(from.request, "request");
        handlers = Objects.requireNonNull(from.handlers, "handlers");
        handlerTimeout = RequestOptions.requirePositive(from.handlerTimeout, "handlerTimeout");
        maxConcurrentHandlers = requireAtLeast(1, from.maxConcurrentHandlers, "maxConcurrentHandlers");
        maxRounds = requireAtLeast(1, from.maxRounds, "maxRounds");
        extensions = Map.copyOf(from.extensions);
        schemas = from.schemas;
        logLevel = from.logLevel;
        listen = from.listen;
        maxCachedResults = requireAtLeast(0, from.maxCachedResults, "maxCachedResults");
        maxCachedBytes = from.maxCachedBytes;
        if (maxCachedBytes < 0) {
            throw new IllegalArgumentException("maxCachedBytes must not be negative: " + maxCachedBytes);
        }
        lists = Objects.requireNonNull(from.lists, "lists");
        timer = Objects.requireNonNull(from.timer, "timer");
    }

    public static SessionOptions defaults() {
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these options. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.clientInfo = clientInfo;
        builder.startTimeout = startTimeout;
        builder.era = era;
        builder.probeTimeout = probeTimeout;
        builder.request = request;
        builder.handlers = handlers;
        builder.handlerTimeout = handlerTimeout;
        builder.maxConcurrentHandlers = maxConcurrentHandlers;
        builder.maxRounds = maxRounds;
        builder.extensions = extensions;
        builder.schemas = schemas;
        builder.logLevel = logLevel;
        builder.listen = listen;
        builder.maxCachedResults = maxCachedResults;
        builder.maxCachedBytes = maxCachedBytes;
        builder.lists = lists;
        builder.timer = timer;
        return builder;
    }

    /** The name and version that this client reports to servers. */
    public Implementation clientInfo() {
        return clientInfo;
    }

    /** The limit for starting or reaching the server and negotiating a revision, together; default 30 s. */
    public Duration startTimeout() {
        return startTimeout;
    }

    /** The era to speak; default {@link EraPolicy#AUTO}. */
    public EraPolicy era() {
        return era;
    }

    /**
     * How long a server may leave the probe for the modern era unanswered before the legacy handshake is tried as
     * well; default 5 s.
     */
    public Duration probeTimeout() {
        return probeTimeout;
    }

    /** The default options of requests. */
    public RequestOptions request() {
        return request;
    }

    /** The handlers that answer questions of the server. */
    public ClientHandlers handlers() {
        return handlers;
    }

    /** How long one handler may take; default 10 min. */
    public Duration handlerTimeout() {
        return handlerTimeout;
    }

    /** How many questions of the server are answered at the same time; more of them wait; default 16. */
    public int maxConcurrentHandlers() {
        return maxConcurrentHandlers;
    }

    /** How often a server may ask for more input before it answers one request; default 16. */
    public int maxRounds() {
        return maxRounds;
    }

    /** The extensions to declare, by their identifiers, with the settings of each. */
    public Map<String, JsonNode> extensions() {
        return extensions;
    }

    /**
     * Checks values against JSON Schemas; {@link SchemaValidator#NONE} checks nothing. Null where none was set: a
     * host then uses its own, and a session without a host checks nothing.
     */
    public @Nullable SchemaValidator schemas() {
        return schemas;
    }

    /**
     * The lowest level of the log messages that the server is to send; null, the default, leaves it to the server.
     */
    public @Nullable LogLevel logLevel() {
        return logLevel;
    }

    /** Whether a modern server that can notify changes of its lists is asked to do so; default true. */
    public boolean listen() {
        return listen;
    }

    /** How many results are cached for as long as the server allows; 0 for none, default 1000. */
    public int maxCachedResults() {
        return maxCachedResults;
    }

    /** How many bytes the cached results may have, as received; default 16 MiB. */
    public long maxCachedBytes() {
        return maxCachedBytes;
    }

    /** How much of one list is read; default {@link ListLimits#DEFAULT}. */
    public ListLimits lists() {
        return lists;
    }

    /**
     * Measures timeouts and the freshness of cached results; default {@link Schedulers#parallel()}. An application
     * that blocks the threads of its timer delays its timeouts.
     */
    public Scheduler timer() {
        return timer;
    }

    /** The validator of values, or null if they are not checked. */
    @Nullable
    SchemaValidator validator() {
        return SchemaValidator.NONE.equals(schemas) ? null : schemas;
    }

    private static int requireAtLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
        return value;
    }

    private static String version() {
        String version = SessionOptions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SessionOptions that && compared().equals(that.compared());
    }

    @Override
    public int hashCode() {
        return compared().hashCode();
    }

    private List<@Nullable Object> compared() {
        return Arrays.asList(
                clientInfo,
                startTimeout,
                era,
                probeTimeout,
                request,
                handlers,
                handlerTimeout,
                maxConcurrentHandlers,
                maxRounds,
                extensions,
                schemas,
                logLevel,
                listen,
                maxCachedResults,
                maxCachedBytes,
                lists,
                timer);
    }

    @Override
    public String toString() {
        return "SessionOptions[clientInfo=" + clientInfo + ", startTimeout=" + startTimeout + ", era=" + era
                + ", probeTimeout=" + probeTimeout + ", request=" + request + ", handlers="
                + handlers + ", handlerTimeout=" + handlerTimeout + ", maxConcurrentHandlers=" + maxConcurrentHandlers
                + ", maxRounds=" + maxRounds + ", extensions=" + extensions + ", schemas=" + schemas + ", logLevel="
                + logLevel + ", listen=" + listen + ", maxCachedResults=" + maxCachedResults + ", maxCachedBytes="
                + maxCachedBytes + ", lists=" + lists + ", timer=" + timer + "]";
    }

    /** Collects options; {@link #build()} checks them. */
    public static final class Builder {
        private Implementation clientInfo = new Implementation("mcpflux", version());
        private Duration startTimeout = DEFAULT_START_TIMEOUT;
        private EraPolicy era = EraPolicy.AUTO;
        private Duration probeTimeout = Duration.ofSeconds(5);
        private RequestOptions request = RequestOptions.defaults();
        private ClientHandlers handlers = ClientHandlers.NONE;
        private Duration handlerTimeout = Duration.ofMinutes(10);
        private int maxConcurrentHandlers = 16;
        private int maxRounds = 16;
        private Map<String, JsonNode> extensions = Map.of();
        private @Nullable SchemaValidator schemas;
        private @Nullable LogLevel logLevel;
        private boolean listen = true;
        private int maxCachedResults = 1000;
        private long maxCachedBytes = 16L * 1024 * 1024;
        private ListLimits lists = ListLimits.DEFAULT;
        private Scheduler timer = Schedulers.parallel();

        private Builder() {}

        /** Sets {@link SessionOptions#clientInfo()}. */
        public Builder clientInfo(Implementation value) {
            clientInfo = value;
            return this;
        }

        /** Sets {@link SessionOptions#startTimeout()}. */
        public Builder startTimeout(Duration value) {
            startTimeout = value;
            return this;
        }

        /** Sets {@link SessionOptions#era()}. */
        public Builder era(EraPolicy value) {
            era = value;
            return this;
        }

        /** Sets {@link SessionOptions#probeTimeout()}. */
        public Builder probeTimeout(Duration value) {
            probeTimeout = value;
            return this;
        }

        /** Sets {@link SessionOptions#request()}. */
        public Builder request(RequestOptions value) {
            request = value;
            return this;
        }

        /** Sets {@link SessionOptions#handlers()}. */
        public Builder handlers(ClientHandlers value) {
            handlers = value;
            return this;
        }

        /** Sets {@link SessionOptions#handlerTimeout()}. */
        public Builder handlerTimeout(Duration value) {
            handlerTimeout = value;
            return this;
        }

        /** Sets {@link SessionOptions#maxConcurrentHandlers()}. */
        public Builder maxConcurrentHandlers(int value) {
            maxConcurrentHandlers = value;
            return this;
        }

        /** Sets {@link SessionOptions#maxRounds()}. */
        public Builder maxRounds(int value) {
            maxRounds = value;
            return this;
        }

        /** Sets {@link SessionOptions#logLevel()}. */
        public Builder logLevel(@Nullable LogLevel value) {
            logLevel = value;
            return this;
        }

        /** Sets {@link SessionOptions#listen()}. */
        public Builder listen(boolean value) {
            listen = value;
            return this;
        }

        /** Sets {@link SessionOptions#maxCachedResults()}. */
        public Builder maxCachedResults(int value) {
            maxCachedResults = value;
            return this;
        }

        /** Sets {@link SessionOptions#maxCachedBytes()}. */
        public Builder maxCachedBytes(long value) {
            maxCachedBytes = value;
            return this;
        }

        /** Sets {@link SessionOptions#lists()}. */
        public Builder lists(ListLimits value) {
            lists = value;
            return this;
        }

        /** Sets {@link SessionOptions#timer()}. */
        public Builder timer(Scheduler value) {
            timer = value;
            return this;
        }

        /** Declares an extension with the settings it has by default; see {@link Extensions}. */
        public Builder extension(String identifier) {
            return extension(identifier, Extensions.settings(identifier));
        }

        /** Declares an extension with these settings. */
        public Builder extension(String identifier, JsonNode settings) {
            Map<String, JsonNode> more = new LinkedHashMap<>(extensions);
            more.put(identifier, settings);
            extensions = more;
            return this;
        }

        /** Checks values by this validator; null as {@link #withoutSchemas()}. */
        public Builder schemas(@Nullable SchemaValidator validator) {
            schemas = validator == null ? SchemaValidator.NONE : validator;
            return this;
        }

        /** Checks nothing against schemas, not even by the validator of a host. */
        public Builder withoutSchemas() {
            return schemas(SchemaValidator.NONE);
        }

        /** Fails with {@link IllegalArgumentException} where a value is out of its range. */
        public SessionOptions build() {
            return new SessionOptions(this);
        }
    }
}

package dev.mcpflux.client;

import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.protocol.LogLevel;
import dev.mcpflux.validation.SchemaValidator;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/**
 * How a session behaves. Immutable; every wait has a limit here.
 *
 * @param clientInfo who this client says it is
 * @param startTimeout for starting or reaching the server and agreeing on a revision, together; default 30 s
 * @param era which era to speak; default {@link EraPolicy#AUTO}
 * @param probeTimeout how long a server may be silent to the probe for the modern era before the legacy handshake is tried
 *     as well; default 5 s
 * @param memory which era servers turned out to be of
 * @param request the limits of a request that names none itself
 * @param handlers what answers the server's questions
 * @param handlerTimeout how long one of them may take; default 10 min
 * @param maxConcurrentHandlers how many questions of the server are answered at a time, more wait; default 16
 * @param maxRounds how often a server may ask for more input before it answers one request; default 16
 * @param extensions identifiers of the extensions to declare, with the settings of each
 * @param schemas checks values against JSON Schemas; {@link SchemaValidator#NONE} checks nothing. Null where none was set:
 *     then a host puts its own here, and a session without a host checks nothing
 * @param logLevel from which level on the server is to send log messages, or null for what it does by itself
 * @param listen whether a modern server is asked to tell of changes of its lists, where it can; default true
 * @param maxCachedResults how many results are kept for as long as the server allows; 0 for none, default 1000
 * @param maxCachedBytes how many bytes they may have, as they came; default 16 MiB
 * @param lists how much of one list is read; default {@link ListLimits#DEFAULT}
 * @param timer where time-outs and the freshness of results are counted; default {@link Schedulers#parallel()}. An
 *     application that blocks the threads of its timer delays its time-outs
 */
public record SessionOptions(
        Implementation clientInfo,
        Duration startTimeout,
        EraPolicy era,
        Duration probeTimeout,
        EraMemory memory,
        RequestOptions request,
        ClientHandlers handlers,
        Duration handlerTimeout,
        int maxConcurrentHandlers,
        int maxRounds,
        Map<String, JsonNode> extensions,
        @Nullable SchemaValidator schemas,
        @Nullable LogLevel logLevel,
        boolean listen,
        int maxCachedResults,
        long maxCachedBytes,
        ListLimits lists,
        Scheduler timer) {

    public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(30);

    private static final Implementation CLIENT = new Implementation("mcpflux", Builder.version());

    public SessionOptions {
        Objects.requireNonNull(clientInfo, "clientInfo");
        Objects.requireNonNull(era, "era");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(handlers, "handlers");
        Objects.requireNonNull(lists, "lists");
        Objects.requireNonNull(timer, "timer");
        RequestOptions.requirePositive(startTimeout, "startTimeout");
        RequestOptions.requirePositive(probeTimeout, "probeTimeout");
        RequestOptions.requirePositive(handlerTimeout, "handlerTimeout");
        requireAtLeast(1, maxConcurrentHandlers, "maxConcurrentHandlers");
        requireAtLeast(1, maxRounds, "maxRounds");
        requireAtLeast(0, maxCachedResults, "maxCachedResults");
        if (maxCachedBytes < 0) {
            throw new IllegalArgumentException("maxCachedBytes must not be negative: " + maxCachedBytes);
        }
        extensions = Map.copyOf(extensions);
    }

    public static SessionOptions defaults() {
        return new Builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these. */
    public Builder mutate() {
        Builder builder = new Builder();
        builder.clientInfo = clientInfo;
        builder.startTimeout = startTimeout;
        builder.era = era;
        builder.probeTimeout = probeTimeout;
        builder.memory = memory;
        builder.request = request;
        builder.handlers = handlers;
        builder.handlerTimeout = handlerTimeout;
        builder.maxConcurrentHandlers = maxConcurrentHandlers;
        builder.maxRounds = maxRounds;
        builder.extensions.putAll(extensions);
        builder.schemas = schemas;
        builder.logLevel = logLevel;
        builder.listen = listen;
        builder.maxCachedResults = maxCachedResults;
        builder.maxCachedBytes = maxCachedBytes;
        builder.lists = lists;
        builder.timer = timer;
        return builder;
    }

    public SessionOptions withStartTimeout(Duration limit) {
        return mutate().startTimeout(limit).build();
    }

    public SessionOptions withRequest(RequestOptions options) {
        return mutate().request(options).build();
    }

    public SessionOptions withClientInfo(Implementation info) {
        return mutate().clientInfo(info).build();
    }

    public SessionOptions withTimer(Scheduler scheduler) {
        return mutate().timer(scheduler).build();
    }

    public SessionOptions withEra(EraPolicy policy) {
        return mutate().era(policy).build();
    }

    public SessionOptions withHandlers(ClientHandlers value) {
        return mutate().handlers(value).build();
    }

    /** What values are checked by, or null if they are not. */
    @Nullable
    SchemaValidator validator() {
        return SchemaValidator.NONE.equals(schemas) ? null : schemas;
    }

    private static void requireAtLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
        }
    }

    /** Collects options. */
    public static final class Builder {
        private Implementation clientInfo = CLIENT;
        private Duration startTimeout = DEFAULT_START_TIMEOUT;
        private EraPolicy era = EraPolicy.AUTO;
        private Duration probeTimeout = Duration.ofSeconds(5);
        private EraMemory memory = new EraMemory();
        private RequestOptions request = RequestOptions.defaults();
        private ClientHandlers handlers = ClientHandlers.NONE;
        private Duration handlerTimeout = Duration.ofMinutes(10);
        private int maxConcurrentHandlers = 16;
        private int maxRounds = 16;
        private final Map<String, JsonNode> extensions = new LinkedHashMap<>();
        private @Nullable SchemaValidator schemas;
        private @Nullable LogLevel logLevel;
        private boolean listen = true;
        private int maxCachedResults = 1000;
        private long maxCachedBytes = 16L * 1024 * 1024;
        private ListLimits lists = ListLimits.DEFAULT;
        private Scheduler timer = Schedulers.parallel();

        private Builder() {}

        public Builder clientInfo(Implementation info) {
            clientInfo = info;
            return this;
        }

        public Builder startTimeout(Duration limit) {
            startTimeout = limit;
            return this;
        }

        public Builder era(EraPolicy policy) {
            era = policy;
            return this;
        }

        public Builder probeTimeout(Duration limit) {
            probeTimeout = limit;
            return this;
        }

        public Builder memory(EraMemory shared) {
            memory = shared;
            return this;
        }

        public Builder request(RequestOptions options) {
            request = options;
            return this;
        }

        public Builder handlers(ClientHandlers value) {
            handlers = value;
            return this;
        }

        public Builder handlerTimeout(Duration limit) {
            handlerTimeout = limit;
            return this;
        }

        public Builder maxConcurrentHandlers(int count) {
            maxConcurrentHandlers = count;
            return this;
        }

        public Builder maxRounds(int count) {
            maxRounds = count;
            return this;
        }

        /** Declares an extension with the settings it has by default; see {@link Extensions}. */
        public Builder extension(String identifier) {
            return extension(identifier, Extensions.settings(identifier));
        }

        public Builder extension(String identifier, JsonNode settings) {
            extensions.put(identifier, settings);
            return this;
        }

        /** Checks values by this validator; null as {@link #withoutSchemas()}. */
        public Builder schemas(@Nullable SchemaValidator validator) {
            schemas = validator == null ? SchemaValidator.NONE : validator;
            return this;
        }

        /** Checks nothing against schemas, in a host neither, which otherwise does so by a validator of its own. */
        public Builder withoutSchemas() {
            return schemas(SchemaValidator.NONE);
        }

        public Builder logLevel(@Nullable LogLevel level) {
            logLevel = level;
            return this;
        }

        public Builder listen(boolean value) {
            listen = value;
            return this;
        }

        public Builder maxCachedResults(int count) {
            maxCachedResults = count;
            return this;
        }

        public Builder maxCachedBytes(long bytes) {
            maxCachedBytes = bytes;
            return this;
        }

        public Builder lists(ListLimits limits) {
            lists = limits;
            return this;
        }

        public Builder timer(Scheduler scheduler) {
            timer = scheduler;
            return this;
        }

        public SessionOptions build() {
            return new SessionOptions(
                    clientInfo,
                    startTimeout,
                    era,
                    probeTimeout,
                    memory,
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

        private static String version() {
            String version = SessionOptions.class.getPackage().getImplementationVersion();
            return version == null ? "development" : version;
        }
    }
}

package dev.mcpflux.schema;

import com.networknt.schema.SchemaException;
import dev.mcpflux.internal.BoundedThreads;
import dev.mcpflux.validation.SchemaValidator;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import tools.jackson.databind.JsonNode;

/**
 * Validates values against JSON Schemas of untrusted servers, as the protocol requires (specification 2026-07-28:
 * basic, JSON schema usage). One validator serves any number of sessions and threads. It holds nothing that has to be
 * closed.
 *
 * <p><em>Dialects.</em> 2020-12, which is the default where {@code $schema} is absent, 2019-09, draft-07, draft-06 and
 * draft-04. {@code contentEncoding} and {@code contentMediaType} assert nothing.
 *
 * <p><em>Patterns</em> are those of ECMA-262, and RE2/J matches them in linear time. Some patterns are not asserted:
 * those with look-around, with back-references, with a repetition of more than 1000, or with a size of more than some
 * thousand characters when their repetitions are expanded. No value is rejected because of such a pattern, and the rest
 * of the schema still applies. A warning in the log names the pattern, its place and the reason, once for each schema
 * that is compiled.
 *
 * <p><em>Formats</em> are annotations in all dialects: a text in another format than the schema declares is accepted, a
 * value of another type is not. That is the default of 2020-12, and most servers are written for it; their times often
 * lack a zone. {@link #withAssertedFormats(boolean)} creates a validator that rejects texts that are not a valid {@code
 * email}, {@code uri}, {@code date} or {@code date-time}; all other formats stay annotations there, too.
 *
 * <p><em>References</em> are resolved within the schema, and to the metaschemas of the dialects. Nothing is ever
 * fetched from a network, a file or the class path: a schema that refers to anything else is unusable, whether or not a
 * value would reach the reference.
 *
 * <p><em>Bounds.</em> {@link Limits} limits depth, size and time. If a schema or a value exceeds one of them, the check
 * fails, and its thread stops working on it.
 *
 * <p><em>Problems</em> are texts of the form {@code /pointer/to/the/place: what is wrong}, with {@code (root)} for the
 * whole value; at most twenty, and then one {@code … and N more}. They quote the schema and never the value, except
 * that a pointer consists of property names of the value. A problem of one alternative of {@code anyOf} or {@code
 * oneOf} names the alternative.
 *
 * <p><em>Errors.</em> A check emits no error but {@link SchemaValidator.UnusableSchemaException}, which does not quote
 * the value either.
 */
public final class JsonSchemaValidator implements SchemaValidator {

    /** Each subschema has several keywords, and references compile some of them twice. */
    private static final int KEYWORDS_PER_SUBSCHEMA = 64;

    /** Threads for checks only, so that they do not wait for the work of an application on Reactor's threads. */
    private static final BoundedThreads THREADS = new BoundedThreads(
            "mcpflux.schema", Math.max(16, 4 * Runtime.getRuntime().availableProcessors()));

    private final Limits limits;
    private final Scheduler scheduler;
    private final LongSupplier nanoTime;
    private final boolean assertedFormats;
    private final SchemaCompiler compiler;
    private final SchemaCache cache;

    JsonSchemaValidator(Limits limits, Scheduler scheduler, LongSupplier nanoTime) {
        this(limits, scheduler, nanoTime, false);
    }

    private JsonSchemaValidator(Limits limits, Scheduler scheduler, LongSupplier nanoTime, boolean assertedFormats) {
        this.limits = limits;
        this.scheduler = scheduler;
        this.nanoTime = nanoTime;
        this.assertedFormats = assertedFormats;
        this.compiler = new SchemaCompiler(limits, assertedFormats);
        this.cache = new SchemaCache(limits.maxCachedSchemas(), maxKeywords());
    }

    /** Creates a validator with {@linkplain Limits#defaults() the default limits}. Reads and starts nothing. */
    public static JsonSchemaValidator create() {
        return create(Limits.defaults());
    }

    /** Creates a validator with these limits. Reads and starts nothing. */
    public static JsonSchemaValidator create(Limits limits) {
        return new JsonSchemaValidator(Objects.requireNonNull(limits, "limits"), THREADS.scheduler(), System::nanoTime);
    }

    /**
     * Returns a validator with the same limits that asserts the formats {@code email}, {@code uri}, {@code date} and
     * {@code date-time}, or treats all formats as annotations, which is the default.
     */
    public JsonSchemaValidator withAssertedFormats(boolean asserted) {
        return asserted == assertedFormats ? this : new JsonSchemaValidator(limits, scheduler, nanoTime, asserted);
    }

    /**
     * {@inheritDoc}
     *
     * <p><em>Cancellation</em> ends the check within moments; nothing more is emitted.
     *
     * <p><em>Thread.</em> A small value and a small schema that is already compiled and has only simple keywords are
     * checked on the subscribing thread, which may be one that must not block. All other checks run on a daemon thread
     * of {@code mcpflux.schema}, of which there are at most {@code max(16, 4 × processors)} for all validators, and
     * their result is emitted there. Neither argument may change before the end.
     */
    @Override
    public Mono<List<String>> validate(JsonNode schema, JsonNode value) {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(value, "value");
        return Mono.defer(() -> {
            Budget budget = new Budget(limits.maxTime(), maxKeywords(), nanoTime);
            CompiledSchema quick = forSubscribingThread(schema, value);
            if (quick != null) {
                return Mono.fromSupplier(() -> guarded(budget, () -> quick.check(value, budget, limits.maxDepth())));
            }
            return Mono.fromSupplier(() -> guarded(budget, () -> check(schema, value, budget)))
                    .subscribeOn(scheduler)
                    .doOnCancel(budget::cancel);
        });
    }

    /**
     * Decides where a check runs: returns the schema if it runs on the subscribing thread, which all servers may share,
     * and null if it needs a thread of its own. The subscribing thread runs only checks that take some microseconds and
     * read no file: a small value (a few hundred nodes, no long texts) against a small schema that has been compiled
     * before and has no keyword that repeats work or runs a pattern, a composition or a reference ({@link SchemaSurvey}
     * lists the allowed ones).
     */
    private @Nullable CompiledSchema forSubscribingThread(JsonNode schema, JsonNode value) {
        if (!Extent.isSmall(schema, limits.maxDepth()) || !Extent.isSmall(value, limits.maxDepth())) {
            return null;
        }
        CompiledSchema known = cache.find(schema);
        return known != null && known.quick() ? known : null;
    }

    private List<String> check(JsonNode schema, JsonNode value, Budget budget) {
        Extent.require("the schema", schema, limits.maxDepth());
        Extent.require("the value", value, limits.maxDepth());
        CompiledSchema compiled = cache.find(schema);
        if (compiled == null) {
            // the caller may change its node
            JsonNode copy = schema.deepCopy();
            compiled = compiler.compile(copy, budget);
            cache.keep(copy, compiled);
        }
        return compiled.check(value, budget, limits.maxDepth());
    }

    /** Maps every failure of the library to one kind of error for the caller. */
    private static List<String> guarded(Budget budget, Supplier<List<String>> check) {
        try {
            return check.get();
        } catch (RuntimeException | StackOverflowError failure) {
            if (budget.cancelled()) {
                // there is no subscriber any more, and Reactor would log the error as dropped
                return List.of();
            }
            throw failure instanceof UnusableSchemaException known ? known : unusable(budget, failure);
        }
    }

    private static UnusableSchemaException unusable(Budget budget, Throwable failure) {
        Budget.Stop stopped = budget.stopped();
        if (stopped != null) {
            return new UnusableSchemaException(Objects.requireNonNull(stopped.getMessage()));
        }
        if (failure instanceof StackOverflowError) {
            return new UnusableSchemaException("the schema takes more stack than there is");
        }
        if (failure instanceof SchemaException fromSchema) {
            return new UnusableSchemaException(
                    "the schema cannot be used: " + Problems.printable(Problems.abbreviated(fromSchema.getMessage())));
        }
        // no message and no cause, because they may quote the value
        return new UnusableSchemaException(
                "the schema cannot be applied: " + failure.getClass().getSimpleName());
    }

    private int maxKeywords() {
        return limits.maxSubschemas() * KEYWORDS_PER_SUBSCHEMA;
    }

    /** The number of compiled schemas that are cached. */
    int cached() {
        return cache.size();
    }

    /**
     * The limits of a schema or a value. Immutable.
     *
     * @param maxDepth most nested objects and arrays in a schema, and in a value; default 64, at most 256. Subschemas
     *     may apply within each other twelve times as deep
     * @param maxSubschemas most objects in a schema; default 10,000, at most 1,000,000
     * @param maxTime time limit for compiling a schema, and for checking a value; default 1 s, at most an hour. Waiting
     *     for a thread does not count. The time is wall-clock time, so an overloaded machine needs more of it
     * @param maxCachedSchemas most compiled schemas that are cached; default 512. Fewer if they are large
     */
    public record Limits(int maxDepth, int maxSubschemas, Duration maxTime, int maxCachedSchemas) {

        public static final int DEFAULT_MAX_DEPTH = 64;
        public static final int DEFAULT_MAX_SUBSCHEMAS = 10_000;
        public static final Duration DEFAULT_MAX_TIME = Duration.ofSeconds(1);
        public static final int DEFAULT_MAX_CACHED_SCHEMAS = 512;

        /** @throws IllegalArgumentException if a limit is out of its range */
        public Limits {
            requireRange("maxDepth", maxDepth, 1, 256);
            requireRange("maxSubschemas", maxSubschemas, 1, 1_000_000);
            requireRange("maxCachedSchemas", maxCachedSchemas, 0, 1_000_000);
            if (maxTime.isNegative() || maxTime.isZero() || maxTime.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("maxTime must be positive and at most an hour, not " + maxTime);
            }
        }

        public static Limits defaults() {
            return new Limits(DEFAULT_MAX_DEPTH, DEFAULT_MAX_SUBSCHEMAS, DEFAULT_MAX_TIME, DEFAULT_MAX_CACHED_SCHEMAS);
        }

        public Limits withMaxDepth(int depth) {
            return new Limits(depth, maxSubschemas, maxTime, maxCachedSchemas);
        }

        public Limits withMaxSubschemas(int subschemas) {
            return new Limits(maxDepth, subschemas, maxTime, maxCachedSchemas);
        }

        public Limits withMaxTime(Duration time) {
            return new Limits(maxDepth, maxSubschemas, time, maxCachedSchemas);
        }

        public Limits withMaxCachedSchemas(int schemas) {
            return new Limits(maxDepth, maxSubschemas, maxTime, schemas);
        }

        private static void requireRange(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(name + " is from " + least + " to " + most + ", not " + value);
            }
        }
    }
}

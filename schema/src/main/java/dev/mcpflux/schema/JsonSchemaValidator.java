package dev.mcpflux.schema;

import com.networknt.schema.SchemaException;
import dev.mcpflux.transport.BoundedThreads;
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
 * Checks values against JSON Schemas that somebody else wrote, as the protocol asks for it (specification 2026-07-28: basic,
 * JSON schema usage). One validator serves any number of sessions and threads. It owns nothing that has to be closed.
 *
 * <p><em>Dialects.</em> 2020-12, which is meant where {@code $schema} is absent, 2019-09, draft-07, draft-06 and draft-04.
 * {@code contentEncoding} and {@code contentMediaType} assert nothing.
 *
 * <p><em>Patterns</em> are those of ECMA-262, and RE2/J matches them in linear time. Those with look-around, with references to
 * groups, with a repetition of more than 1000 or with a size of more than some thousand characters when their repetitions are
 * written out are not asserted: no value is refused because of one, the rest of the schema counts, and a warning in the
 * log names the pattern, its place and the reason, once for each schema that is compiled.
 *
 * <p><em>Formats</em> are annotations in all dialects: a text of another format than the schema says is accepted, a value of
 * another type is not. That is the default of 2020-12, and what most servers are written for, whose times often lack a
 * zone. {@link #withAssertedFormats(boolean)} makes a validator that refuses what is no {@code email}, {@code uri},
 * {@code date} or {@code date-time}; all other formats are annotations there, too.
 *
 * <p><em>References</em> are resolved within the schema, and to the metaschemas of the dialects. Nothing is ever fetched, from
 * a network, a file or the class path: a schema that refers to anything else is unusable, whether or not a value would come
 * across the reference.
 *
 * <p><em>Bounds.</em> {@link Limits} say how deep, how large and how slow. A schema or a value that exceeds one makes the check
 * fail, and the thread that worked on it stops working.
 *
 * <p><em>Problems</em> are texts of the form {@code /pointer/to/the/place: what is wrong}, with {@code (root)} for the whole
 * value, at most twenty and then one {@code … and N more}. They quote the schema and never the value; but a pointer
 * consists of names that the value has. Problems of one alternative of {@code anyOf} or {@code oneOf} say which it is.
 *
 * <p><em>Errors.</em> Nothing but {@link SchemaValidator.UnusableSchemaException} comes from a check, and it quotes the value
 * as little.
 */
public final class JsonSchemaValidator implements SchemaValidator {

    /** Each subschema has some keywords, and references make some of them twice. */
    private static final int KEYWORDS_PER_SUBSCHEMA = 64;

    /** For checks only: they do not wait for what an application does on threads of Reactor. */
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

    /** A validator with {@linkplain Limits#defaults() the limits that suit most}. Reads and starts nothing. */
    public static JsonSchemaValidator create() {
        return create(Limits.defaults());
    }

    /** A validator with limits of your own. Reads and starts nothing. */
    public static JsonSchemaValidator create(Limits limits) {
        return new JsonSchemaValidator(Objects.requireNonNull(limits, "limits"), THREADS.scheduler(), System::nanoTime);
    }

    /**
     * A validator with the same limits that asserts the formats {@code email}, {@code uri}, {@code date} and
     * {@code date-time}, or takes all formats for annotations, which is the default.
     */
    public JsonSchemaValidator withAssertedFormats(boolean asserted) {
        return asserted == assertedFormats ? this : new JsonSchemaValidator(limits, scheduler, nanoTime, asserted);
    }

    /**
     * {@inheritDoc}
     *
     * <p><em>Cancellation</em> ends the check within moments; nothing is emitted any more.
     *
     * <p><em>Thread.</em> A small value and a small schema that is known already and has simple keywords only are checked on the
     * thread that subscribes, which may be one that must not block. Everything else happens on
     * a daemon thread of {@code mcpflux.schema}, of which there are at most {@code max(16, 4 × processors)} for all validators, and
     * is emitted there. Neither argument may change before the end.
     */
    @Override
    public Mono<List<String>> validate(JsonNode schema, JsonNode value) {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(value, "value");
        return Mono.defer(() -> {
            Budget budget = new Budget(limits.maxTime(), maxKeywords(), nanoTime);
            CompiledSchema quick = checkedRightHere(schema, value);
            if (quick != null) {
                return Mono.fromSupplier(() -> guarded(budget, () -> quick.check(value, budget, limits.maxDepth())));
            }
            return Mono.fromSupplier(() -> guarded(budget, () -> check(schema, value, budget)))
                    .subscribeOn(scheduler)
                    .doOnCancel(budget::cancel);
        });
    }

    /**
     * Decides where a check takes place: the schema if it is right here, on the thread that subscribes and that may be
     * shared by all servers; nothing if it is on a thread of its own. Right here is what takes some microseconds and reads
     * no file: a small value (a few hundred places, no long texts) against a small schema that has been compiled before, none
     * of whose keywords repeats work or runs a pattern, a composition or a reference ({@link SchemaSurvey} lists those that are
     * allowed).
     */
    private @Nullable CompiledSchema checkedRightHere(JsonNode schema, JsonNode value) {
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
            // a node can be changed by who made it
            JsonNode copy = schema.deepCopy();
            compiled = compiler.compile(copy, budget);
            cache.keep(copy, compiled);
        }
        return compiled.check(value, budget, limits.maxDepth());
    }

    /** Whatever the library makes of a schema that it cannot cope with, the caller hears of one kind of failure. */
    private static List<String> guarded(Budget budget, Supplier<List<String>> check) {
        try {
            return check.get();
        } catch (RuntimeException | StackOverflowError failure) {
            if (budget.cancelled()) {
                // nobody listens, and a failure that nobody hears is logged as one
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
        // no message and no cause: they may quote the value
        return new UnusableSchemaException(
                "the schema cannot be applied: " + failure.getClass().getSimpleName());
    }

    private int maxKeywords() {
        return limits.maxSubschemas() * KEYWORDS_PER_SUBSCHEMA;
    }

    /** How many compiled schemas are kept. */
    int cached() {
        return cache.size();
    }

    /**
     * How much a schema or a value may ask for. Immutable.
     *
     * @param maxDepth how many objects and arrays of a schema, and of a value, may lie within each other; default 64, at most
     *     256. Subschemas may apply within each other twelve times as deep
     * @param maxSubschemas how many objects a schema may have; default 10,000, at most 1,000,000
     * @param maxTime how long compiling a schema may take, and how long checking a value may; default 1 s, at most an hour. What
     *     a check waits for a thread does not count; but it is time by the clock, of which a machine that has more work than
     *     processors needs more
     * @param maxCachedSchemas how many compiled schemas are kept for the next check; default 512. Large ones are fewer
     */
    public record Limits(int maxDepth, int maxSubschemas, Duration maxTime, int maxCachedSchemas) {

        public static final int DEFAULT_MAX_DEPTH = 64;
        public static final int DEFAULT_MAX_SUBSCHEMAS = 10_000;
        public static final Duration DEFAULT_MAX_TIME = Duration.ofSeconds(1);
        public static final int DEFAULT_MAX_CACHED_SCHEMAS = 512;

        /** @throws IllegalArgumentException if one is not within its range */
        public Limits {
            requireRange("maxDepth", maxDepth, 1, 256);
            requireRange("maxSubschemas", maxSubschemas, 1, 1_000_000);
            requireRange("maxCachedSchemas", maxCachedSchemas, 0, 1_000_000);
            if (maxTime.isNegative() || maxTime.isZero() || maxTime.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("maxTime is more than nothing and at most an hour, not " + maxTime);
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

package dev.mcpflux.schema;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.BasicDialectRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import com.networknt.schema.keyword.AnnotationKeyword;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordType;
import dev.mcpflux.validation.SchemaValidator.UnusableSchemaException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The supported dialects: those of the library, with bounds. Each exists in two variants, because formats are asserted
 * on request only.
 */
// the library's dialects lack the annotation, but are never modified once they are built
@SuppressWarnings("ImmutableEnumChecker")
enum Draft {
    V2020_12("https://json-schema.org/draft/2020-12/schema", Dialects.getDraft202012(), "$id"),
    V2019_09("https://json-schema.org/draft/2019-09/schema", Dialects.getDraft201909(), "$id"),
    V7("http://json-schema.org/draft-07/schema", Dialects.getDraft7(), "$id"),
    V6("http://json-schema.org/draft-06/schema", Dialects.getDraft6(), "$id"),
    V4("http://json-schema.org/draft-04/schema", Dialects.getDraft4(), "id");

    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .locale(Locale.ROOT)
            // when the library does this itself, it swallows errors
            .preloadSchema(false)
            .regularExpressionFactory(SchemaPattern::of)
            // the library's texts quote values, and are read from files
            .messageSource((key, text, locale, arguments) -> key)
            .build();

    private static final List<Dialect> DIALECTS =
            Arrays.stream(values()).map(d -> d.dialect).toList();

    private static final List<Dialect> ASSERTING =
            Arrays.stream(values()).map(d -> d.asserting).toList();

    private static final Map<Draft, Schema> METASCHEMAS = new ConcurrentHashMap<>();

    private final String uri;
    /** The variant in which formats are annotations. */
    private final Dialect dialect;

    /** The variant that asserts the formats of {@link AssertedFormats}. */
    private final Dialect asserting;

    private final String idKeyword;

    Draft(String uri, Dialect dialect, String idKeyword) {
        this.uri = uri;
        this.dialect = bounded(dialect, List.of());
        this.asserting = bounded(dialect, AssertedFormats.ALL);
        this.idKeyword = idKeyword;
    }

    /**
     * The dialect that a schema declares; 2020-12 if it declares none (specification 2026-07-28: basic, JSON schema
     * usage).
     */
    static Draft of(JsonNode schema) {
        JsonNode name = schema.get("$schema");
        if (name == null) {
            return V2020_12;
        }
        String wanted = name.isString() ? withoutScheme(name.stringValue()) : "";
        return Arrays.stream(values())
                .filter(d -> withoutScheme(d.uri).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new UnusableSchemaException("the dialect " + Problems.abbreviated(name.toString())
                        + " is not known; known are "
                        + Arrays.stream(values()).map(d -> d.uri).collect(Collectors.joining(", "))));
    }

    String uri() {
        return uri;
    }

    String idKeyword() {
        return idKeyword;
    }

    /** Whether the siblings of a reference are ignored, as up to draft-07. */
    boolean referenceStandsAlone() {
        return this == V7 || this == V6 || this == V4;
    }

    /**
     * Creates a registry for one schema, so that no other check shares its lock and its cache.
     *
     * @param formats whether formats are asserted
     */
    SchemaRegistry newRegistry(boolean formats) {
        return SchemaRegistry.builder()
                .defaultDialectId(dialect.getId())
                .dialectRegistry(new BasicDialectRegistry(formats ? ASSERTING : DIALECTS))
                .schemaLoader(new LocalSchemas())
                .schemaRegistryConfig(CONFIG)
                .build();
    }

    /**
     * The metaschema of this dialect. It is read from the class path at first use, so a thread that must not block may
     * not call this.
     */
    Schema metaschema() {
        return METASCHEMAS.computeIfAbsent(this, draft -> {
            // slow at first use, which is not the fault of the first schema
            Budget ample = new Budget(Duration.ofHours(1), Integer.MAX_VALUE, System::nanoTime);
            ample.start("reading the metaschema");
            return ample.during(() -> {
                Schema schema = draft.newRegistry(false).getSchema(SchemaLocation.of(draft.uri));
                schema.initializeValidators();
                return schema;
            });
        });
    }

    private static String withoutScheme(String uri) {
        String plain = uri.endsWith("#") ? uri.substring(0, uri.length() - 1) : uri;
        return plain.startsWith("https:") || plain.startsWith("http:") ? plain.substring(plain.indexOf(':')) : plain;
    }

    private static Dialect bounded(Dialect dialect, List<Format> asserted) {
        List<Keyword> keywords = new ArrayList<>(dialect.getKeywords().values());
        // the library always adds this one itself
        keywords.removeIf(k -> k.getValue().equals(KeywordType.FORMAT.getValue()));
        // annotations since 2019-09; for older dialects the library would decode and parse the whole text in one step
        keywords.add(new AnnotationKeyword("contentEncoding"));
        keywords.add(new AnnotationKeyword("contentMediaType"));
        keywords.add(new BoundedKeywords.Enumeration());
        keywords.add(new BoundedKeywords.UniqueItems());
        return Dialect.builder(dialect)
                .keywords(keywords.stream().map(BoundedKeywords.Watched::new).toList())
                .formats(formats -> {
                    formats.clear();
                    asserted.forEach(f -> formats.put(f.getName(), f));
                })
                // the library's factory logs each unknown keyword and remembers it forever
                .unknownKeywordFactory((name, context) -> new BoundedKeywords.Watched(new AnnotationKeyword(name)))
                .build();
    }
}

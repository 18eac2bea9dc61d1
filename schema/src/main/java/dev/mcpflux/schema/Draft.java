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

/** The dialects that are known, each as the library has it but bounded; twice, since formats are asserted on request only. */
// the dialects of the library carry no annotation for it, and nobody changes one that is built
@SuppressWarnings("ImmutableEnumChecker")
enum Draft {
    V2020_12("https://json-schema.org/draft/2020-12/schema", Dialects.getDraft202012(), "$id"),
    V2019_09("https://json-schema.org/draft/2019-09/schema", Dialects.getDraft201909(), "$id"),
    V7("http://json-schema.org/draft-07/schema", Dialects.getDraft7(), "$id"),
    V6("http://json-schema.org/draft-06/schema", Dialects.getDraft6(), "$id"),
    V4("http://json-schema.org/draft-04/schema", Dialects.getDraft4(), "id");

    private static final SchemaRegistryConfig CONFIG = SchemaRegistryConfig.builder()
            .locale(Locale.ROOT)
            // the library swallows what is wrong when it does this itself
            .preloadSchema(false)
            .regularExpressionFactory(SchemaPattern::of)
            // its texts quote values, and would be read from files
            .messageSource((key, text, locale, arguments) -> key)
            .build();

    private static final List<Dialect> DIALECTS =
            Arrays.stream(values()).map(d -> d.dialect).toList();

    private static final List<Dialect> ASSERTING =
            Arrays.stream(values()).map(d -> d.asserting).toList();

    private static final Map<Draft, Schema> METASCHEMAS = new ConcurrentHashMap<>();

    private final String uri;
    /** With formats that are annotations. */
    private final Dialect dialect;

    /** With the formats of {@link AssertedFormats}. */
    private final Dialect asserting;

    private final String idKeyword;

    Draft(String uri, Dialect dialect, String idKeyword) {
        this.uri = uri;
        this.dialect = bounded(dialect, List.of());
        this.asserting = bounded(dialect, AssertedFormats.ALL);
        this.idKeyword = idKeyword;
    }

    /** The dialect that a schema names; without a name 2020-12 (specification 2026-07-28: basic, JSON schema usage). */
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

    /** Until draft-07 the siblings of a reference mean nothing. */
    boolean referenceStandsAlone() {
        return this == V7 || this == V6 || this == V4;
    }

    /**
     * A registry serves one schema: its lock and what it remembers are then shared by nobody.
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

    /** What a schema of this dialect has to satisfy. Read from the class path at first use: not for a thread that must not block. */
    Schema metaschema() {
        return METASCHEMAS.computeIfAbsent(this, draft -> {
            // slow the first time, and not the fault of the schema that happens to be the first
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
        // the library insists on making this one itself
        keywords.removeIf(k -> k.getValue().equals(KeywordType.FORMAT.getValue()));
        // annotations since 2019-09; for the older ones the library would decode and parse the whole text in one step
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
                // the library's own writes each one into its log, and remembers it for ever
                .unknownKeywordFactory((name, context) -> new BoundedKeywords.Watched(new AnnotationKeyword(name)))
                .build();
    }
}

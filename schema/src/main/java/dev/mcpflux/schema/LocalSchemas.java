package dev.mcpflux.schema;

import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.SchemaException;
import com.networknt.schema.resource.InputStreamSource;
import com.networknt.schema.resource.SchemaLoader;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The metaschemas only. The library's loader would read any file of the class path, under {@code classpath:} and under
 * any address that begins with {@code https://json-schema.org/}.
 */
final class LocalSchemas extends SchemaLoader {

    private static final String SECURE = "https://json-schema.org/";
    private static final String PLAIN = "http://json-schema.org/";

    private static final Set<String> METASCHEMAS = Set.of(
            "draft-04/schema",
            "draft-06/schema",
            "draft-07/schema",
            "draft/2019-09/schema",
            "draft/2019-09/meta/applicator",
            "draft/2019-09/meta/content",
            "draft/2019-09/meta/core",
            "draft/2019-09/meta/format",
            "draft/2019-09/meta/meta-data",
            "draft/2019-09/meta/validation",
            "draft/2020-12/schema",
            "draft/2020-12/meta/applicator",
            "draft/2020-12/meta/content",
            "draft/2020-12/meta/core",
            "draft/2020-12/meta/format-annotation",
            "draft/2020-12/meta/format-assertion",
            "draft/2020-12/meta/meta-data",
            "draft/2020-12/meta/unevaluated",
            "draft/2020-12/meta/validation");

    LocalSchemas() {
        super(List.of(), List.of());
    }

    static boolean has(String iri) {
        return path(iri) != null;
    }

    @Override
    public InputStreamSource getSchemaResource(AbsoluteIri iri) {
        String path = path(iri.toString());
        if (path == null) {
            throw new SchemaException("it " + outside(iri.toString()));
        }
        return () -> {
            InputStream file = SchemaLoader.class.getResourceAsStream("/" + path);
            if (file == null) {
                throw new FileNotFoundException(path);
            }
            return file;
        };
    }

    static String outside(String reference) {
        return "refers to '" + Problems.abbreviated(reference) + "', which is not within it, and nothing is fetched";
    }

    /** Older metaschemas are known under both schemes; the parts of newer ones refer to each other under one. */
    private static @Nullable String path(String iri) {
        String plain = iri.endsWith("#") ? iri.substring(0, iri.length() - 1) : iri;
        if (plain.startsWith(SECURE)) {
            String path = plain.substring(SECURE.length());
            return METASCHEMAS.contains(path) ? path : null;
        }
        if (plain.startsWith(PLAIN)) {
            String path = plain.substring(PLAIN.length());
            return path.startsWith("draft-") && METASCHEMAS.contains(path) ? path : null;
        }
        return null;
    }
}

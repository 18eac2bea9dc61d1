package dev.mcpflux.jsonrpc;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TreeCodec;
import tools.jackson.core.TreeNode;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/** The Jackson configuration with which mcpflux reads and writes the protocol. */
public final class McpJson {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            // the size of a message is bounded where it is framed; a limit on one string would be a second, hidden one.
            // The
            // nesting depth stays bounded (Jackson's default, 500).
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            // nothing separates messages but their framing
            .rootValueSeparator("")
            // one thread reads the messages of a connection: a pool shared by all threads would only cost
            .recyclerPool(JsonRecyclerPools.threadLocalPool())
            .build();

    /** Loaded when something has to be bound; see {@link DirectReader}. */
    private static final class Bound {

        static final JsonMapper MAPPER = JsonMapper.builder(FACTORY)
                .annotationIntrospector(new Introspector())
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                // values are bound in the middle of a message: the following tokens are not trailing
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                // numbers in trees keep their digits: what a server writes as 0.10 is not rounded, and written as 0.10
                // again
                .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .changeDefaultPropertyInclusion(i -> i.withValueInclusion(JsonInclude.Include.NON_NULL))
                .build();

        /** Values are written in the middle of a message, which is not to be flushed. */
        static final ObjectWriter WRITER = MAPPER.writer().without(SerializationFeature.FLUSH_AFTER_WRITE_VALUE);
    }

    /**
     * Gives the component of a record that takes the unknown members a name that no server uses. Otherwise a member with
     * the name of the component would be bound to it.
     */
    private static final class Introspector extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1L;

        private static final PropertyName UNKNOWN_MEMBERS = PropertyName.construct("\0");

        @Override
        public @Nullable PropertyName findNameForDeserialization(MapperConfig<?> config, Annotated annotated) {
            return annotated instanceof AnnotatedParameter && annotated.hasAnnotation(JsonAnySetter.class)
                    ? UNKNOWN_MEMBERS
                    : super.findNameForDeserialization(config, annotated);
        }
    }

    private McpJson() {}

    /** The shared mapper: immutable, safe for use by any thread. */
    public static JsonMapper mapper() {
        return Bound.MAPPER;
    }

    /** The factory of the mapper, which needs no mapper. */
    static JsonFactory factory() {
        return FACTORY;
    }

    /** Writes values into the middle of a message. */
    static ObjectWriter writer() {
        return Bound.WRITER;
    }

    /** Binds a tree. Use this instead of the mapper, so that it also works with Jackson 3.0. */
    @SuppressWarnings("deprecation")
    public static <T> T bind(JsonNode tree, Class<T> type) {
        // 3.1 added an overload for JsonNode, which the compiler would choose
        return mapper().treeToValue((TreeNode) tree, type);
    }

    /** Binds a tree to a generic type; fails as {@link #bind(JsonNode, Class)}. */
    public static <T> T bind(JsonNode tree, TypeReference<T> type) {
        return mapper().readerFor(type).readValue(tokens(mapper(), tree));
    }

    /** Creates a parser of a tree. Use this instead of the mapper, so that it also works with Jackson 3.0. */
    static JsonParser tokens(TreeCodec<JsonNode> mapper, JsonNode tree) {
        // the interface has the same method in both versions, the mapper does not
        return mapper.treeAsTokens(tree);
    }
}

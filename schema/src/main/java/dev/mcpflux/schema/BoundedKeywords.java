package dev.mcpflux.schema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordType;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * {@code enum} and {@code uniqueItems}, in place of the library's versions. Those keep values in hash tables. If all
 * values have the same hash code, a long list takes time quadratic in its length, in a single step that nothing can
 * stop.
 */
final class BoundedKeywords {

    private static final Set<String> REFERENCES = Set.of("$ref", "$dynamicRef", "$recursiveRef");

    private BoundedKeywords() {}

    /** A keyword of the library that checks the budget when it is created. */
    record Watched(Keyword keyword) implements Keyword {

        @Override
        public String getValue() {
            return keyword.getValue();
        }

        @Override
        public KeywordValidator newValidator(
                SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) throws Exception {
            Budget.current().keyword();
            KeywordValidator validator = keyword.newValidator(location, node, parent, context);
            return REFERENCES.contains(keyword.getValue()) ? new Reference(validator) : validator;
        }
    }

    /** Resolving recurses along references, and a schema can be a chain of thousands of them. */
    private record Reference(KeywordValidator reference) implements KeywordValidator {

        @Override
        public String getKeyword() {
            return reference.getKeyword();
        }

        @Override
        public SchemaLocation getSchemaLocation() {
            return reference.getSchemaLocation();
        }

        @Override
        public void preloadSchema() {
            Budget.current().follow(reference::preloadSchema);
        }

        @Override
        public void validate(ExecutionContext execution, JsonNode node, JsonNode root, NodePath place) {
            reference.validate(execution, node, root, place);
        }

        @Override
        public void walk(ExecutionContext execution, JsonNode node, JsonNode root, NodePath place, boolean validates) {
            reference.walk(execution, node, root, place, validates);
        }
    }

    record Enumeration() implements Keyword {

        @Override
        public String getValue() {
            return KeywordType.ENUM.getValue();
        }

        @Override
        public KeywordValidator newValidator(
                SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
            return new EnumerationValidator(this, location, node, parent, context);
        }
    }

    record UniqueItems() implements Keyword {

        @Override
        public String getValue() {
            return KeywordType.UNIQUE_ITEMS.getValue();
        }

        @Override
        public KeywordValidator newValidator(
                SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
            return new UniqueItemsValidator(this, location, node, parent, context);
        }
    }

    private abstract static class Validator extends BaseKeywordValidator {

        Validator(Keyword keyword, SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
            super(keyword, node, location, parent, context);
        }

        @Override
        public void validate(ExecutionContext execution, JsonNode node, JsonNode root, NodePath place) {
            if (!accepts(node)) {
                execution.addError(error().instanceNode(node)
                        .instanceLocation(place)
                        .evaluationPath(execution.getEvaluationPath())
                        .build());
            }
        }

        abstract boolean accepts(JsonNode value);
    }

    private static final class EnumerationValidator extends Validator {
        private final Set<ValueKey> values = new HashSet<>();

        EnumerationValidator(
                Keyword keyword, SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
            super(keyword, location, node, parent, context);
            for (JsonNode value : node) {
                values.add(ValueKey.of(value));
            }
        }

        @Override
        boolean accepts(JsonNode value) {
            return values.contains(ValueKey.of(value));
        }
    }

    private static final class UniqueItemsValidator extends Validator {
        private final boolean unique;

        UniqueItemsValidator(
                Keyword keyword, SchemaLocation location, JsonNode node, Schema parent, SchemaContext context) {
            super(keyword, location, node, parent, context);
            this.unique = node.isBoolean() && node.booleanValue();
        }

        @Override
        boolean accepts(JsonNode value) {
            if (!unique || !value.isArray()) {
                return true;
            }
            Set<ValueKey> seen = new HashSet<>();
            for (JsonNode item : value) {
                if (!seen.add(ValueKey.of(item))) {
                    return false;
                }
            }
            return true;
        }
    }
}

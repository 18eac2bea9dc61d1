package dev.mcpflux.transport.http.headers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ParameterAnnotationsTest {

    private static final String ANNOTATED = "{'type':'string','x-mcp-header':'Region'}";

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    private static List<ParameterHeader> find(String schema) throws InvalidAnnotation {
        return ParameterAnnotations.find(json(schema));
    }

    private static void invalid(String schema, String place, String reason) {
        assertThatThrownBy(() -> find(schema))
                .as(schema)
                .isInstanceOf(InvalidAnnotation.class)
                .hasMessageContaining("'" + place + "'")
                .hasMessageContaining(reason);
    }

    private static String property(String schema) {
        return "{'type':'object','properties':{'p':" + schema + "}}";
    }

    // what is found

    @Test
    void propertiesAreFoundByTheirAnnotation() throws InvalidAnnotation {
        assertThat(find("{'type':'object','properties':{'region':" + ANNOTATED
                        + ",'query':{'type':'string'},'n':{'type':'integer','x-mcp-header':'Count'},"
                        + "'dry':{'type':'boolean','x-mcp-header':'dry-run'}},'required':['region']}"))
                .containsExactly(
                        new ParameterHeader(List.of("region"), "Mcp-Param-Region"),
                        new ParameterHeader(List.of("n"), "Mcp-Param-Count"),
                        new ParameterHeader(List.of("dry"), "Mcp-Param-dry-run"));
    }

    @Test
    void propertiesOfPropertiesAreFound() throws InvalidAnnotation {
        assertThat(find(property(
                        "{'type':'object','properties':{'properties':{'properties':{'q':" + ANNOTATED + "}}}}")))
                .containsExactly(new ParameterHeader(List.of("p", "properties", "q"), "Mcp-Param-Region"));
    }

    @Test
    void aSchemaNeedNotBeAnObject() throws InvalidAnnotation {
        assertThat(find("true")).isEmpty();
        assertThat(find("null")).isEmpty();
        assertThat(find("{}")).isEmpty();
        assertThat(find("{'properties':true}")).isEmpty();
        assertThat(find("{'properties':{'p':true,'q':null}}")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "Method", "X-1", "!#$%&*+-.^_`|~", "42"})
    void anyTokenIsAName(String name) throws InvalidAnnotation {
        assertThat(find(property("{'type':'string','x-mcp-header':'" + name + "'}")))
                .containsExactly(new ParameterHeader(List.of("p"), "Mcp-Param-" + name));
    }

    // what only looks like an annotation

    @Test
    void aPropertyMayHaveTheNameOfTheAnnotation() throws InvalidAnnotation {
        assertThat(find("{'properties':{'x-mcp-header':{'type':'string'}}}")).isEmpty();
        assertThat(find("{'properties':{'x-mcp-header':" + ANNOTATED + "}}"))
                .containsExactly(new ParameterHeader(List.of("x-mcp-header"), "Mcp-Param-Region"));
        assertThat(find("{'$defs':{'x-mcp-header':{'type':'string'}}}")).isEmpty();
        assertThat(find("{'items':{'properties':{'x-mcp-header':{'type':'string'}}}}"))
                .isEmpty();
        assertThat(find("{'dependencies':{'x-mcp-header':['a']},'dependentRequired':{'a':['x-mcp-header']},"
                        + "'required':['x-mcp-header'],'description':'x-mcp-header'}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "const", "enum", "examples"})
    void valuesHoldNoAnnotations(String keyword) throws InvalidAnnotation {
        String value = "{'x-mcp-header':'no token','properties':{'a':" + ANNOTATED + "}}";
        assertThat(find("{'" + keyword + "':" + value + ",'properties':{'p':{'" + keyword + "':[" + value + "]}}}"))
                .isEmpty();
    }

    @Test
    void propertiesNamedAsKeywordsAreProperties() throws InvalidAnnotation {
        for (String name :
                List.of("default", "const", "enum", "examples", "items", "allOf", "properties", "$defs", "")) {
            assertThat(find("{'properties':{'" + name + "':" + ANNOTATED + "}}"))
                    .containsExactly(new ParameterHeader(List.of(name), "Mcp-Param-Region"));
        }
    }

    // what is invalid

    @Test
    void theRootIsNoParameter() {
        invalid("{'type':'string','x-mcp-header':'A'}", "/x-mcp-header", "not on a property");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "items",
                "additionalItems",
                "unevaluatedItems",
                "contains",
                "additionalProperties",
                "unevaluatedProperties",
                "propertyNames",
                "contentSchema",
                "not",
                "if",
                "then",
                "else"
            })
    void noKeywordWithASchemaLeadsToAParameter(String keyword) {
        invalid("{'" + keyword + "':" + ANNOTATED + "}", "/" + keyword + "/x-mcp-header", "not on a property");
        invalid(
                property("{'" + keyword + "':{'properties':{'q':" + ANNOTATED + "}}}"),
                "/properties/p/" + keyword + "/properties/q/x-mcp-header",
                "not on a property");
    }

    @ParameterizedTest
    @ValueSource(strings = {"items", "prefixItems", "oneOf", "anyOf", "allOf"})
    void noKeywordWithSchemasLeadsToAParameter(String keyword) {
        invalid("{'" + keyword + "':[true," + ANNOTATED + "]}", "/" + keyword + "/1/x-mcp-header", "not on a property");
        invalid(
                property("{'" + keyword + "':[{'properties':{'q':" + ANNOTATED + "}}]}"),
                "/properties/p/" + keyword + "/0/properties/q/x-mcp-header",
                "not on a property");
    }

    @ParameterizedTest
    @ValueSource(strings = {"patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions"})
    void noOtherKeywordWithNamedSchemasLeadsToAParameter(String keyword) {
        invalid("{'" + keyword + "':{'a':" + ANNOTATED + "}}", "/" + keyword + "/a/x-mcp-header", "not on a property");
        invalid(
                property("{'" + keyword + "':{'properties':{'properties':{'q':" + ANNOTATED + "}}}}"),
                "/properties/p/" + keyword + "/properties/properties/q/x-mcp-header",
                "not on a property");
    }

    @Test
    void onlyKeywordsLeadToParameters() {
        invalid("{'foo':{'bar':" + ANNOTATED + "}}", "/foo/bar/x-mcp-header", "not on a property");
        invalid("{'properties':[" + ANNOTATED + "]}", "/properties/0/x-mcp-header", "not on a property");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "true", "['A']", "{'a':'A'}"})
    void anAnnotationIsAString(String value) {
        invalid(
                property("{'type':'string','x-mcp-header':" + value + "}"),
                "/properties/p/x-mcp-header",
                "is not a string");
    }

    @Test
    void anAnnotationIsNotEmpty() {
        invalid(property("{'type':'string','x-mcp-header':''}"), "/properties/p/x-mcp-header", "is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", " a", "a:", "\\r\\n", "a\\nb", "\\t", "ä", "a/b", "(a)", "\\u0000", "a\\u007f"})
    void anAnnotationIsAToken(String value) {
        invalid(
                property("{'type':'string','x-mcp-header':'" + value + "'}"),
                "/properties/p/x-mcp-header",
                "is not a token");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'x':1",
                "'type':'number'",
                "'type':'object'",
                "'type':'array'",
                "'type':'null'",
                "'type':'String'",
                "'type':['string','null']",
                "'type':['string']",
                "'type':null",
                "'type':1",
                "'enum':['a']",
                "'$ref':'#/$defs/a'"
            })
    void theTypeIsOneOfThree(String type) {
        invalid(property("{" + type + ",'x-mcp-header':'A'}"), "/properties/p/x-mcp-header", "type");
    }

    @ParameterizedTest
    @CsvSource({"Region, Region", "Region, REGION", "i, I"})
    void namesDifferInMoreThanCase(String one, String other) {
        invalid(
                "{'properties':{'a':{'type':'string','x-mcp-header':'" + one + "'},"
                        + "'b':{'properties':{'c':{'type':'integer','x-mcp-header':'" + other + "'}}}}}",
                "/properties/b/properties/c/x-mcp-header",
                "names the same header as that at '/properties/a/x-mcp-header'");
    }

    // schemas come from strangers

    @Test
    void aSchemaMayBeOfAnyDepth() throws InvalidAnnotation {
        int depth = 50_000;
        ObjectNode root = McpJson.mapper().createObjectNode();
        ObjectNode at = root;
        for (int i = 0; i < depth; i++) {
            at = at.putObject("properties").putObject("p");
        }
        at.put("type", "string").put("x-mcp-header", "Deep");
        ParameterHeader found = ParameterAnnotations.find(root).get(0);
        assertThat(found.path()).hasSize(depth);
        at.putObject("not").put("x-mcp-header", "Deeper");
        assertThatThrownBy(() -> ParameterAnnotations.find(root))
                .isInstanceOf(InvalidAnnotation.class)
                .extracting(Throwable::getMessage)
                .asString()
                .contains("/p/not/x-mcp-header'")
                .hasSizeLessThan(400);
    }

    @Test
    void messagesAreSafeToLog() {
        invalid("{'properties':{'a/b~c':{'x-mcp-header':''}}}", "/properties/a~1b~0c/x-mcp-header", "is empty");
        invalid(
                "{'properties':{'a\\r\\nb\\u001b[2J\\u202eü':{'x-mcp-header':''}}}",
                "/properties/a??b?[2J?ü/x-mcp-header",
                "is empty");
        assertThatThrownBy(() -> find("{'properties':{'" + "a".repeat(40_000) + "':{'x-mcp-header':''}}}"))
                .isInstanceOf(InvalidAnnotation.class)
                .extracting(Throwable::getMessage)
                .asString()
                .hasSizeLessThan(400);
    }
}

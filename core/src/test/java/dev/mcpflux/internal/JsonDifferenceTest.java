package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class JsonDifferenceTest {

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    private static List<String> between(String before, String after) {
        return JsonDifference.between(json(before), json(after), 10).stream()
                .map(found -> found.pointer() + " " + found.before() + " " + found.after())
                .toList();
    }

    @Test
    void orderOfMembersAndNotationOfNumbersDoNotCount() {
        assertThat(JsonDifference.none(json("{'a':1,'b':[1.0,{'c':'x'}]}"), json("{'b':[1,{'c':'x'}],'a':1.00}")))
                .isTrue();
    }

    @Test
    void eachDifferenceHasItsPointer() {
        assertThat(between("{'a':{'b':[1,2,3]},'gone':null,'x/y~z':'1'}", "{'a':{'b':[1,4]},'x/y~z':1,'new':true}"))
                .containsExactly(
                        "/a/b/1 2 4", "/a/b/2 3 null", "/gone null null", "/x~1y~0z \"1\" 1", "/new null true");
    }

    @Test
    void valuesOfDifferentKindsDiffer() {
        assertThat(between("{}", "[]")).containsExactly(" {} []");
        assertThat(between("'1'", "1")).containsExactly(" \"1\" 1");
    }

    @Test
    void noMoreThanTheLimitAreFound() {
        assertThat(JsonDifference.between(json("[1,2,3]"), json("[4,5,6]"), 2)).hasSize(2);
    }
}

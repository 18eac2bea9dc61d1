package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mcpflux.jsonrpc.DroppedPart;
import dev.mcpflux.jsonrpc.DroppedParts;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.McpJson;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TolerantReaderTest {

    private final DroppedParts dropped = new DroppedParts();

    private static JsonNode json(String text) {
        return McpJson.mapper().readTree(text.replace('\'', '"'));
    }

    private <T> T read(String text, Class<T> type) {
        return TolerantReader.bind(json(text), type, dropped);
    }

    private List<Content> blocks(String content) {
        return read("{'content':" + content + "}", CallToolResult.class).content();
    }

    private List<Tool> tools(String odd) {
        return read("{'tools':[{'name':'first','inputSchema':{}}," + odd + ",{'name':'last'}]}", ListToolsResult.class)
                .tools();
    }

    // lists

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{'description':'nameless'}; /tools/1; it has no name",
                "null; /tools/1; it is null",
                "5; /tools/1; expected an object, found a number (5)",
                "'odd'; /tools/1; expected an object, found a text (odd)",
                "[]; /tools/1; it has no name",
                "{'name':{}}; /tools/1/name; expected a text, found an object",
            })
    void elementThatCannotBeUsedIsLeftOutAlone(String odd, String pointer, String reason) {
        assertThat(tools(odd)).extracting(Tool::name).containsExactly("first", "last");
        assertThat(dropped.toList()).first().isEqualTo(new DroppedPart(pointer, null, reason));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "'annotations':'read-only'; /tools/1/annotations",
                "'annotations':{'readOnlyHint':'sometimes'}; /tools/1/annotations/readOnlyHint",
                "'icons':5; /tools/1/icons",
                "'icons':[{'src':'a'},{'mimeType':'image/png'}]; /tools/1/icons/1",
                "'title':{'en':'Odd'}; /tools/1/title",
                "'inputSchema':'object'; /tools/1/inputSchema",
                "'execution':[1]; /tools/1/execution",
                "'_meta':'x'; /tools/1/_meta",
            })
    void memberThatCannotBeUsedCostsItselfOnly(String member, String pointer) {
        List<Tool> all = tools("{'name':'odd','description':'d','outputSchema':{'type':'object'}," + member + "}");
        assertThat(all).extracting(Tool::name).containsExactly("first", "odd", "last");
        assertThat(all.get(1).description()).isEqualTo("d");
        assertThat(all.get(1).outputSchema()).isNotNull();
        assertThat(dropped.toList()).first().satisfies(part -> {
            assertThat(part.pointer()).isEqualTo(pointer);
            assertThat(part.element()).isEqualTo("odd");
        });
    }

    @Test
    void convertibleMembersAreUsed() {
        Tool tool = tools("{'name':7,'description':['one','two'],'icons':'icon.png',"
                        + "'annotations':{'readOnlyHint':'yes','idempotentHint':1,'title':5}}")
                .get(1);
        assertThat(tool.name()).isEqualTo("7");
        assertThat(tool.description()).isEqualTo("one\ntwo");
        assertThat(tool.icons()).containsExactly(new Icon("icon.png", null, null, null));
        assertThat(tool.annotations()).isEqualTo(new ToolAnnotations("5", true, null, true, null));
        assertThat(dropped.isEmpty()).isTrue();
    }

    @Test
    void listsOfOtherKindsAreReducedAsWell() {
        assertThat(read(
                                "{'prompts':[null,{'name':'p','arguments':[{'name':'a'},{'x':1},'b']}]}",
                                Prompts.ListPromptsResult.class)
                        .prompts())
                .containsExactly(new Prompts.Prompt(
                        "p",
                        null,
                        null,
                        List.of(
                                new Prompts.PromptArgument("a", null, null, null),
                                new Prompts.PromptArgument("b", null, null, null)),
                        null,
                        null));
        assertThat(read(
                                "{'resources':[{'uri':'a','size':'12'},{'uri':'b','size':'12 kB'},{}]}",
                                Resources.ListResourcesResult.class)
                        .resources())
                .extracting(Resources.Resource::size)
                .containsExactly(12L, null);
        assertThat(read(
                                "{'resourceTemplates':[{'name':'x'},{'uriTemplate':'a/{b}'}]}",
                                Resources.ListResourceTemplatesResult.class)
                        .resourceTemplates())
                .extracting(Resources.ResourceTemplate::name)
                .containsExactly("a/{b}");
        assertThat(read("{'tasks':[{'taskId':'t'},{'taskId':'u','status':'working'}]}", Tasks.ListTasksResult.class)
                        .tasks())
                .extracting(Tasks.Task::taskId)
                .containsExactly("u");
        assertThat(read("{'completion':{'values':['a',null,3],'total':'many'}}", Completions.CompleteResult.class)
                        .completion())
                .isEqualTo(new Completions.Completion(List.of("a", "3"), null, null));
    }

    @Test
    void objectWithNumbersForKeysIsAList() {
        assertThat(read("{'tools':{'1':{'name':'a'},'3':{'name':'b'}}}", ListToolsResult.class)
                        .tools())
                .extracting(Tool::name)
                .containsExactly("a", "b");
        assertThat(read("{'tools':{}}", ListToolsResult.class).tools()).isEmpty();
    }

    @Test
    void partsOfMessageAreBounded() {
        read("{'tools':[" + "null,".repeat(100) + "{'name':'a'}]}", ListToolsResult.class);
        assertThat(dropped.toList())
                .hasSize(21)
                .last()
                .satisfies(part -> assertThat(part.reason()).isEqualTo("80 more parts could not be used"));
    }

    @Test
    void textOfAPartIsShortAndOfOneLine() {
        read("{'tools':[{'name':'" + "x".repeat(10_000) + "\\n\\u001b[31m','icons':5}]}", ListToolsResult.class);
        read("{'tools':[{'name':'a\\nERROR \\u001b[31m','icons':5}]}", ListToolsResult.class);
        assertThat(dropped.toList())
                .allSatisfy(
                        part -> assertThat(part.toString()).hasSizeLessThan(700).doesNotContain("\n", "\u001b"));
    }

    // empty lists in place of empty objects

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'capabilities':{'tools':[],'logging':[]}}",
                "{'capabilities':{'tools':{},'logging':{},'experimental':[],'resources':[]}}",
                "{'capabilities':{'tools':true,'logging':true}}",
            })
    void emptyListIsAnEmptyCapability(String result) {
        ServerCapabilities read = read(result, InitializeResult.class).capabilities();
        assertThat(read).isNotNull().satisfies(capabilities -> {
            assertThat(capabilities.tools()).isEqualTo(new ServerCapabilities.ListCapability(null));
            assertThat(String.valueOf(capabilities.logging())).isEqualTo("{}");
        });
        assertThat(dropped.isEmpty()).isTrue();
    }

    @Test
    void emptyListIsAnEmptyObjectEverywhere() {
        assertThat(read("[]", EmptyResult.class)).isEqualTo(new EmptyResult());
        assertThat(read("{'capabilities':[],'serverInfo':[]}", InitializeResult.class)
                        .serverInfo())
                .isEqualTo(new Implementation("unknown", "unknown"));
        Tool tool = tools("{'name':'t','annotations':[],'_meta':[],'execution':[],'inputSchema':{'type':'object',"
                        + "'properties':{'a':[],'b':{'type':'object','properties':[],'default':[]}},'required':[]}}")
                .get(1);
        assertThat(tool.annotations()).isEqualTo(new ToolAnnotations(null, null, null, null, null));
        assertThat(String.valueOf(tool.meta())).isEqualTo("{}");
        assertThat(String.valueOf(tool.execution())).isEqualTo("{}");
        assertThat(tool.inputSchema())
                .isEqualTo(json("{'type':'object','properties':{'a':{},'b':{'type':'object','properties':{},"
                        + "'default':[]}},'required':[]}"));
        CallToolResult result = read(
                "{'content':[{'type':'text','text':'a','annotations':[],'_meta':[]}],'_meta':[]}",
                CallToolResult.class);
        assertThat(String.valueOf(result.meta())).isEqualTo("{}");
        assertThat(result.text()).isEqualTo("a");
        assertThat(read("{'elicitationId':'e'}", Elicitation.ElicitationCompleteParams.class))
                .isNotNull();
        assertThat(read("{'method':'roots/list','params':[]}", Tasks.InputRequest.class)
                        .params())
                .isEqualTo(json("{}"));
        assertThat(dropped.isEmpty()).isTrue();
    }

    // content

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "[{'type':'text','text':'w'},null]; text",
                "[{'type':'text','text':'w'},{'type':'resource'}]; text,resource",
                "[{'type':'text','text':'w'},{'type':'resource','resource':null}]; text,resource",
                "[{'type':'text','text':'w'},{'type':'image','mimeType':'image/png'}]; text,image",
                "[{'type':'text','text':'w','annotations':{'audience':'user','priority':'high'}}]; text",
                "[{'type':'text','text':'w','annotations':'all'}]; text",
                "[{'type':'text','text':'w'},{'type':'resource_link','uri':'a','size':'12 kB'}]; text,resource_link",
                "[{'type':'text','text':'w'},{'type':'resource_link'}]; text,resource_link",
                "[{'type':'text','text':'w'},{'type':'hologram','x':[]}]; text,hologram",
                "[{'type':'text','text':'w'},[]]; text",
                "'w'; text",
                "{'type':'text','text':'w'}; text",
                "['w']; text",
            })
    void oddBlockCostsNoOther(String content, String types) {
        List<Content> blocks = blocks(content);
        assertThat(blocks).extracting(Content::type).containsExactly(types.split(","));
        assertThat(blocks.get(0))
                .isInstanceOfSatisfying(
                        Content.Text.class, text -> assertThat(text.text()).isEqualTo("w"));
    }

    @Test
    void blockThatDoesNotFitItsTypeKeepsItsMembers() {
        Content block = blocks("[{'type':'resource','uri':'a'}]").get(0);
        assertThat(block).isEqualTo(new Content.Other("resource", Map.of("uri", json("'a'"))));
        assertThat(McpJson.mapper().<JsonNode>valueToTree(block)).isEqualTo(json("{'type':'resource','uri':'a'}"));
    }

    @Test
    void oddBlocksKeepTheirUsableParts() {
        assertThat(blocks("[{'type':'text','text':{'rows':4711}}]"))
                .containsExactly(new Content.Text("{\"rows\":4711}"));
        assertThat(blocks("[{'type':'text','text':'a','annotations':{'audience':'user','priority':'0.5'}}]"))
                .containsExactly(new Content.Text("a", new Content.Annotations(List.of(Role.USER), 0.5, null), null));
        assertThat(blocks("[{'type':'resource_link','uri':'a','icons':null}]"))
                .containsExactly(new Content.ResourceLink("a", "a", null, null, null, null, null, null, null));
        assertThat(read("'4711'", CallToolResult.class).text()).isEqualTo("4711");
        assertThat(read("{'content':[],'isError':'true'}", CallToolResult.class).isError())
                .isTrue();
    }

    @Test
    void messagesOfPromptsAreReduced() {
        Prompts.GetPromptResult prompt = read(
                "{'messages':[null,{'role':'user'},{'content':'a'},{'role':'assistant','content':[{'type':'text',"
                        + "'text':'b'},{'type':'text','text':'c'}]},'d']}",
                Prompts.GetPromptResult.class);
        assertThat(prompt.messages())
                .containsExactly(
                        new Prompts.PromptMessage(Role.USER, new Content.Text("a")),
                        new Prompts.PromptMessage(Role.ASSISTANT, new Content.Text("b")),
                        new Prompts.PromptMessage(Role.ASSISTANT, new Content.Text("c")),
                        new Prompts.PromptMessage(Role.USER, new Content.Text("d")));
    }

    // numbers

    @ParameterizedTest
    @CsvSource(
            value = {
                "99999999999999999999,",
                "1e9999,",
                "1e999999999,",
                "1e3, 1000",
                "5.0, 5",
                "5.5, 5",
                "'\"60\"', 60",
                "'\"1e999999999\"',",
                "soon,",
                "-1, -1",
                "{},",
            })
    void numberOutOfRangeIsLeftOutAlone(String value, @Nullable Long expected) {
        String sent = value.equals("soon") ? "'soon'" : value;
        ListToolsResult page = read("{'tools':[{'name':'a'}],'ttlMs':" + sent + "}", ListToolsResult.class);
        assertThat(page.tools()).hasSize(1);
        assertThat(page.ttlMs()).isEqualTo(expected);
    }

    @Test
    void errorsKeepTheirMessage() {
        assertThat(read("'no'", JsonRpcError.class)).isEqualTo(new JsonRpcError(0, "no"));
        assertThat(read("{'code':99999999999,'message':'no'}", JsonRpcError.class))
                .isEqualTo(new JsonRpcError(0, "no"));
        assertThat(read("{'code':'-32601','message':['a','b']}", JsonRpcError.class))
                .isEqualTo(new JsonRpcError(-32601, "a\nb"));
        assertThat(read("{'code':1.0,'message':{'de':'nein'}}", JsonRpcError.class))
                .isEqualTo(new JsonRpcError(1, "{\"de\":\"nein\"}"));
    }

    @Test
    void rejectsValueOfAWrongKind() {
        assertThatThrownBy(() -> read("5", ListToolsResult.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("it is a number");
    }

    @Test
    void unknownTypeOfAResultStaysUnknown() {
        assertThat(read("{'tools':[],'resultType':{'a':1}}", ListToolsResult.class)
                        .complete())
                .isFalse();
    }

    // unknown members

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'tools':[{'name':'t','x':1,'annotations':{'x':2},'icons':[{'src':'s','x':3}]}],'x':{'y':[4]}}",
                "{'tools':[{'name':'t','x':{'a':1},'inputSchema':{'x':0.10}}]}",
            })
    void unknownMembersAreKeptAndWrittenBack(String page) {
        ListToolsResult read = read(page, ListToolsResult.class);
        assertThat(McpJson.mapper().readTree(McpJson.mapper().writeValueAsString(read)))
                .isEqualTo(json(page));
        assertThat(read(
                        "{'content':[{'type':'text','text':'a','x':1},{'x':2,'type':'image','data':''}],'toolResult':5}",
                        CallToolResult.class))
                .satisfies(result -> {
                    assertThat(result.others()).containsOnlyKeys("toolResult");
                    assertThat(((Content.Text) result.content().get(0)).others())
                            .containsOnlyKeys("x");
                    assertThat(((Content.Image) result.content().get(1)).others())
                            .containsOnlyKeys("x");
                });
    }

    @Test
    void unknownMembersCannotBeChanged() {
        Tool tool = read("{'name':'t','x':1}", Tool.class);
        assertThatThrownBy(() -> tool.others().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThat(new Tool("t", null, null, null, null, null, null, null, null).others())
                .isEmpty();
    }

    @Test
    void numbersKeepTheirDigits() {
        String text = "{\"a\":0.10,\"b\":3.14159265358979323846264338327950288,\"c\":47119007199254740993,"
                + "\"d\":1E+9999999}";
        CallToolResult read = read("{\"structuredContent\":" + text + "}", CallToolResult.class);
        assertThat(McpJson.mapper().writeValueAsString(read.structuredContent()))
                .isEqualTo(text);
        assertThat(String.valueOf(read.structuredContent())).isEqualTo(text);
    }
}

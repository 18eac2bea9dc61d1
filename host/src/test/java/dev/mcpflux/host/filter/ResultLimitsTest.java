package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.error.McpValidationException;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent.ResultCut;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.util.context.Context;

/** What is cut from results, and how the rest is read. */
class ResultLimitsTest {

    private static final String ABC = "abcdefghij".repeat(1_000);
    private static final Pattern URI = Pattern.compile("mcpflux://results/[\\w-]{22}");

    private final FakeNext next = new FakeNext();
    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private HostFilter filter = limits().build().filter();

    private ResultLimits.Builder limits() {
        return ResultLimits.builder().maxBytes(5_000).maxTokens(5_000).timer(time);
    }

    private HostSignal run(HostSignal answer, HostCall call) {
        next.server = ignored -> Flux.just(answer);
        return filter.filter(call, next).blockLast();
    }

    private CallToolResult cut(HostSignal answer) {
        return FakeNext.result(run(answer, FakeNext.call()));
    }

    private Resources.ReadResourceResult read(String uri, Context context) {
        next.server = call -> Flux.error(new IllegalStateException("nobody has " + uri));
        HostSignal signal =
                filter.filter(FakeNext.read(uri), next).contextWrite(context).blockLast();
        return ((HostSignal.ResourceResult) signal).result();
    }

    private Resources.ReadResourceResult read(String uri) {
        return read(uri, Context.empty());
    }

    /** The URI of what was kept last. */
    private String kept() {
        return String.valueOf(((ResultCut) next.events.get(next.events.size() - 1)).uri());
    }

    private static String shown(CallToolResult result) {
        return ((Content.Text) result.content().get(0)).text();
    }

    private static String note(CallToolResult result) {
        return ((Content.Text) result.content().get(result.content().size() - 1)).text();
    }

    // -- cutting

    @Test
    void smallResultPassesUntouchedAndUnseen() {
        HostSignal small = FakeNext.text("x".repeat(700));
        assertThat(run(small, FakeNext.call())).isSameAs(small);
        assertThat(next.lookUps).hasValue(0);
        assertThat(next.events).isEmpty();
    }

    @Test
    void largeTextIsCutAndSaysWhereTheRestIs() {
        CallToolResult result = cut(FakeNext.text(ABC));

        String shown = shown(result);
        assertThat(ABC).startsWith(shown);
        assertThat(shown.length()).isBetween(4_800, 5_000);
        assertThat(result.content()).hasSize(2);
        assertThat(note(result))
                .isEqualTo("[This result of 10039 bytes is larger than its limit. " + shown.length()
                        + " of 10000 characters of text are shown. The rest is the resource " + kept() + "?offset="
                        + shown.length() + " (add &limit= for smaller pages); search it by " + kept()
                        + "?search=TEXT. The whole is kept for PT1H at most.]");
        assertThat(next.events).containsExactly(new ResultCut("s", "s__write", 10_039, 5_000, kept()));
        assertThat(shown + read(kept() + "?offset=" + shown.length()).text()).startsWith(ABC.substring(0, 9_000));
    }

    @Test
    void tokensAreEstimated() {
        filter = limits().maxBytes(1_000_000).maxTokens(1_000).build().filter();
        // an ASCII character is a quarter of one
        assertThat(shown(cut(FakeNext.text(ABC))).length()).isBetween(3_800, 4_000);
        assertThat(shown(cut(FakeNext.text("日本".repeat(2_000)))).length()).isBetween(920, 1_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"😀", "é", "日", "\"", "\n", "\u0001", "a😀", "\ud83d"})
    void textIsCutBetweenCharactersAndFits(String unit) {
        String text = unit.repeat(5_000);
        CallToolResult result = cut(FakeNext.text(text));
        String shown = shown(result);
        assertThat(text).startsWith(shown);
        assertThat(Character.isHighSurrogate(shown.charAt(shown.length() - 1)) && unit.length() > 1)
                .isFalse();
        CallToolResult own = new CallToolResult(result.content().subList(0, 1), null, null, null);
        assertThat(JsonSize.of(own).bytes()).isBetween(4_000L, 5_000L);
    }

    /** The size of a text is that with which it is written. */
    @ParameterizedTest
    @ValueSource(strings = {"plain", "\"quoted\" \\ / \n\r\t\b\f\u0001\u007f", "é日本\u2028", "😀", "\ud83d"})
    void sizeIsThatOfTheJson(String text) {
        JsonSize empty = JsonSize.of("");
        assertThat(JsonSize.ofText(text)).isEqualTo(JsonSize.of(text).minus(empty));
    }

    @Test
    void laterTextsAreLeftOutWhereOneIsCut() {
        CallToolResult result =
                cut(FakeNext.result(new Content.Text("first"), new Content.Text(ABC), new Content.Text("last")));
        assertThat(result.content()).hasSize(3);
        assertThat(((Content.Text) result.content().get(0)).text()).isEqualTo("first");
        String second = ((Content.Text) result.content().get(1)).text();
        String whole = "first\n" + ABC + "\nlast";
        assertThat(note(result)).contains((6 + second.length()) + " of " + whole.length() + " characters");
        assertThat("first\n" + second + readAll(kept() + "?offset=" + (6 + second.length())))
                .isEqualTo(whole);
    }

    @Test
    void picturesAndSoundBecomeLinks() {
        Content.Image image = new Content.Image("A".repeat(8_000), "image/png", null, null);
        Content.Image icon = new Content.Image("B".repeat(100), "image/png", null, null);
        Content.Audio sound = new Content.Audio("C".repeat(8_000), "audio/wav", null, null);
        CallToolResult result = cut(FakeNext.result(image, new Content.Text("text"), icon, sound));

        assertThat(result.content()).hasSize(5);
        Content.ResourceLink link = (Content.ResourceLink) result.content().get(0);
        assertThat(link.uri()).isEqualTo(kept());
        assertThat(link.mimeType()).isEqualTo("image/png");
        assertThat(result.content().get(1)).isEqualTo(new Content.Text("text"));
        assertThat(result.content().get(2)).isEqualTo(icon);
        Content.ResourceLink second = (Content.ResourceLink) result.content().get(3);
        assertThat(second.uri()).isEqualTo(kept() + "/1");
        assertThat(note(result)).contains("2 other blocks were replaced by links");
        assertThat(read(second.uri()).contents().get(0).blob()).isEqualTo(sound.data());
        assertThat(read(link.uri()).contents().get(0).mimeType()).isEqualTo("image/png");
    }

    @Test
    void roomForLinksIsLeft() {
        Content.Image fits = new Content.Image("A".repeat(4_500), "image/png", null, null);
        Content.Image large = new Content.Image("B".repeat(8_000), "image/png", null, null);
        CallToolResult result = cut(FakeNext.result(fits, large, large, large));
        assertThat(result.content().subList(0, 4)).hasOnlyElementsOfType(Content.ResourceLink.class);
        assertThat(note(result)).contains("4 other blocks were replaced by links");
    }

    @Test
    void embeddedResourceBecomesALink() {
        Content.ResourceContents file = new Content.ResourceContents("file:///a", "text/x", ABC, null, null);
        CallToolResult result =
                cut(FakeNext.result(new Content.Text(ABC), new Content.EmbeddedResource(file, null, null)));
        Content.ResourceLink link = (Content.ResourceLink) result.content().get(1);
        assertThat(link.name()).isEqualTo("file:///a");
        assertThat(link.uri()).isEqualTo(kept() + "/1");
        assertThat(readAll(link.uri())).isEqualTo(ABC);
        assertThat(read(link.uri()).contents().get(0).mimeType()).isEqualTo("text/x");
    }

    @Test
    void whatHasNoRoomIsLeftOut() {
        Content[] images = IntStream.range(0, 100)
                .mapToObj(i -> new Content.Image("A".repeat(500), "image/png", null, null))
                .toArray(Content[]::new);
        CallToolResult result = cut(FakeNext.result(images));
        assertThat(JsonSize.of(result).bytes()).isLessThan(6_000);
        assertThat(note(result)).containsPattern("\\d+ other blocks were left out");
    }

    @Test
    void resultThatHasNothingToKeepIsNotKept() {
        CallToolResult result = cut(
                FakeNext.result(new Content.ResourceLink("file:///a", "a", null, ABC, null, null, null, null, null)));
        assertThat(result.content()).hasSize(1);
        assertThat(note(result)).endsWith("1 other blocks were left out. It is not kept.]");
        assertThat(kept()).isEqualTo("null");
    }

    @Test
    void structuredContentIsLeftOutAfterTheText() {
        CallToolResult result = cut(new HostSignal.ToolResult(new CallToolResult(
                List.of(new Content.Text("short")),
                FakeNext.json("{'a':'" + ABC + "'}"),
                true,
                FakeNext.json("{'m':1}"),
                Map.of("o", FakeNext.json("2")))));
        assertThat(result.structuredContent()).isNull();
        assertThat(result.isError()).isTrue();
        assertThat(result.meta()).isEqualTo(FakeNext.json("{'m':1}"));
        assertThat(result.others()).isEqualTo(Map.of("o", FakeNext.json("2")));
        assertThat(shown(result)).isEqualTo("short");
        assertThat(note(result)).contains("The structured content was left out; it is the resource " + kept() + ".");
        assertThat(readAll(kept())).isEqualTo("{\"a\":\"" + ABC + "\"}");
        assertThat(read(kept()).contents().get(0).mimeType()).isEqualTo("application/json");
    }

    @Test
    void structuredContentStaysWhereItFits() {
        CallToolResult result = cut(new HostSignal.ToolResult(new CallToolResult(
                List.of(new Content.Image(ABC, null, null, null)), FakeNext.json("{'a':1}"), null, null)));
        assertThat(result.structuredContent()).isEqualTo(FakeNext.json("{'a':1}"));
    }

    @Test
    void largeMetadataIsLeftOut() {
        CallToolResult result = cut(new HostSignal.ToolResult(new CallToolResult(
                List.of(new Content.Text("short")), null, null, FakeNext.json("{'m':'" + ABC + "'}"))));
        assertThat(result.meta()).isNull();
        assertThat(note(result)).contains("The metadata was left out");
    }

    @Test
    void promptsAndResourcesAreCut() {
        HostSignal.PromptResult prompt = (HostSignal.PromptResult) run(
                new HostSignal.PromptResult(new Prompts.GetPromptResult(
                        "about", List.of(new Prompts.PromptMessage(Role.ASSISTANT, new Content.Text(ABC))), null)),
                FakeNext.prompt());
        assertThat(prompt.result().messages()).hasSize(2);
        assertThat(prompt.result().messages().get(0).role()).isEqualTo(Role.ASSISTANT);
        assertThat(prompt.result().description()).isEqualTo("about");
        assertThat(((Content.Text) prompt.result().messages().get(1).content()).text())
                .contains(kept());

        HostSignal.ResourceResult resource = (HostSignal.ResourceResult) run(
                new HostSignal.ResourceResult(new Resources.ReadResourceResult(
                        List.of(
                                new Content.ResourceContents("file:///a", "text/x", ABC, null, null),
                                new Content.ResourceContents("file:///b", "image/png", null, ABC, null)),
                        7L,
                        dev.mcpflux.protocol.CacheScope.PRIVATE,
                        null)),
                FakeNext.read("file:///a"));
        assertThat(resource.result().contents()).hasSize(3);
        assertThat(resource.result().contents().get(0).mimeType()).isEqualTo("text/x");
        assertThat(resource.result().contents().get(1).text()).contains(kept() + "/1");
        assertThat(resource.result().contents().get(2).text()).contains("?offset=");
        assertThat(resource.result().ttlMs()).isEqualTo(7);
        assertThat(next.events).extracting(e -> ((ResultCut) e).subject()).containsExactly("s__greet", "file:///a");
    }

    @Test
    void noticesAndOtherCallsPass() {
        HostSignal progress = new HostSignal.Notice(new ToolSignal.Progress(1, null, ABC));
        next.server = call -> Flux.just(progress, FakeNext.text(ABC));
        StepVerifier.create(filter.filter(FakeNext.call(), next))
                .expectNext(progress)
                .assertNext(signal -> assertThat(note(FakeNext.result(signal))).contains("larger"))
                .verifyComplete();
    }

    @Test
    void tasksAreCut() {
        CallToolResult result = FakeNext.result(run(FakeNext.text(ABC), new HostCall.ResumeTask("s", "t", null)));
        assertThat(shown(result)).hasSizeLessThan(5_000);
        assertThat(next.lookUps).hasValue(0);
    }

    @Test
    void exemptCallsAreNotCut() {
        filter = limits().exempt(List.of("s__wr*", "file:///*")).build().filter();
        HostSignal large = FakeNext.text(ABC);
        assertThat(run(large, FakeNext.call())).isSameAs(large);
        HostSignal other = run(large, new HostCall.CallTool("s", "read", null, null, false));
        assertThat(other).isNotSameAs(large);
    }

    // -- hints

    @ParameterizedTest
    @CsvSource({"2000, 2000", "8000, 8000", "1, 1000", "1000000, 9000", "0, 5000", "-5, 5000"})
    void toolSetsItsOwnLimit(long hint, int limit) {
        filter = limits().maxHintedBytes(9_000).build().filter();
        next.tool = Mono.just(FakeNext.tool("{'_meta':{'anthropic/maxResultSizeChars':" + hint + "}}"));
        assertThat(shown(cut(FakeNext.text(ABC))).length()).isBetween(limit - 200, limit);
        assertThat(((ResultCut) next.events.get(0)).limit()).isEqualTo(limit);
    }

    @Test
    void hintCountsCharactersNotTokens() {
        filter = limits().maxTokens(100).maxHintedBytes(50_000).build().filter();
        next.tool = Mono.just(FakeNext.tool("{'_meta':{'anthropic/maxResultSizeChars':2000}}"));
        assertThat(shown(cut(FakeNext.text("日".repeat(5_000)))).length()).isBetween(1_800, 2_000);
    }

    @Test
    void hintsMayBeIgnored() {
        filter = limits().honoursSizeHint(false).build().filter();
        next.tool = Mono.just(FakeNext.tool("{'_meta':{'anthropic/maxResultSizeChars':9000}}"));
        assertThat(shown(cut(FakeNext.text(ABC)))).hasSizeLessThan(5_000);
        assertThat(next.lookUps).hasValue(0);
    }

    @Test
    void listThatCannotBeReadChangesNothing() {
        for (Mono<CatalogueTool> tool :
                List.of(Mono.<CatalogueTool>empty(), Mono.<CatalogueTool>error(new IllegalStateException("no")))) {
            next.tool = tool;
            assertThat(shown(cut(FakeNext.text(ABC))).length()).isBetween(4_800, 5_000);
        }
        next.tool = Mono.never();
        next.server = call -> Flux.just(FakeNext.text(ABC));
        StepVerifier.create(filter.filter(FakeNext.call(), next))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(5)))
                .expectNextCount(1)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    // -- what is kept

    private String readAll(String uri) {
        StringBuilder all = new StringBuilder();
        for (String at = uri; !at.isEmpty(); ) {
            Content.ResourceContents page = read(at).contents().get(0);
            assertThat(JsonSize.ofText(String.valueOf(page.text())).bytes()).isLessThanOrEqualTo(5_000);
            all.append(page.text());
            at = page.meta().path("dev.mcpflux/next").asString("");
        }
        return all.toString();
    }

    @Test
    void textIsReadInPages() {
        cut(FakeNext.text(ABC));
        Content.ResourceContents page =
                read(kept() + "?offset=15&limit=10").contents().get(0);
        assertThat(page.text()).isEqualTo("fghijabcde");
        assertThat(page.uri()).isEqualTo(kept() + "?offset=15&limit=10");
        assertThat(page.mimeType()).isEqualTo("text/plain");
        assertThat(page.meta())
                .isEqualTo(FakeNext.json("{'dev.mcpflux/offset':15,'dev.mcpflux/total':10000,'dev.mcpflux/next':'"
                        + kept() + "?offset=25&limit=10'}"));
        assertThat(readAll(kept())).isEqualTo(ABC);
        assertThat(read(kept() + "?offset=99999").contents().get(0).text()).isEmpty();
        assertThat(read(kept() + "?offset=9990").contents().get(0).meta().has("dev.mcpflux/next"))
                .isFalse();
    }

    @Test
    void pagesDoNotSplitCharacters() {
        cut(FakeNext.text("😀".repeat(5_000)));
        assertThat(read(kept() + "?offset=3&limit=3").text()).isEqualTo("😀");
        assertThat(read(kept() + "?offset=2&limit=1").text()).isEqualTo("😀");
        assertThat(readAll(kept() + "?limit=3")).isEqualTo("😀".repeat(5_000));
    }

    @Test
    void blobIsReadInPages() {
        byte[] bytes = new byte[9_000];
        new Random(7).nextBytes(bytes);
        cut(FakeNext.result(new Content.Image(Base64.getEncoder().encodeToString(bytes), "image/png", null, null)));
        byte[] page = Base64.getDecoder()
                .decode(read(kept() + "?offset=10&limit=5").contents().get(0).blob());
        assertThat(page).isEqualTo(java.util.Arrays.copyOfRange(bytes, 10, 15));
        assertThat(read(kept() + "?offset=99999").contents().get(0).blob()).isEmpty();
    }

    @Test
    void linesAreFound() {
        String text = IntStream.rangeClosed(1, 1_000)
                .mapToObj(i -> i == 500 || i == 502 || i == 900 ? "ERROR at " + i : "line " + i)
                .collect(Collectors.joining("\n"));
        cut(FakeNext.text(text));
        assertThat(read(kept() + "?search=error+at").text()).isEqualTo("""
                        498- (offset 4365) line 498
                        499- (offset 4374) line 499
                        500: (offset 4383) ERROR at 500
                        501- (offset 4396) line 501
                        502: (offset 4405) ERROR at 502
                        503- (offset 4418) line 503
                        504- (offset 4427) line 504
                        --
                        898- (offset 7973) line 898
                        899- (offset 7982) line 899
                        900: (offset 7991) ERROR at 900
                        901- (offset 8004) line 901
                        902- (offset 8013) line 902
                        there is no more""");
        assertThat(text.substring(7_991)).startsWith("ERROR at 900");
        assertThat(read(kept() + "?search=nowhere").text())
                .isEqualTo("nothing in " + text.length() + " characters contains it");
    }

    @Test
    void longLinesAreFoundInParts() {
        String line = "x".repeat(3_000) + "Needle" + "y".repeat(3_000) + "needle";
        cut(FakeNext.text(line));
        assertThat(read(kept() + "?search=needle").text())
                .isEqualTo("1: (offset 2800) …" + "x".repeat(200) + "Needle" + "y".repeat(194) + "…\n"
                        + "1: (offset 5806) …" + "y".repeat(200) + "needle\nthere is no more");
    }

    @Test
    void searchResultsAreBounded() {
        cut(FakeNext.text(("match me" + " and more".repeat(10) + "\n").repeat(3_000)));
        String found = read(kept() + "?search=match").text();
        assertThat(found.lines().filter(line -> line.contains(":"))).hasSizeBetween(30, 100);
        assertThat(JsonSize.ofText(found).bytes()).isLessThanOrEqualTo(5_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?offset=x",
                "?offset=-1",
                "?limit=0",
                "?limit=",
                "?search=",
                "?search=%zz",
                "?page=2",
                "/x",
                "/-1"
            })
    void wrongQueriesAreRefused(String query) {
        cut(FakeNext.text(ABC));
        StepVerifier.create(Flux.defer(() -> filter.filter(FakeNext.read(kept() + query), next)))
                .verifyErrorSatisfies(e ->
                        assertThat(e).isInstanceOf(McpValidationException.class).hasMessageContaining(query));
    }

    @Test
    void whatIsNotKeptIsAskedOfTheNextFilter() {
        cut(FakeNext.text(ABC));
        for (String uri : List.of("mcpflux://results/unknown", kept() + "/1", "mcpflux://other")) {
            next.server = call -> Flux.just(FakeNext.text("passed on"));
            assertThat(filter.filter(FakeNext.read(uri), next).blockLast())
                    .as(uri)
                    .isEqualTo(FakeNext.text("passed on"));
        }
    }

    @Test
    void anotherCallerReadsNothing() {
        next.server = call -> Flux.just(FakeNext.text(ABC));
        Context ada = Context.of(CallContext.PRINCIPAL, "ada");
        Context bob = Context.of(CallContext.PRINCIPAL, "bob");
        filter.filter(FakeNext.call(), next).contextWrite(ada).blockLast();
        String ofAda = kept();
        filter.filter(FakeNext.call(), next).contextWrite(bob).blockLast();
        String ofBob = kept();
        assertThat(read(ofAda, ada).text()).startsWith("abc");
        assertThat(read(ofBob, bob).text()).startsWith("abc");
        for (Context other : List.of(bob, Context.empty())) {
            next.server = call -> Flux.empty();
            assertThat(filter.filter(FakeNext.read(ofAda), next)
                            .contextWrite(other)
                            .collectList()
                            .block())
                    .isEmpty();
        }
    }

    @Test
    void cuttingDoesNotBlock() {
        // loads what is loaded once
        StepVerifier.create(cutOften(Schedulers.immediate())).expectNextCount(1).verifyComplete();
        StepVerifier.create(cutOften(Schedulers.parallel()))
                .expectNext(100L)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
    }

    /** More ids than random bytes are buffered for. */
    private Mono<Long> cutOften(Scheduler thread) {
        next.server = call -> Flux.just(FakeNext.text(ABC));
        return Flux.defer(() -> filter.filter(FakeNext.call(), next))
                .repeat(99)
                .count()
                .subscribeOn(thread);
    }

    @Test
    void idsDiffer() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            cut(FakeNext.text(ABC));
            ids.add(kept());
        }
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> URI.matcher(id).matches());
    }

    private boolean isKept(String uri) {
        next.server = call -> Flux.empty();
        return filter.filter(FakeNext.read(uri), next).blockLast() != null;
    }

    @Test
    void oldestResultIsDroppedFirst() {
        filter = limits().keptResults(2).build().filter();
        List<String> uris = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cut(FakeNext.text(ABC));
            uris.add(kept());
        }
        assertThat(uris).extracting(this::isKept).containsExactly(false, true, true);
    }

    @Test
    void keptBytesAreBounded() {
        filter = limits().keptBytes(25_000).build().filter();
        List<String> uris = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            cut(FakeNext.text(ABC));
            uris.add(kept());
        }
        assertThat(uris).extracting(this::isKept).containsExactly(false, true, true);
        CallToolResult huge = cut(FakeNext.text(ABC.repeat(3)));
        assertThat(note(huge)).endsWith("It is not kept.]").doesNotContain("mcpflux:");
        assertThat(kept()).isEqualTo("null");
        assertThat(uris).extracting(this::isKept).containsExactly(false, true, true);
    }

    @Test
    void keptBytesOfAllCallersAreBounded() {
        filter = limits().keptBytes(11_000).build().filter();
        List<String> uris = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            next.server = call -> Flux.just(FakeNext.text(ABC));
            filter.filter(FakeNext.call(), next)
                    .contextWrite(Context.of(CallContext.PRINCIPAL, i))
                    .blockLast();
            uris.add(kept());
        }
        long left = IntStream.range(0, 10)
                .filter(i -> {
                    next.server = call -> Flux.empty();
                    return filter.filter(FakeNext.read(uris.get(i)), next)
                                    .contextWrite(Context.of(CallContext.PRINCIPAL, i))
                                    .blockLast()
                            != null;
                })
                .count();
        assertThat(left).isEqualTo(8);
    }

    @Test
    void keptResultsExpire() {
        cut(FakeNext.text(ABC));
        String uri = kept();
        time.advanceTimeBy(Duration.ofMinutes(59));
        assertThat(isKept(uri)).isTrue();
        time.advanceTimeBy(Duration.ofMinutes(1));
        assertThat(isKept(uri)).isFalse();
    }

    @Test
    void nothingIsKeptWithoutRoom() {
        filter = limits().keptResults(0).build().filter();
        CallToolResult result =
                cut(FakeNext.result(new Content.Text("a"), new Content.Image(ABC, "image/png", null, null)));
        assertThat(result.content()).hasSize(2);
        assertThat(note(result)).contains("1 other blocks were left out.").endsWith("It is not kept.]");
    }

    // -- how a call ends

    @Test
    void failuresAndCancellationPass() {
        next.server = call -> Flux.error(new IllegalStateException("lost"));
        StepVerifier.create(filter.filter(FakeNext.call(), next)).verifyErrorMessage("lost");
        TestPublisher<HostSignal> server = TestPublisher.create();
        next.server = call -> server.flux();
        filter.filter(FakeNext.call(), next).subscribe().dispose();
        server.assertCancelled();
    }

    @Test
    void cancellationWhileLookingUpCancelsThat() {
        TestPublisher<CatalogueTool> list = TestPublisher.create();
        next.tool = list.mono();
        next.server = call -> Flux.just(FakeNext.text(ABC));
        filter.filter(FakeNext.call(), next).subscribe().dispose();
        list.assertCancelled();
        assertThat(next.events).isEmpty();
    }

    /** Whatever a result is made of, what is left fits, besides the note. */
    @Test
    void anyMixtureFits() {
        Random random = new Random(11);
        for (int round = 0; round < 300; round++) {
            Content[] content = IntStream.range(0, random.nextInt(12))
                    .mapToObj(i -> block(random))
                    .toArray(Content[]::new);
            CallToolResult result = FakeNext.result(run(
                    new HostSignal.ToolResult(new CallToolResult(
                            List.of(content),
                            random.nextBoolean() ? null : FakeNext.json("['" + text(random) + "']"),
                            null,
                            random.nextBoolean()
                                    ? null
                                    : FakeNext.json("{'m':'" + "m".repeat(random.nextInt(3_000)) + "'}"))),
                    FakeNext.call()));
            assertThat(JsonSize.of(result).bytes()).as("round %s", round).isLessThan(6_000);
            Matcher uris =
                    Pattern.compile("mcpflux://results/[\\w-]{22}(/\\d+)?").matcher(JsonText.of(result));
            while (uris.find()) {
                assertThat(isKept(uris.group())).as(uris.group()).isTrue();
            }
        }
    }

    private static String text(Random random) {
        return List.of("a", "é", "日", "😀").get(random.nextInt(4)).repeat(random.nextInt(3_000));
    }

    private static Content block(Random random) {
        String text = text(random);
        return switch (random.nextInt(4)) {
            case 0 -> new Content.Image("A".repeat(random.nextInt(3_000)), "image/png", null, null);
            case 1 ->
                new Content.EmbeddedResource(
                        new Content.ResourceContents("file:///" + text, null, text, null, null), null, null);
            case 2 -> new Content.ResourceLink("file:///" + text, "n", null, null, null, null, null, null, null);
            default -> new Content.Text(text);
        };
    }

    /** The JSON of a value. */
    private static final class JsonText {
        static String of(Object value) {
            return dev.mcpflux.jsonrpc.McpJson.mapper().writeValueAsString(value);
        }
    }
}

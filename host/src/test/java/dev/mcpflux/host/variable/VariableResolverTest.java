package dev.mcpflux.host.variable;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.McpConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class VariableResolverTest {

    private static final String SECRET = "s3cr3t-value";

    private static final InputDefinition KEY = InputDefinition.password("key", "The key of the service");

    @TempDir
    private Path directory;

    private final List<String> asked = new ArrayList<>();
    private final Sinks.Empty<Void> stop = Sinks.empty();

    private VariableResolver resolver(UnaryOperator<VariableSources.Builder> change) {
        return new VariableResolver(change.apply(VariableSources.builder()
                        .environment(Map.of("A", "one", "EMPTY", "")::get)
                        .inputs(List.of(KEY, InputDefinition.choice("region", null, List.of("eu", "us")))))
                .build());
    }

    private VariableResolver asking(Mono<String> answer) {
        return resolver(sources -> sources.asker((input, server) -> {
            asked.add(server + " " + input.id());
            return answer;
        }));
    }

    private Mono<String> resolve(VariableResolver resolver, String text) {
        return resolve(resolver, text, VariableStyle.MCPFLUX, "a");
    }

    private Mono<String> resolve(VariableResolver resolver, String text, VariableStyle style, String server) {
        return resolver.resolve(
                server,
                stop.asMono(),
                values -> values.expand(
                        text,
                        style,
                        directory.resolve("mcp.json"),
                        problem -> new McpConfigurationException(server, "line 3: " + problem)));
    }

    // -- the plain case

    @Test
    void theEnvironmentIsThereAtOnce() {
        Thread subscriber = Thread.currentThread();
        List<Thread> threads = new ArrayList<>();

        resolve(resolver(sources -> sources), "${A} ${X:-x}")
                .doOnNext(value -> threads.add(Thread.currentThread()))
                .subscribe(value -> assertThat(value).isEqualTo("one x"));

        assertThat(threads).containsExactly(subscriber);
    }

    @Test
    void theEnvironmentIsReadAnewForEachSubscription() {
        AtomicInteger reads = new AtomicInteger();
        Mono<String> value = resolve(
                resolver(sources -> sources.environment(name -> String.valueOf(reads.incrementAndGet()))), "${A}");

        assertThat(value.block()).isEqualTo("1");
        assertThat(value.block()).isEqualTo("2");
    }

    @Test
    void whatIsPutInIsFound() {
        VariableResolver resolver = resolver(sources ->
                sources.asker((input, server) -> Mono.just("answer")).secrets(name -> Mono.just("of " + name)));

        Map<String, String> found = resolver.resolve("a", Mono.never(), values -> {
                    values.expand(
                            "${A} ${X:-x} ${input:key} ${secret:s} ${userHome}",
                            VariableStyle.MCPFLUX,
                            null,
                            IllegalStateException::new);
                    return values.found();
                })
                .block();

        assertThat(found).isEqualTo(Map.of("env:A", "one", "input:key", "answer", "secret:s", "of s"));
    }

    @Test
    void whatIsPassedOverIsLoggedOnceForEachStart() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(VariableResolver.class);
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.WARN);
        try {
            resolve(resolver(sources -> sources), "${X} ${X}", VariableStyle.CLAUDE, "a")
                    .block();
            // done again for the input
            resolver(sources -> sources.asker(InputAsker.of(Map.of("key", SECRET))))
                    .resolve(
                            "a",
                            Mono.never(),
                            values -> values.expand("$X", VariableStyle.GEMINI, null, IllegalStateException::new)
                                    + values.expand(
                                            "${input:key}", VariableStyle.VSCODE, null, IllegalStateException::new))
                    .block();
        } finally {
            logger.detachAppender(log);
            logger.setLevel(null);
        }

        assertThat(log.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(
                        "server 'a': line 3: the environment variable X is not set; \"${X}\" is passed on as it is",
                        "the environment variable X is not set; nothing stands in its place");
    }

    // -- inputs

    @Test
    void anInputIsAskedForOnce() {
        VariableResolver resolver = asking(Mono.fromSupplier(() -> "answer " + asked.size()));

        assertThat(resolve(resolver, "${input:key}/${input:key}").block()).isEqualTo("answer 1/answer 1");
        assertThat(resolve(resolver, "${input:key}", VariableStyle.VSCODE, "b").block())
                .isEqualTo("answer 1");
        assertThat(asked).containsExactly("a key");
    }

    @Test
    void nobodyIsAskedBeforeTheSubscription() {
        resolve(asking(Mono.just("answer")), "${input:key}");

        assertThat(asked).isEmpty();
    }

    @Test
    void anInputThatIsNotNeededIsNotAskedFor() {
        assertThat(resolve(asking(Mono.never()), "${A:-${input:key}}").block()).isEqualTo("one");
        assertThat(resolve(asking(Mono.never()), "${env:A} | ${input:key}", VariableStyle.PROPOSED, "a")
                        .block())
                .isEqualTo("one");
        assertThat(asked).isEmpty();
    }

    @Test
    void serversThatWaitShareAQuestion() {
        Sinks.One<String> answer = Sinks.one();
        VariableResolver resolver = asking(answer.asMono());

        StepVerifier.create(Mono.zip(
                        resolve(resolver, "${input:key}"),
                        resolve(resolver, "<${input:key}>", VariableStyle.MCPFLUX, "b")))
                .then(() -> answer.tryEmitValue("x"))
                .assertNext(values -> assertThat(values.toList()).containsExactly("x", "<x>"))
                .verifyComplete();
        assertThat(asked).containsExactly("a key");
    }

    @Test
    void cancellingEndsTheQuestionAndForgetsIt() {
        TestPublisher<String> question = TestPublisher.create();
        VariableResolver resolver = asking(question.mono());
        Disposable first = resolve(resolver, "${input:key}").subscribe();
        Disposable second =
                resolve(resolver, "${input:key}", VariableStyle.MCPFLUX, "b").subscribe();

        first.dispose();
        question.assertNotCancelled();
        second.dispose();
        question.assertCancelled();

        resolve(resolver, "${input:key}", VariableStyle.MCPFLUX, "c").subscribe();
        assertThat(asked).containsExactly("a key", "c key");
    }

    @Test
    void aFailureIsNotRemembered() {
        List<Mono<String>> answers = new ArrayList<>(
                List.of(Mono.error(new IllegalStateException(SECRET)), Mono.empty(), Mono.just("answer")));
        VariableResolver resolver = asking(Mono.defer(() -> answers.remove(0)));

        StepVerifier.create(resolve(resolver, "${input:key}"))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessage("server 'a': line 3: the input key could not be obtained:"
                                + " java.lang.IllegalStateException")
                        .hasNoCause());
        StepVerifier.create(resolve(resolver, "${input:key}"))
                .verifyErrorMessage("server 'a': line 3: the input key was not answered");
        assertThat(resolve(resolver, "${input:key}").block()).isEqualTo("answer");
        assertThat(asked).hasSize(3);
    }

    @Test
    void errorsOfThisLibraryArePassedOn() {
        McpException closed = new McpConfigurationException(null, "no terminal");

        StepVerifier.create(resolve(asking(Mono.error(closed)), "${input:key}"))
                .verifyErrorSatisfies(e -> assertThat(e).isSameAs(closed));
    }

    @Test
    void aQuestionIsWaitedForUpToALimit() {
        TestPublisher<String> question = TestPublisher.create();

        StepVerifier.withVirtualTime(() -> resolve(asking(question.mono()), "${input:key}"))
                .expectSubscription()
                .expectNoEvent(Duration.ofMinutes(10).minusNanos(1))
                .thenAwait(Duration.ofNanos(1))
                .verifyErrorMessage("server 'a': line 3: the input key was not answered within 600 s");
        question.assertCancelled();
    }

    @Test
    void stoppingTheServerEndsTheQuestion() {
        TestPublisher<String> question = TestPublisher.create();

        StepVerifier.create(resolve(asking(question.mono()), "${input:key}"))
                .then(stop::tryEmitEmpty)
                .expectComplete()
                .verify(Duration.ofSeconds(5));
        question.assertCancelled();
    }

    @Test
    void withoutAnAskerADefaultCounts() {
        VariableResolver preset = resolver(sources -> sources.inputs(List.of(KEY.withPreset("standard"))));

        assertThat(resolve(preset, "${input:key}").block()).isEqualTo("standard");
        StepVerifier.create(resolve(resolver(sources -> sources), "${input:key}"))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConfigurationException.class)
                        .hasMessageStartingWith("server 'a': line 3: the input key has to be asked for")
                        .hasMessageContaining("give the input a \"default\""));
    }

    @Test
    void aChoiceIsOneOfItsOptions() {
        assertThat(resolve(asking(Mono.just("eu")), "${input:region}").block()).isEqualTo("eu");
        StepVerifier.create(resolve(asking(Mono.just(SECRET)), "${input:region}"))
                .verifyErrorMessage(
                        "server 'a': line 3: the answer for the input region is none of its options: eu, us");
    }

    @Test
    void someFormsDeclareTheirInputs() {
        VariableResolver resolver = asking(Mono.just("answer"));

        StepVerifier.create(resolve(resolver, "${input:other}", VariableStyle.VSCODE, "a"))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageContaining("the input other is not declared"));
        assertThat(resolve(resolver, "${input:other}", VariableStyle.PROPOSED, "a")
                        .block())
                .isEqualTo("answer");
        assertThat(resolve(resolver, "{other} {key}", VariableStyle.REGISTRY, "a")
                        .block())
                .isEqualTo("{other} answer");
        assertThat(asked).containsExactly("a other", "a key");
    }

    /** Two files may mean different things by one id. */
    @Test
    void anInputIsThatOfItsFile() {
        Path other = directory.resolve("other.json");
        Path own = directory.resolve("mcp.json");
        VariableResolver resolver = resolver(sources -> sources.inputs(List.of(
                        KEY.withFile(other), InputDefinition.text("key", "own").withFile(own)))
                .asker((input, server) -> Mono.just(String.valueOf(input.description()))));

        assertThat(resolve(resolver, "${input:key}").block()).isEqualTo("own");
    }

    @ParameterizedTest
    @EnumSource(
            value = VariableStyle.class,
            names = {"MCPFLUX", "VSCODE"})
    void programsRunOnlyIfTheyMay(VariableStyle style) {
        VariableResolver resolver = resolver(
                sources -> sources.inputs(List.of(InputDefinition.command("run", List.of("not-started", SECRET)))));

        StepVerifier.create(resolve(resolver, "${input:run}", style, "a"))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessageContaining("the input run runs a program, which is not allowed")
                        .hasMessageNotContaining(SECRET));
    }

    // -- secrets

    @Test
    void aSecretIsLookedUpForEachStart() {
        AtomicInteger lookups = new AtomicInteger();
        VariableResolver resolver =
                resolver(sources -> sources.secrets(name -> Mono.fromSupplier(() -> name + lookups.incrementAndGet())));

        assertThat(resolve(resolver, "${secret:s} ${secret:s}").block()).isEqualTo("s1 s1");
        assertThat(resolve(resolver, "${op://v/i}").block()).isEqualTo("op://v/i2");
    }

    @Test
    void aStoreMayBlock() {
        List<Boolean> blocking = new ArrayList<>();
        VariableResolver resolver = resolver(sources -> sources.secrets(name -> {
            blocking.add(!Schedulers.isInNonBlockingThread());
            return Mono.just("x");
        }));

        resolve(resolver, "${secret:s}").subscribeOn(Schedulers.parallel()).block();

        assertThat(blocking).containsExactly(true);
    }

    @Test
    void aSecretThatIsNotThereIsUnset() {
        VariableResolver resolver = resolver(sources -> sources.secrets(name -> Mono.empty()));

        assertThat(resolve(resolver, "${secret:s:-x}").block()).isEqualTo("x");
        StepVerifier.create(resolve(resolver, "${secret:s}"))
                .verifyErrorSatisfies(
                        e -> assertThat(e).hasMessageContaining("line 3: there is no value for the secret s"));
    }

    @Test
    void anErrorOfAStoreShowsNothing() {
        VariableResolver resolver = resolver(sources -> sources.secrets(name -> Mono.error(new IOException(SECRET))));

        StepVerifier.create(resolve(resolver, "${secret:s:-x}"))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .hasMessage("server 'a': line 3: the secret s could not be obtained: java.io.IOException")
                        .hasNoCause());
    }

    @Test
    void secretsOfContinueMayBeInTheEnvironment() {
        VariableResolver resolver = resolver(sources -> sources.secrets(name -> Mono.just("stored " + name)));

        assertThat(resolve(resolver, "${{ secrets.A }} ${{ secrets.B }}", VariableStyle.CONTINUE, "a")
                        .block())
                .isEqualTo("one stored B");
    }

    @Test
    void cancellingEndsALookUp() {
        TestPublisher<String> lookup = TestPublisher.create();
        Sinks.Empty<Void> subscribed = Sinks.empty();
        VariableResolver resolver = resolver(
                sources -> sources.secrets(name -> lookup.mono().doOnSubscribe(s -> subscribed.tryEmitEmpty())));

        Disposable start = resolve(resolver, "${secret:s}").subscribe();
        subscribed.asMono().block();
        start.dispose();

        lookup.assertCancelled();
    }

    // -- files

    @Test
    void aFileIsReadForEachStart() throws IOException {
        VariableResolver resolver = resolver(sources -> sources);
        Files.writeString(directory.resolve("token"), "one\n");

        assertThat(resolve(resolver, "<${file:token}>").block()).isEqualTo("<one>");
        Files.writeString(directory.resolve("token"), "two\r\n");
        assertThat(resolve(resolver, "<{file:" + directory.resolve("token") + "}>", VariableStyle.OPENCODE, "a")
                        .block())
                .isEqualTo("<two>");
    }

    @Test
    void aFileThatCannotBeReadIsAnError() throws IOException {
        Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc0});
        Files.write(directory.resolve("long"), new byte[(1 << 20) + 1]);
        VariableResolver resolver = resolver(sources -> sources);

        assertFails(resolver, "${file:absent}", "line 3: there is no file " + directory.resolve("absent"));
        assertFails(resolver, "${file:binary}", "is not UTF-8 text");
        assertFails(resolver, "${file:long}", "is longer than");
        assertFails(resolver, "${file:.}", "expected a file, found something else");
    }

    private void assertFails(VariableResolver resolver, String text, String problem) {
        StepVerifier.create(resolve(resolver, text))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpConfigurationException.class)
                        .hasMessageContaining(problem));
    }

    // -- values

    @Test
    void valuesAreNotExpandedAgain() {
        VariableResolver resolver = asking(Mono.just("${A} ${input:key} $${A}"));

        assertThat(resolve(resolver, "${input:key}").block()).isEqualTo("${A} ${input:key} $${A}");
    }

    @Test
    void howMuchOneStartObtainsIsBounded() {
        VariableResolver resolver = resolver(sources -> sources.secrets(Mono::just));
        StringBuilder text = new StringBuilder();
        for (int i = 0; i <= 256; i++) {
            text.append("${secret:s").append(i).append('}');
        }

        assertFails(resolver, text.toString(), "needs more than 256 values");
    }

    @Test
    void nothingShowsADefault() {
        assertThat(KEY.withPreset(SECRET)).hasToString("InputDefinition[key, promptString, password]");
        assertThat(VariableSources.builder()
                        .inputs(List.of(KEY.withPreset(SECRET)))
                        .build()
                        .toString())
                .doesNotContain(SECRET);
    }
}

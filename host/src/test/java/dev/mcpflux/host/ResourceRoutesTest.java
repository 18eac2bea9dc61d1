package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.Resources;
import dev.mcpflux.testing.ScriptedPeer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Which server a URI goes to. */
class ResourceRoutesTest {

    /** A server with resources and templates, which answers each read with its own name. */
    private static ScriptedPeer peer(String name, String uris, String templates) {
        return ScriptedPeer.named(name)
                .handshake("2025-11-25", "{\"resources\":{}}")
                .always("resources/list", "{\"resources\":[" + list(uris, "uri") + "]}")
                .always("resources/templates/list", "{\"resourceTemplates\":[" + list(templates, "uriTemplate") + "]}")
                .always("resources/read", "{\"contents\":[{\"uri\":\"x:\",\"text\":\"" + name + "\"}]}");
    }

    private static String list(String values, String key) {
        return Arrays.stream(values.split(" "))
                .filter(value -> !value.isEmpty())
                .map(value -> "{\"name\":\"n\",\"" + key + "\":\"" + value + "\"}")
                .collect(Collectors.joining(","));
    }

    private static Mono<String> use(Function<McpHost, Mono<Resources.ReadResourceResult>> body, ScriptedPeer... peers) {
        HostConfig.Builder config = HostConfig.builder();
        for (ScriptedPeer peer : peers) {
            config.server(peer.transport());
        }
        return McpHost.use(config.build(), body)
                .map(Resources.ReadResourceResult::text)
                .next();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a://1 | ``               | ``    | {+any}           | a
            ``    | a://{n}          | ``    | {+any}           | a
            ``    | a://{n}          | ``    | {scheme}://{+p}  | a
            ``    | a://{n}/x        | ``    | a://{n}          | b
            ``    | a://{n}/x        | a://1 | ``               | b
            ``    | {+any}           | ``    | b://{n}          | a
            ``    | a://{?q}         | ``    | a://{n}          | b
            ``    | a://2            | ``    | a:{//n}{?q}      | b
            ``    | a://{broken      | ``    | a://{n}/x        | a
            """, quoteCharacter = '`')
    void aUriGoesToTheServerThatHasIt(
            String uris, String templates, String otherUris, String otherTemplates, String to) {
        StepVerifier.create(use(
                        host -> host.readResource("a://1"),
                        peer("a", uris, templates),
                        peer("b", otherUris, otherTemplates)))
                .expectNext(to)
                .verifyComplete();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a://1 | ``       | ``    | a://{n}
            a://1 | ``       | a://1 | ``
            ``    | a://{n}  | ``    | a://{+path}
            ``    | {+any}   | ``    | {+all}
            """, quoteCharacter = '`')
    void aUriThatSeveralHaveNamesThemAll(String uris, String templates, String otherUris, String otherTemplates) {
        ScriptedPeer a = peer("a", uris, templates);
        ScriptedPeer b = peer("b", otherUris, otherTemplates);
        StepVerifier.create(use(host -> host.readResource("a://1"), a, b))
                .verifyErrorSatisfies(e -> assertThat(e).isInstanceOfSatisfying(McpNameNotFoundException.class, n -> {
                    assertThat(n.isAmbiguous()).isTrue();
                    assertThat(n.candidates()).containsExactly("a", "b");
                }));
        assertThat(a.receivedMethods()).doesNotContain("resources/read");
        assertThat(b.receivedMethods()).doesNotContain("resources/read");
        StepVerifier.create(use(
                        host -> host.server("b").useOne(session -> session.readResource("a://1")),
                        peer("a", uris, templates),
                        peer("b", otherUris, otherTemplates)))
                .expectNext("b")
                .verifyComplete();
    }

    @Test
    void onlyServerWithResourcesIsNotListed() {
        ScriptedPeer a = peer("a", "", "");
        StepVerifier.create(use(
                        host -> host.readResource("a://1"),
                        a,
                        ScriptedPeer.named("tools").handshake()))
                .expectNext("a")
                .verifyComplete();
        assertThat(a.receivedMethods()).doesNotContain("resources/list");
    }

    @Test
    void aUriStaysWithItsServerWhileThatIsLost() {
        for (List<String> offers : List.of(List.of("a://1", ""), List.of("", "a://{n}"))) {
            ScriptedPeer owner =
                    peer("owner", offers.get(0), offers.get(1)).expect("ping").close();
            ScriptedPeer other = peer("other", "", "{+any}");
            StepVerifier.create(use(
                            host -> host.readResource("a://1")
                                    .then(host.server("owner")
                                            .useOne(s -> s.ping().onErrorComplete()))
                                    .then(host.readResource("a://1")),
                            owner,
                            other))
                    .verifyErrorSatisfies(e -> assertThat(e).hasMessageStartingWith("server 'owner'"));
            assertThat(other.receivedMethods()).doesNotContain("resources/read");
        }
    }

    @Test
    void uriIsNotRoutedAroundALostServer() {
        ScriptedPeer lost = peer("lost", "a://1", "").expect("ping").close();
        ScriptedPeer other = peer("other", "", "{+any}");
        StepVerifier.create(use(
                        host -> host.server("lost")
                                .useOne(s -> s.ping().onErrorComplete())
                                .then(host.readResource("a://1")),
                        lost,
                        other))
                .verifyErrorSatisfies(e -> assertThat(e).hasMessageStartingWith("server 'lost'"));
        assertThat(other.receivedMethods()).doesNotContain("resources/read");
    }
}

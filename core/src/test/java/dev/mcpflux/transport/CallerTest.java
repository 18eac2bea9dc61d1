package dev.mcpflux.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

class CallerTest {

    private static Caller headers(String name, String value) {
        return Caller.of(Context.of(Caller.HEADERS, Map.of(name, value)));
    }

    @Test
    void callerWithoutPrincipalAndHeadersIsAnonymous() {
        assertThat(Caller.of(Context.empty())).isSameAs(Caller.ANONYMOUS);
        assertThat(Caller.of(Context.of(Caller.HEADERS, Map.of()))).isSameAs(Caller.ANONYMOUS);
        assertThat(Caller.ANONYMOUS.anonymous()).isTrue();
    }

    @Test
    void principalIsKeyRegardlessOfHeaders() {
        Caller before =
                Caller.of(Context.of(Caller.PRINCIPAL, "alice", Caller.HEADERS, Map.of("Authorization", "one")));
        Caller after = Caller.of(Context.of(Caller.PRINCIPAL, "alice", Caller.HEADERS, Map.of("Authorization", "two")));
        Caller bob = Caller.of(Context.of(Caller.PRINCIPAL, "bob", Caller.HEADERS, Map.of("Authorization", "one")));

        assertThat(before).isEqualTo(after).hasSameHashCodeAs(after).isNotEqualTo(bob);
        assertThat(after.headers()).containsEntry("authorization", "two");
    }

    @Test
    void headersAreKeyWithoutPrincipal() {
        assertThat(headers("Authorization", "one"))
                .isEqualTo(headers("authorization", "one"))
                .hasSameHashCodeAs(headers("authorization", "one"))
                .isNotEqualTo(headers("Authorization", "two"))
                .isNotEqualTo(headers("X-User", "one"))
                .isNotEqualTo(Caller.ANONYMOUS);
    }

    @Test
    void principalEqualToHeadersIsDifferentCaller() {
        Map<String, String> headers = Map.of("Authorization", "one");

        assertThat(Caller.of(headers, Map.of())).isNotEqualTo(Caller.of(null, headers));
    }

    @Test
    void headersOfWrongTypeAreRejected() {
        assertThatThrownBy(() -> Caller.of(Context.of(Caller.HEADERS, "Bearer s3cr3t")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("dev.mcpflux.http.headers in the Reactor context must be a Map<String, String>, "
                        + "but is a java.lang.String");
        assertThatThrownBy(
                        () -> Caller.of(Context.of(Caller.HEADERS, Map.of("Authorization", List.of("Bearer s3cr3t")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds a value of")
                .hasMessageContaining("for 'Authorization'")
                .hasMessageNotContaining("s3cr3t");
    }

    @Test
    void headersAreCopied() {
        Map<String, String> mine = new HashMap<>(Map.of("A", "1"));
        Caller caller = Caller.of(null, mine);
        mine.put("A", "2");

        assertThat(caller.headers()).containsEntry("A", "1");
        assertThatThrownBy(() -> caller.headers().put("B", "1")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void secretsAreNotShown() {
        assertThat(headers("Authorization", "s3cr3t")).hasToString("Caller[by headers]");
        assertThat(Caller.of("s3cr3t", Map.of())).hasToString("Caller[by principal]");
    }
}

package dev.mcpflux.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconnectionTest {

    private final Reconnection reconnection = new Reconnection(HttpOptions.builder()
            .streamAttempts(4)
            .streamDelay(Duration.ofSeconds(1))
            .maxStreamDelay(Duration.ofSeconds(30))
            .build());

    @Test
    void noDelayAskedForIsTakenOnceAndThenBackedOff() {
        reconnection.ask(0);
        assertThat(reconnection.next()).isZero();
        assertThat(reconnection.next()).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1100));
        assertThat(reconnection.next()).isBetween(Duration.ofMillis(1500), Duration.ofMillis(1650));
        assertThat(reconnection.next()).isGreaterThan(Duration.ofSeconds(2));
        assertThat(reconnection.next()).isNull();
    }

    @Test
    void delayAskedForIsNeverCutShort() {
        reconnection.ask(5_000);
        for (int i = 0; i < 4; i++) {
            assertThat(reconnection.next()).isBetween(Duration.ofSeconds(5), Duration.ofMillis(5_001));
        }
    }

    @Test
    void streamThatLivedStartsTheCountAgain() {
        for (int i = 0; i < 20; i++) {
            assertThat(reconnection.next()).isNotNull();
            reconnection.lived(Duration.ofSeconds(5));
        }
        for (int i = 0; i < 4; i++) {
            reconnection.lived(Duration.ofMillis(4_999));
            assertThat(reconnection.next()).isNotNull();
        }
        assertThat(reconnection.next()).isNull();
    }
}

package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.Caller;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PerCallerTest {

    private final PerCaller<StringBuilder> values = new PerCaller<>(100, 1000, StringBuilder::new);

    private static Caller caller(int number) {
        return Caller.of("c" + number, Map.of());
    }

    private void weigh(Caller caller, long more) {
        values.weigh(caller, values.get(caller), more);
    }

    @Test
    void totalWeightStaysBelowLimit() {
        for (int i = 0; i < 50; i++) {
            weigh(caller(i), 300);
            assertThat(values.bytes()).isLessThanOrEqualTo(1000);
        }
        assertThat(values.find(caller(49))).isNotNull();
        assertThat(values.size()).isEqualTo(3);
    }

    @Test
    void leastRecentlyUsedCallerIsEvicted() {
        weigh(caller(1), 400);
        weigh(caller(2), 400);
        values.find(caller(1));
        weigh(caller(3), 400);
        assertThat(values.find(caller(2))).isNull();
        assertThat(values.find(caller(1))).isNotNull();
    }

    @Test
    void anonymousValueIsEvictedLast() {
        weigh(Caller.ANONYMOUS, 400);
        weigh(caller(1), 400);
        weigh(caller(2), 400);
        assertThat(values.find(caller(1))).isNull();
        assertThat(values.find(Caller.ANONYMOUS)).isNotNull();
        weigh(caller(2), 400);
        assertThat(values.find(Caller.ANONYMOUS)).isNull();
        assertThat(values.bytes()).isEqualTo(800);
    }

    @Test
    void evictedValueHasNoWeight() {
        StringBuilder before = values.get(caller(1));
        values.remove(caller(1));
        values.get(caller(1));
        values.weigh(caller(1), before, 5000);
        assertThat(values.bytes()).isZero();
    }
}

package dev.mcpflux.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BoundedQueueTest {

    @Test
    void rejectsWhenFullAndAcceptsAfterPoll() {
        BoundedQueue<String> queue = new BoundedQueue<>(2);
        assertThat(queue.offer("a")).isTrue();
        assertThat(queue.offer("b")).isTrue();
        assertThat(queue.offer("c")).isFalse();
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.poll()).isEqualTo("a");
        assertThat(queue.offer("d")).isTrue();
        assertThat(queue.peek()).isEqualTo("b");
        assertThat(queue.poll()).isEqualTo("b");
        assertThat(queue.poll()).isEqualTo("d");
        assertThat(queue.poll()).isNull();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void isLimitedInBytesExceptForOneElement() {
        BoundedQueue<String> queue = new BoundedQueue<>(10, 5, String::length);
        assertThat(queue.offer("alone, and large")).isTrue();
        assertThat(queue.offer("a")).isFalse();
        assertThat(queue.poll()).isEqualTo("alone, and large");
        assertThat(queue.bytes()).isZero();
        assertThat(queue.offer("abc")).isTrue();
        assertThat(queue.offer("abc")).isFalse();
        assertThat(queue.offer("ab")).isTrue();
        assertThat(queue.size()).isEqualTo(2);
        queue.clear();
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void rejectsInvalidCapacity() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BoundedQueue<>(0));
    }
}

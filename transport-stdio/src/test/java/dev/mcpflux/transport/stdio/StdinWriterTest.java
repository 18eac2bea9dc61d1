package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.Diagnostics;
import dev.mcpflux.error.McpClosedException;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.transport.spi.DuplexConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A blocking pipe: the sending thread writes only while nothing is unread; otherwise the writer thread does. */
class StdinWriterTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Pipe pipe = new Pipe();
    private final List<IOException> broken = new CopyOnWriteArrayList<>();
    private final StdinWriter writer = new StdinWriter(
            "s",
            new StreamOutlet("s", pipe),
            1000,
            outcome -> new McpClosedException("s", "it is over", Diagnostics.NONE, null, outcome),
            broken::add);

    @AfterEach
    void end() {
        pipe.open.countDown();
        writer.end();
    }

    /** Records what was written, and by which thread; blocks where a full pipe would. */
    private static final class Pipe extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Thread> threads = new CopyOnWriteArrayList<>();
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile boolean full;
        private volatile boolean gone;

        @Override
        public void write(int b) {
            throw new AssertionError("one byte at a time");
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            threads.add(Thread.currentThread());
            if (gone) {
                throw new IOException("Broken pipe");
            }
            if (full) {
                try {
                    open.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
            }
            synchronized (bytes) {
                bytes.write(source, offset, length);
            }
        }

        int size() {
            synchronized (bytes) {
                return bytes.size();
            }
        }

        List<String> lines() {
            synchronized (bytes) {
                return bytes.toString(StandardCharsets.UTF_8).lines().toList();
            }
        }
    }

    private static JsonRpcMessage message(String method) {
        return new JsonRpcMessage.Notification(method, null);
    }

    private static JsonRpcMessage large(int bytes) {
        return new JsonRpcMessage.Notification("large", Map.of("text", "x".repeat(bytes)));
    }

    @Test
    void senderWritesWhileNothingIsUnread() {
        writer.send(message("a")).block(LIMIT);
        writer.read(pipe.size());
        writer.send(message("b")).block(LIMIT);
        assertThat(pipe.threads).containsExactly(Thread.currentThread(), Thread.currentThread());
        assertThat(pipe.lines()).containsExactly("""
                        {"jsonrpc":"2.0","method":"a"}""", """
                        {"jsonrpc":"2.0","method":"b"}""");
    }

    @Test
    void writerThreadWritesMessagesThatMayNotFit() {
        pipe.full = true;
        Mono<Void> sent = writer.send(large(StreamOutlet.ROOM)).cache();
        // returns although the pipe accepts nothing
        sent.subscribe();
        pipe.open.countDown();
        sent.block(LIMIT);
        assertThat(pipe.threads).hasSize(1).doesNotContain(Thread.currentThread());
    }

    @Test
    void writerThreadWaitsUntilServerHasRead() {
        writer.send(message("a")).block(LIMIT);
        assertThat(last()).isSameAs(Thread.currentThread());
        writer.send(message("b")).block(LIMIT);
        assertThat(last()).isNotSameAs(Thread.currentThread());
        // the thread may still be ending
        do {
            writer.read(pipe.size());
            writer.send(message("c")).block(LIMIT);
        } while (last() != Thread.currentThread());
        writer.read(pipe.size());
        // an older response that arrives late does not lower the position
        writer.read(1);
        writer.send(message("d")).block(LIMIT);
        assertThat(last()).isSameAs(Thread.currentThread());
    }

    private Thread last() {
        return pipe.threads.get(pipe.threads.size() - 1);
    }

    @Test
    void messagePositionIsSetBeforeTheWrite() {
        List<String> told = new CopyOnWriteArrayList<>();
        Sending first = new Sending(told, pipe);
        writer.send(message("a")).subscribe(first);
        writer.read(pipe.size());
        writer.send(message("b")).subscribe(new Sending(told, pipe));
        int length = """
                {"jsonrpc":"2.0","method":"a"}
                """.length();
        assertThat(told)
                .containsExactly(
                        "ends at " + length + " of 0", "sent", "ends at " + 2 * length + " of " + length, "sent");
    }

    private record Sending(List<String> told, Pipe pipe) implements CoreSubscriber<Void>, DuplexConnection.Sender {
        @Override
        public void placed(long end) {
            told.add("ends at " + end + " of " + pipe.size());
        }

        @Override
        public void onSubscribe(Subscription s) {
            s.request(1);
        }

        @Override
        public void onNext(Void none) {}

        @Override
        public void onError(Throwable e) {
            told.add(e.toString());
        }

        @Override
        public void onComplete() {
            told.add("sent");
        }
    }

    @Test
    void otherSendersOnlyQueueDuringAWrite() throws InterruptedException {
        pipe.full = true;
        Thread first = new Thread(() -> writer.send(message("first")).block(LIMIT));
        first.start();
        while (pipe.threads.isEmpty()) {
            Thread.onSpinWait();
        }
        // one thread is blocked in the pipe, which is fuller than the writer can know; no other thread waits for it
        Flux<Void> others = Flux.range(0, 100).flatMap(i -> writer.send(message("m" + i)), 200);
        Mono<Void> sent = others.then().cache();
        sent.subscribe();
        assertThat(pipe.size()).isZero();
        pipe.open.countDown();
        sent.block(LIMIT);
        first.join(LIMIT.toMillis());
        assertThat(pipe.lines())
                .hasSize(101)
                .doesNotHaveDuplicates()
                .first()
                .asString()
                .contains("first");
    }

    @Test
    void fromManyThreadsEveryMessageIsWrittenOnceAndWhole() {
        int each = 200;
        Flux.range(0, 16)
                .flatMap(
                        t -> Flux.range(0, each)
                                .concatMap(i -> writer.send(message("t" + t + "-" + i)))
                                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic()),
                        16)
                .blockLast(LIMIT);
        assertThat(pipe.lines()).hasSize(16 * each).doesNotHaveDuplicates().allMatch(line -> line.endsWith("\"}"));
        for (int t = 0; t < 16; t++) {
            String prefix = "{\"jsonrpc\":\"2.0\",\"method\":\"t" + t + "-";
            List<String> own =
                    pipe.lines().stream().filter(l -> l.startsWith(prefix)).toList();
            for (int i = 0; i < each; i++) {
                assertThat(own.get(i)).isEqualTo(prefix + i + "\"}");
            }
        }
    }

    @Test
    void brokenPipeIsReportedOnce() {
        pipe.gone = true;
        writer.send(message("a")).subscribe(v -> {}, e -> {});
        writer.send(message("b")).subscribe(v -> {}, e -> {});
        assertThat(broken).hasSize(1);
    }

    @Test
    void waitingMessagesAreWrittenBeforeClose() {
        pipe.full = true;
        writer.send(large(StreamOutlet.ROOM)).subscribe();
        writer.send(message("last")).subscribe();
        Mono<Void> finished = writer.finish().cache();
        finished.subscribe();
        pipe.open.countDown();
        finished.block(LIMIT);
        assertThat(pipe.lines()).hasSize(2);
    }
}

package dev.mcpflux.transport.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.JsonRpcMessage;
import dev.mcpflux.jsonrpc.RequestId;
import dev.mcpflux.protocol.CallToolParams;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.EmptyResult;
import dev.mcpflux.protocol.RequestMeta;
import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.RequestEffect;
import dev.mcpflux.transport.spi.RequestSpec;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.wire.TestLink.TestTransport;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

class WireFeedTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-31T12:00:00Z"), ZoneOffset.UTC);

    private final WireFeed feed = new WireFeed("", CLOCK);
    private final TestTransport server = new TestTransport("srv");
    private final Transport tapped = feed.tap(server);

    private static RequestSpec call() {
        return RequestSpec.of(
                        "tools/call", RequestEffect.MAY_ACT, new CallToolParams("t", null, null), CallToolResult.class)
                .withMeta((id, context) -> new RequestMeta(id));
    }

    private static String text(WireMessage message) {
        return message.server() + " " + message.link() + " " + message.direction() + " "
                + message.message().toString().replace('"', '\'');
    }

    @Test
    void emitsSentAndReceivedMessages() {
        Connection connection = TestLink.open(tapped);
        StepVerifier.create(feed.messages().map(WireFeedTest::text))
                .then(() -> {
                    connection.exchange(call()).subscribe().dispose();
                    server.latest.emit("{'jsonrpc':'2.0','id':1,'result':{'content':[],'unknown':1}}");
                    server.latest.emit("[{'id':9,'method':'ping'},{'id':8,'method':'ping'}]");
                    server.latest.emit("no JSON");
                    server.latest.emit("");
                    connection
                            .reply(new JsonRpcMessage.Success(RequestId.of(9), new EmptyResult()))
                            .block();
                    feed.complete();
                })
                .expectNext(
                        "srv 1 SENT {'jsonrpc':'2.0','id':1,'method':'tools/call',"
                                + "'params':{'name':'t','_meta':{'progressToken':1}}}",
                        "srv 1 SENT {'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1}}",
                        "srv 1 RECEIVED {'jsonrpc':'2.0','id':1,'result':{'content':[],'unknown':1}}",
                        "srv 1 RECEIVED {'id':9,'method':'ping'}",
                        "srv 1 RECEIVED {'id':8,'method':'ping'}",
                        "srv 1 SENT {'jsonrpc':'2.0','id':9,'result':{}}")
                .verifyComplete();
    }

    @Test
    void messageHasTimeSizeAndKind() {
        TestLink.open(tapped);
        StepVerifier.create(feed.messages())
                .then(() -> server.latest.emit("{'id':'a','method':'ping','params':{'x':1}}"))
                .assertNext(message -> {
                    assertThat(message.at()).isEqualTo(CLOCK.instant());
                    assertThat(message.bytes()).isEqualTo(43);
                    assertThat(message.isRequest()).isTrue();
                    assertThat(message.method()).isEqualTo("ping");
                    assertThat(message.params().path("x").asInt()).isEqualTo(1);
                    assertThat(message).hasToString("WireMessage[srv, link 1, RECEIVED, ping \"a\", 43 bytes]");
                })
                .then(() -> server.latest.emit("{'method':'n'}"))
                .assertNext(message -> assertThat(message.isNotification()).isTrue())
                .then(() -> server.latest.emit("{'id':1,'result':{}}"))
                .assertNext(message -> assertThat(message.isResponse()).isTrue())
                .thenCancel()
                .verify();
    }

    /** The links of a server that is restarted have names of their own, and all servers share the feed. */
    @Test
    void observesEveryLinkOfEveryServer() {
        TestTransport other = new TestTransport("other");
        Transport otherTapped = feed.tap(other);
        StepVerifier.create(feed.messages().map(message -> message.server() + message.link()))
                .then(() -> {
                    TestLink.open(tapped);
                    server.latest.emit("{'method':'n'}");
                    TestLink.open(otherTapped);
                    other.latest.emit("{'method':'n'}");
                    TestLink.open(tapped);
                    server.latest.emit("{'method':'n'}");
                })
                .expectNext("srv1", "other2", "srv3")
                .thenCancel()
                .verify();
    }

    @Test
    void secretsAreMaskedWhereverTheyStand() {
        TestTransport secret = new TestTransport("srv", text -> text.replace("s3cr3t-1", "${T}"));
        TestLink.open(feed.tap(secret));
        StepVerifier.create(feed.messages().map(WireFeedTest::text))
                .then(() -> secret.latest.emit("{'id':1,'error':{'s3cr3t-1':['a s3cr3t-1 b','s3cr3t\\u002d1']}}"))
                .expectNext("srv 1 RECEIVED {'id':1,'error':{'${T}':['a ${T} b','${T}']}}")
                .thenCancel()
                .verify();
    }

    @Test
    void withoutSubscriberNoMessageIsRead() {
        AtomicInteger masked = new AtomicInteger();
        UnaryOperator<String> counting = text -> {
            masked.incrementAndGet();
            return text;
        };
        TestTransport counted = new TestTransport("srv", counting);
        AtomicInteger encoded = new AtomicInteger();
        Connection connection = TestLink.open(feed.tap(counted));
        Runnable traffic = () -> {
            counted.latest.emit("{'jsonrpc':'2.0','method':'n','params':{'a':'b'}}");
            connection
                    .notify(new JsonRpcMessage.Notification("n", new CountedParams(encoded)))
                    .block();
        };

        traffic.run();
        assertThat(masked).hasValue(0);
        assertThat(encoded).hasValue(0);

        StepVerifier.create(feed.messages())
                .then(traffic)
                .expectNextCount(2)
                .thenCancel()
                .verify();
        int afterwards = masked.get();
        assertThat(afterwards).isPositive();
        assertThat(encoded).hasValue(1);

        traffic.run();
        assertThat(masked).hasValue(afterwards);
        assertThat(encoded).hasValue(1);
    }

    /** Counts how often it is written. */
    private record CountedParams(AtomicInteger encoded) {
        @com.fasterxml.jackson.annotation.JsonValue
        String value() {
            encoded.incrementAndGet();
            return "x";
        }
    }

    @Test
    void slowSubscriberLosesOldestMessagesAndIsToldHowMany() {
        TestLink.open(tapped);
        StepVerifier.create(feed.events(), 0)
                .then(() -> {
                    for (int i = 0; i < 300; i++) {
                        server.latest.emit("{'method':'n" + i + "'}");
                    }
                })
                .thenRequest(2)
                .expectNext(new WireEvent.MessagesDropped(44))
                .assertNext(event -> assertThat(((WireMessage) event).method()).isEqualTo("n44"))
                .thenCancel()
                .verify();
    }

    @Test
    void buffersAreLimitedInBytes() {
        TestLink.open(tapped);
        String megabyte = "{'method':'n','params':{'x':'" + "x".repeat(1024 * 1024) + "'}}";
        StepVerifier.create(feed.events(), 0)
                .then(() -> {
                    for (int i = 0; i < 6; i++) {
                        server.latest.emit(megabyte);
                    }
                    feed.complete();
                })
                .thenRequest(Long.MAX_VALUE)
                .expectNext(new WireEvent.MessagesDropped(3))
                .expectNextCount(3)
                .verifyComplete();
    }

    @Test
    void messagesOfABatchShareItsSize() {
        TestLink.open(tapped);
        StepVerifier.create(feed.messages().map(WireMessage::bytes))
                .then(() -> server.latest.emit("[{'method':'n'},{'method':'m'}]"))
                .expectNext(15, 15)
                .thenCancel()
                .verify();
    }

    @Test
    void lateSubscriberOfCompletedFeedCompletes() {
        feed.complete();
        StepVerifier.create(feed.messages()).verifyComplete();
    }
}

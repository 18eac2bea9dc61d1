package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.error.CallOutcome;
import dev.mcpflux.error.McpNotSentException;
import dev.mcpflux.error.McpOverloadException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.host.filter.AuditLog.Arguments;
import dev.mcpflux.host.filter.AuditRecord.Outcome;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.transport.Caller;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

/** Every operation appears in the audit log once, with who, what, when and how it ended. */
class AuditLogTest {

    private static final Instant NOON = Instant.parse("2026-07-28T12:00:00Z");

    private final FakeNext next = new FakeNext();
    private final List<AuditRecord> records = new ArrayList<>();
    private Instant now = NOON;

    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };

    private AuditLog.Builder options() {
        return AuditLog.builder().clock(clock);
    }

    private Flux<HostSignal> run(AuditLog options, HostCall call) {
        return options.filter(records::add).filter(call, next);
    }

    private AuditRecord record(HostCall call) {
        records.clear();
        run(options().build(), call).subscribe(signal -> {}, e -> {});
        assertThat(records).hasSize(1);
        return records.get(0);
    }

    @AfterEach
    void reset() {
        Hooks.resetOnErrorDropped();
    }

    @Test
    void recordSaysWhoWhatAndWhen() {
        next.server = call -> {
            now = NOON.plusMillis(250);
            return Flux.just(FakeNext.text("done"));
        };
        StepVerifier.create(
                        run(options().build(), FakeNext.call()).contextWrite(Context.of(CallContext.PRINCIPAL, "ada")))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(records)
                .containsExactly(new AuditRecord(
                        NOON,
                        "ada",
                        "s",
                        "tools/call",
                        "s__write",
                        CanonicalJson.hash(FakeNext.json("{'path':'/tmp/a'}")),
                        Duration.ofMillis(250),
                        Outcome.ANSWERED,
                        null));
    }

    @Test
    void outcomeSaysHowItEnded() {
        assertThat(record(FakeNext.call()).outcome()).isEqualTo(Outcome.ANSWERED);
        next.server = call -> Flux.just(FakeNext.error("no"));
        assertThat(record(FakeNext.call()).outcome()).isEqualTo(Outcome.TOOL_ERROR);
        next.server = call -> Flux.error(new McpNotSentException("s", "secret", null));
        assertThat(record(FakeNext.call()).outcome()).isEqualTo(Outcome.NOT_SENT);
        assertThat(record(FakeNext.call()).error()).isEqualTo("McpNotSentException");
        next.server = call -> Flux.error(new McpOverloadException("s", "x", CallOutcome.UNKNOWN));
        assertThat(record(FakeNext.call()).outcome()).isEqualTo(Outcome.UNKNOWN);
        next.server = call ->
                Flux.error(new McpPeerErrorException("s", "tools/call", new JsonRpcError(-32603, "secret", null)));
        assertThat(record(FakeNext.call()).outcome()).isEqualTo(Outcome.FAILED);
        next.server = call -> Flux.error(new IllegalStateException("secret"));
        assertThat(record(FakeNext.call()).outcome()).isEqualTo(Outcome.FAILED);
        assertThat(record(FakeNext.call()).toString()).doesNotContain("secret");
    }

    @Test
    void cancelledCallIsRecordedOnce() {
        TestPublisher<HostSignal> server = TestPublisher.create();
        next.server = call -> server.flux();
        Disposable call = run(options().build(), FakeNext.call()).subscribe();
        assertThat(records).isEmpty();
        call.dispose();
        server.assertCancelled();
        assertThat(records).extracting(AuditRecord::outcome).containsExactly(Outcome.CANCELLED);
    }

    @Test
    void whoCancelsAfterTheResultWasAnswered() {
        TestPublisher<HostSignal> server = TestPublisher.create();
        next.server = call -> server.flux();
        StepVerifier.create(run(options().build(), FakeNext.call()))
                .then(() -> server.next(FakeNext.error("no")))
                .expectNextCount(1)
                .thenCancel()
                .verify();
        assertThat(records).extracting(AuditRecord::outcome).containsExactly(Outcome.TOOL_ERROR);
    }

    @Test
    void cancellationAfterTheEndIsNotRecorded() {
        List<Subscription> subscriptions = new ArrayList<>();
        run(options().build(), FakeNext.call()).subscribe(new CoreSubscriber<>() {
            @Override
            public void onSubscribe(Subscription subscription) {
                subscriptions.add(subscription);
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(HostSignal signal) {}

            @Override
            public void onError(Throwable e) {}

            @Override
            public void onComplete() {
                subscriptions.get(0).cancel();
            }
        });
        assertThat(records).extracting(AuditRecord::outcome).containsExactly(Outcome.ANSWERED);
    }

    @Test
    void everyOperationIsRecorded() {
        assertThat(record(FakeNext.prompt()).subject()).isEqualTo("s__greet");
        assertThat(record(FakeNext.read("file:///a")).subject()).isEqualTo("file:///a");
        assertThat(record(new HostCall.ListEntries(ListKind.TOOLS)).method()).isEqualTo("tools/list");
        assertThat(record(new HostCall.ResumeTask("s", "t", null)).method()).isEqualTo("tasks/get");
        HostCall complete =
                new HostCall.Complete("s", Completions.CompletionReference.prompt("p"), "a", "b", Map.of("c", "d"));
        assertThat(record(complete).arguments()).isEqualTo(CanonicalJson.hash(FakeNext.json("{'a':'b','c':'d'}")));
    }

    @Test
    void eachSubscriptionIsRecorded() {
        Flux<HostSignal> call = run(options().build(), FakeNext.call());
        assertThat(records).isEmpty();
        call.blockLast();
        call.blockLast();
        assertThat(records).hasSize(2);
    }

    @Test
    void argumentsAreShownHashedOrOmitted() {
        HostCall call = FakeNext.call(FakeNext.json("{'b':1,'a':'x'}"));
        run(options().arguments(Arguments.SHOWN).build(), call).blockLast();
        run(options().arguments(Arguments.HASHED).build(), call).blockLast();
        run(options().arguments(Arguments.OMITTED).build(), call).blockLast();
        run(options().arguments(Arguments.SHOWN).build(), FakeNext.call(null)).blockLast();
        assertThat(records)
                .extracting(AuditRecord::arguments)
                .containsExactly(
                        "{\"b\":1,\"a\":\"x\"}",
                        // printf '{"a":"x","b":1}' | sha256sum
                        "cdab067e9f3beb32d1252cfd63e492592fecbf591b0d08cadb24bb17f3864246",
                        null,
                        null);
    }

    @Test
    void argumentsAreThoseOfTheBeginning() {
        Map<String, Object> mine = new HashMap<>(Map.of("a", 1));
        next.server = call -> {
            mine.put("a", 2);
            return Flux.just(FakeNext.text("done"));
        };
        run(options().arguments(Arguments.SHOWN).build(), FakeNext.call(mine)).blockLast();
        assertThat(records.get(0).arguments()).isEqualTo("{\"a\":1}");
    }

    @Test
    void unreadableArgumentsDoNotFailTheCall() {
        Object broken = new Object() {
            @SuppressWarnings("unused")
            public String getName() {
                throw new IllegalStateException("broken");
            }
        };
        run(options().build(), FakeNext.call(broken)).blockLast();
        assertThat(records.get(0).arguments()).isEqualTo("unreadable");
    }

    @Test
    void namesOfCallersShowNoToken() {
        AuditLog options = AuditLog.defaults();
        Map<String, String> headers = Map.of("Authorization", "Bearer s3cr3t");
        assertThat(options.caller().apply(Caller.ANONYMOUS)).isEqualTo("anonymous");
        assertThat(options.caller().apply(Caller.of(null, headers))).isEqualTo("by headers");
        assertThat(options.caller().apply(Caller.of("ada", headers))).isEqualTo("ada");
        Principal principal = () -> "ada";
        assertThat(options.caller().apply(Caller.of(principal, headers))).isEqualTo("ada");
        record Login(String token) {}
        assertThat(options.caller().apply(Caller.of(new Login("s3cr3t"), headers)))
                .isEqualTo("by principal");
    }

    @Test
    void callersAreKeptApart() {
        TestPublisher<HostSignal> first = TestPublisher.create();
        TestPublisher<HostSignal> second = TestPublisher.create();
        List<TestPublisher<HostSignal>> servers = new ArrayList<>(List.of(first, second));
        next.server = call -> servers.remove(0).flux();
        HostFilter filter = options().build().filter(records::add);
        for (String name : List.of("ada", "bob")) {
            filter.filter(FakeNext.call(), next)
                    .contextWrite(Context.of(CallContext.PRINCIPAL, name))
                    .subscribe();
        }
        second.complete();
        first.complete();
        assertThat(records).extracting(AuditRecord::caller).containsExactly("bob", "ada");
    }

    @Test
    void callerWithoutNameFailsTheCallUnsent() {
        AuditLog options = options()
                .caller(caller -> {
                    throw new IllegalStateException("no directory");
                })
                .build();
        StepVerifier.create(run(options, FakeNext.call()))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpCallDeniedException.class)
                        .hasMessageContaining("its caller has no name")
                        .hasMessageContaining("no directory"));
        assertThat(next.calls).isEmpty();
        assertThat(records).extracting(AuditRecord::outcome).containsExactly(Outcome.NOT_SENT);
    }

    @Test
    void recorderThatThrowsFailsNoCall() {
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        HostFilter filter = options().build().filter(written -> {
            throw new IllegalStateException("full");
        });
        StepVerifier.create(filter.filter(FakeNext.call(), next))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(dropped).extracting(Throwable::getMessage).containsExactly("full");
    }
}

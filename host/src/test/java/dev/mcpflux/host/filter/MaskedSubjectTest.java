package dev.mcpflux.host.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerStatus;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Names and URIs may hold configured secrets, which events, errors and records do not show. */
class MaskedSubjectTest {

    private static final HostCall CALL = new HostCall.ReadResource("s", "db://s3cr3t@host", null);

    private final List<HostEvent> events = new ArrayList<>();

    private final HostFilter.Next next = new HostFilter.Next() {
        @Override
        public Flux<HostSignal> proceed(HostCall call) {
            return Flux.empty();
        }

        @Override
        public Mono<CatalogueTool> tool(HostCall.CallTool call) {
            return Mono.empty();
        }

        @Override
        public @Nullable ServerStatus status(String server) {
            return null;
        }

        @Override
        public String mask(String server, String text) {
            return text.replace("s3cr3t", "${TOKEN}");
        }

        @Override
        public void report(HostEvent event) {
            events.add(event);
        }
    };

    @Test
    void denialShowsNoSecret() {
        HostFilter policy =
                ToolPolicy.builder().otherwise(PolicyRule.Action.DENY).build().filter();
        List<Throwable> failures = new ArrayList<>();
        policy.filter(CALL, next).subscribe(signal -> {}, failures::add);
        assertThat(failures).singleElement().satisfies(e -> assertThat(e).hasMessageContaining("db://${TOKEN}@host"));
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        HostEvent.CallDecided.class,
                        decided -> assertThat(decided.subject()).isEqualTo("db://${TOKEN}@host"));
    }

    @Test
    void recordShowsNoSecret() {
        List<AuditRecord> records = new ArrayList<>();
        AuditLog.defaults().filter(records::add).filter(CALL, next).blockLast();
        assertThat(records).extracting(AuditRecord::subject).containsExactly("db://${TOKEN}@host");
    }
}

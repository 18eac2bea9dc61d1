package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.mcpflux.client.EraPolicy;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.transport.stdio.StdioTransport;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a host itself makes of the texts of a server that writes its configured token into them. */
class HostSecretsTest {

    private static final String SERVER = """
            while IFS= read -r line; do
              id=${line#*\\"id\\":}; id=${id%%[,\\}]*}
              case $line in
                *\\"method\\":\\"initialize\\"*)
                  echo '{"jsonrpc":"2.0","id":'$id',"result":{"protocolVersion":"2025-11-25","capabilities":{"tools":{},"prompts":{}},"serverInfo":{"name":"'$SECRET'","version":"1"},"instructions":"'$SECRET'"}}' ;;
                *tools/list*)
                  tool='{"name":"look_'$SECRET'","inputSchema":{"type":"object"}}'
                  echo '{"jsonrpc":"2.0","id":'$id',"result":{"tools":['$tool','$tool']}}' ;;
                *prompts/list*)
                  echo '{"jsonrpc":"2.0","id":'$id',"error":{"code":-1,"message":"no '$SECRET'"}}' ;;
              esac
            done
            """;

    private static final String TOKEN = "s3cr3t-value-1";

    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.mcpflux");
    private @Nullable Level level;

    @BeforeEach
    void watchLogs() {
        assumeThat(File.separatorChar).isEqualTo('/');
        lines.list = new CopyOnWriteArrayList<>();
        lines.start();
        level = logger.getLevel();
        logger.setLevel(Level.WARN);
        logger.addAppender(lines);
    }

    @AfterEach
    void stopWatching() {
        logger.detachAppender(lines);
        logger.setLevel(level);
    }

    private static String trace(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }

    @Test
    void namesAreMaskedInEventsErrorsAndLogs() {
        StdioTransport transport = StdioTransport.builder("srv", "sh")
                .arguments("-c", SERVER)
                .environment(Map.of("SECRET", TOKEN))
                .build();
        List<HostEvent> events = new CopyOnWriteArrayList<>();
        List<Mono<Void>> ended = new CopyOnWriteArrayList<>();

        List<Throwable> failures = McpHost.use(
                        HostConfig.builder()
                                .server(ServerDefinition.of(transport).with(o -> o.era(EraPolicy.LEGACY)))
                                .build(),
                        host -> {
                            Mono<Void> end =
                                    host.events().doOnNext(events::add).then().cache();
                            end.subscribe();
                            ended.add(end);
                            return Flux.concat(
                                    failure(host.callTool("look", null)),
                                    failure(host.tool("srv__look")),
                                    failure(host.prompts().then()));
                        })
                .collectList()
                .block(Servers.LIMIT);
        ended.get(0).block(Servers.LIMIT);

        assertThat(failures)
                .hasSize(2)
                .allSatisfy(
                        e -> assertThat(trace(e)).doesNotContain("s3cr3t").contains("there is srv__look_${SECRET}"));
        assertThat(events)
                .filteredOn(HostEvent.ListFailed.class::isInstance)
                .extracting(e -> trace(((HostEvent.ListFailed) e).error()))
                .hasSize(1)
                .allSatisfy(text -> assertThat(text).doesNotContain("s3cr3t").contains("no ${SECRET}"));
        assertThat(events).allSatisfy(event -> assertThat(event.toString()).doesNotContain("s3cr3t"));
        assertThat(events).contains(new HostEvent.DuplicateName("srv", ListKind.TOOLS, "look_${SECRET}"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .allSatisfy(line -> assertThat(line).doesNotContain("s3cr3t"));
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains("[srv] it lists the tool look_${SECRET} more than once; the first one counts");
    }

    private static Mono<Throwable> failure(Mono<?> call) {
        return call.then(Mono.<Throwable>empty()).onErrorResume(Mono::just);
    }
}

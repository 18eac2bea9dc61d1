package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.client.drift.Drift;
import dev.mcpflux.client.drift.DriftReport;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.text.SafeText;
import dev.mcpflux.transport.wire.WireMessage;
import dev.mcpflux.transport.wire.WireRecording;
import dev.mcpflux.transport.wire.WireRecordingException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Command(
        name = "drift",
        description = {
            "Print what has changed in servers since they were recorded: requests of the recording that only read are"
                    + " sent again, and their answers are compared.",
            "A recording is a file of --record FILE, or of java -Dmcpflux.record=DIRECTORY. The exit code is 1 if something has changed."
        })
final class DriftCommand extends HostCommand {

    private static final int MAX_LINE = 1000;

    @Parameters(
            index = "0",
            paramLabel = "RECORDING",
            converter = PathConverter.class,
            description = "The file, with one JSON object a line.")
    @Nullable
    Path recording;

    @Parameters(
            index = "1",
            paramLabel = "SERVER",
            arity = "0..1",
            description = "Only this server. If the recording has one server, it may have another name there.")
    @Nullable
    String server;

    @Option(
            names = "--call-all-tools",
            description = "Call all recorded tools again, also those that may act; otherwise only those that the server"
                    + " annotates as read-only.")
    boolean allTools;

    /** A difference, and the server that it belongs to. */
    private record Found(String server, Drift drift) {}

    @Override
    public Integer call() {
        Map<String, DriftReport> reports = reports();
        ServerSelection from = new ServerSelection();
        from.servers.addAll(reports.keySet());
        return withHost(from, host -> compare(host, reports));
    }

    private Map<String, DriftReport> reports() {
        Map<String, List<WireMessage>> recorded = read();
        String only = server;
        if (only != null) {
            List<WireMessage> own =
                    recorded.size() == 1 ? recorded.values().iterator().next() : recorded.getOrDefault(only, List.of());
            if (own.isEmpty()) {
                throw new UsageException(
                        "the recording has no server '" + only + "'; it has " + String.join(", ", recorded.keySet()));
            }
            recorded = Map.of(only, own);
        }
        Map<String, DriftReport> reports = new LinkedHashMap<>();
        recorded.forEach((name, messages) -> {
            DriftReport report = DriftReport.of(messages);
            reports.put(name, allTools ? report.callingAllTools() : report);
        });
        return reports;
    }

    private Map<String, List<WireMessage>> read() {
        if (recording == null) {
            throw new IllegalStateException("not run by picocli");
        }
        Map<String, List<WireMessage>> recorded;
        try {
            recorded = WireRecording.read(recording)
                    .collect(Collectors.groupingBy(WireMessage::server, LinkedHashMap::new, Collectors.toList()))
                    .blockOptional()
                    .orElseThrow();
        } catch (WireRecordingException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        if (recorded.isEmpty()) {
            throw new UsageException("the recording " + recording + " is empty");
        }
        return recorded;
    }

    private Mono<Integer> compare(McpHost host, Map<String, DriftReport> reports) {
        return Flux.fromIterable(reports.entrySet())
                .concatMap(report -> host.server(report.getKey())
                        .use(report.getValue()::compare)
                        .map(drift -> new Found(report.getKey(), drift)))
                .doOnNext(this::print)
                .collectList()
                .map(this::end);
    }

    private void print(Found found) {
        if (output().json()) {
            return;
        }
        String line = SafeText.line(found.server + ": " + DriftText.line(found.drift), MAX_LINE);
        if (found.drift.isChange()) {
            output().line(line);
        } else {
            output().note("mcpflux: " + line);
        }
    }

    private int end(List<Found> all) {
        if (output().json()) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            all.forEach(found -> array.add(DriftText.json(found.server, found.drift)));
            output().document(array);
        }
        boolean changed = all.stream().anyMatch(found -> found.drift.isChange());
        if (!changed && !output().json()) {
            output().note("mcpflux: nothing has changed");
        }
        return changed ? ExitCode.TOOL_ERROR : ExitCode.OK;
    }
}

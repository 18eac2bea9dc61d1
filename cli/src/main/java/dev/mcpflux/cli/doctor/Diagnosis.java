package dev.mcpflux.cli.doctor;

import dev.mcpflux.cli.doctor.entry.ConfiguredServer;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.finding.Severity;
import dev.mcpflux.cli.output.Document;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Listing;
import dev.mcpflux.text.SafeText;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was found.
 *
 * @param servers that were checked
 * @param findings in the order of the checks
 */
public record Diagnosis(List<ConfiguredServer> servers, List<Finding> findings) {

    public Diagnosis {
        servers = List.copyOf(servers);
        findings = List.copyOf(findings);
    }

    /**
     * 0 without a problem, 3 if a server could not be started, 1 for other problems.
     *
     * @param strict whether a warning counts as a problem
     */
    public int exitCode(boolean strict) {
        if (findings.stream().anyMatch(finding -> finding.rule() == Rule.NOT_STARTED)) {
            return ExitCode.SERVER;
        }
        Severity least = strict ? Severity.WARNING : Severity.PROBLEM;
        return findings.stream().anyMatch(finding -> finding.severity().compareTo(least) >= 0)
                ? ExitCode.TOOL_ERROR
                : ExitCode.OK;
    }

    /** One line about all. */
    public String summary() {
        Map<Severity, Long> counts = counts();
        long problems = counts.getOrDefault(Severity.PROBLEM, 0L);
        long warnings = counts.getOrDefault(Severity.WARNING, 0L);
        long advice = counts.getOrDefault(Severity.ADVICE, 0L);
        return count(servers.size(), "server") + " checked: "
                + (problems == 0 ? "no problem" : Severity.PROBLEM.count(problems)) + ", "
                + (warnings == 0 ? "no warning" : Severity.WARNING.count(warnings))
                + (advice == 0 ? "" : ", " + Severity.ADVICE.count(advice));
    }

    private Map<Severity, Long> counts() {
        Map<Severity, Long> counts = new EnumMap<>(Severity.class);
        for (Severity severity : Severity.values()) {
            counts.put(
                    severity,
                    findings.stream()
                            .filter(finding -> finding.severity() == severity)
                            .count());
        }
        return counts;
    }

    private static String count(int number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }

    /** The findings alone, one a line. */
    public Listing<Finding> listing() {
        return Listing.<Finding>builder()
                .column("SERVER", Finding::server)
                .column("FINDING", finding -> finding.rule().id())
                .name(finding -> (finding.server() == null ? "" : finding.server() + "/")
                        + finding.rule().id())
                .build();
    }

    /** The findings of a severity, or more severe. */
    public List<Finding> from(Severity least) {
        return findings.stream()
                .filter(finding -> finding.severity().compareTo(least) >= 0)
                .toList();
    }

    /**
     * Everything for a person, by server.
     *
     * @param least the least severity that is shown
     * @param paths shows a path of a file
     */
    public Document document(Severity least, UnaryOperator<String> paths) {
        Document.Builder document = Document.builder("doctor").json(json(least));
        List<Finding> shown = from(least);
        // a name may be in several files
        for (ConfiguredServer server : servers) {
            List<Finding> own = shown.stream()
                    .filter(finding -> server.name().equals(finding.server()))
                    .toList();
            if (!own.isEmpty()) {
                document.heading(server.name()
                        + (server.file() == null
                                ? ""
                                : "  (" + paths.apply(server.file().toString()) + ")"));
                own.forEach(finding -> add(document, finding, paths));
            }
        }
        List<Finding> general =
                shown.stream().filter(finding -> finding.server() == null).toList();
        if (!general.isEmpty()) {
            document.heading("All servers");
            general.forEach(finding -> add(document, finding, paths));
        }
        return document.heading(summary()).build();
    }

    private static void add(Document.Builder document, Finding finding, UnaryOperator<String> paths) {
        String where = finding.place() == null ? "" : " (" + paths.apply(finding.place()) + ")";
        String head = finding.rule().id() + where + ": " + paths.apply(finding.text());
        document.field(
                finding.severity().symbol() + " " + finding.severity().word(),
                String.join(
                        "\n",
                        Stream.of(line("", head), line("→ ", finding.fix()), line("  ", finding.command()))
                                .flatMap(Optional::stream)
                                .toList()),
                finding.severity().style());
    }

    /** One line: a text of a server has no lines of its own here. */
    private static Optional<String> line(String prefix, @Nullable String text) {
        return Optional.ofNullable(text).map(words -> prefix + SafeText.line(words));
    }

    private ObjectNode json(Severity least) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode items = json.putArray("findings");
        for (Finding finding : from(least)) {
            items.addObject()
                    .put("id", finding.rule().id())
                    .put("severity", finding.severity().word())
                    .put("server", finding.server())
                    .put("file", file(finding.server()))
                    .put("place", finding.place())
                    .put("text", finding.text())
                    .put("fix", finding.fix())
                    .put("command", finding.command());
        }
        ObjectNode summary = json.putObject("summary").put("servers", servers.size());
        counts().forEach((severity, number) -> summary.put(severity.word(), number));
        return json;
    }

    private @Nullable String file(@Nullable String server) {
        return servers.stream()
                .filter(each -> each.name().equals(server) && each.file() != null)
                .findFirst()
                .map(each -> String.valueOf(each.file()))
                .orElse(null);
    }
}

package dev.mcpflux.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Writes what was measured as Markdown. */
final class Report {

    private final Results results;
    private final Options options;
    private final double load;

    /**
     * A report.
     *
     * @param load how much else the machine had to do in the minute before: above a tenth or so, do not trust the times
     */
    Report(Results results, Options options, double load) {
        this.results = results;
        this.options = options;
        this.load = load;
    }

    String markdown(String command, String server) {
        StringBuilder text = new StringBuilder();
        text.append("    ").append(command).append("\n\n");
        text.append(machine()).append("; ").append(jdk()).append("; server in ").append(server);
        text.append("; ").append(String.join(" ", Runner.JVM_FLAGS)).append(". Median of ");
        text.append(options.repetitions()).append(" JVMs each, ");
        text.append(options.warmUpMillis() / 1e3).append(" s to warm up and ");
        text.append(options.millis() / 1e3).append(" s measured, clients interleaved. ");
        text.append(String.format(Locale.ROOT, "Load average before the run: %.2f.%n", load));
        List<Contender> columns = Stream.of(Contender.values())
                .filter(options.contenders()::contains)
                .toList();
        table(
                text,
                columns,
                Case.ALL.stream()
                        .filter(options::wants)
                        .filter(Case::comparison)
                        .toList());
        table(
                text,
                List.of(Contender.HOST),
                Case.ALL.stream()
                        .filter(options::wants)
                        .filter(c -> !c.comparison())
                        .toList());
        if (text.indexOf(" †") >= 0) {
            text.append("\n† by a thread for each call, for want of an asynchronous one.\n");
        }
        return text.toString();
    }

    private void table(StringBuilder text, List<Contender> columns, List<Case> cases) {
        if (cases.isEmpty()) {
            return;
        }
        List<Contender> others = columns.contains(Contender.HOST) && columns.size() > 1
                ? columns.stream()
                        .filter(c -> c != Contender.HOST && c != Contender.LANGCHAIN4J)
                        .toList()
                : List.of();
        List<String> header = new ArrayList<>(List.of(""));
        columns.forEach(c -> header.add(c.title()));
        others.forEach(c -> header.add("host ÷ " + c.id()));
        text.append('\n').append(row(header));
        text.append("|---|").append("---:|".repeat(header.size() - 1)).append('\n');
        for (Case c : cases) {
            for (Case.Line line : c.lines()) {
                List<String> cells = new ArrayList<>(List.of(line.title()));
                for (Contender contender : columns) {
                    String value = number(results.median(c, contender, line.metric()), line.decimals());
                    boolean byThreads =
                            contender == Contender.LANGCHAIN4J && c.row().equals("IN_FLIGHT");
                    cells.add(byThreads && !value.equals("–") ? value + " †" : value);
                }
                for (Contender other : others) {
                    cells.add(ratio(
                            results.median(c, Contender.HOST, line.metric()), results.median(c, other, line.metric())));
                }
                text.append(row(cells));
            }
        }
    }

    private static String row(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String number(@Nullable Double value, int decimals) {
        return value == null ? "–" : String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    private static String ratio(@Nullable Double value, @Nullable Double other) {
        return value == null || other == null || other <= 0 ? "–" : String.format(Locale.ROOT, "%.2f", value / other);
    }

    private static String machine() {
        String model = field(Path.of("/proc/cpuinfo"), "model name");
        return Runtime.getRuntime().availableProcessors() + " cores" + (model.isEmpty() ? "" : " (" + model + ")")
                + ", " + System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + System.getProperty("os.arch");
    }

    private static String jdk() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version");
    }

    private static String field(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .limit(1)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            return "";
        }
    }
}

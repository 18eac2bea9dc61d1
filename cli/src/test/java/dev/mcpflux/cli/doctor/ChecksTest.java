package dev.mcpflux.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.offer.ToolLimits;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.schema.JsonSchemaValidator;
import dev.mcpflux.transport.http.ProxySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChecksTest {

    private static final Path DOCUMENT = Path.of("../docs/doctor.md");

    @Test
    void everyRuleBelongsToOneCheck() {
        Checks checks = Checks.of(
                Machine.ofThisMachine(Duration.ofSeconds(1)), ProxySettings.none(), JsonSchemaValidator.create());

        assertThat(checks.all().stream().map(Check::rules).flatMap(rules -> rules.stream()))
                .containsExactlyInAnyOrder(Rule.values());
    }

    /** The document has the table of all rules; this prints it when it is different. */
    @Test
    void documentListsAllRules() throws IOException {
        Stream<String> rows = Arrays.stream(Rule.values())
                .map(rule -> "| `" + rule.id() + "` | " + rule.severity().word() + " | " + rule.meaning() + " |");

        assertThat(table("| id |")).isEqualTo(rows.toList());
    }

    @Test
    void documentListsAllLimits() throws IOException {
        Stream<String> rows = Arrays.stream(ToolLimits.values())
                .map(limits -> "| " + limits.title() + " | " + shown(limits.nameLength()) + " | "
                        + shown(limits.description()) + " | " + shown(limits.tools()) + " | "
                        + (limits.rootKeywords().isEmpty()
                                ? "–"
                                : "`" + String.join("`, `", limits.rootKeywords()) + "`")
                        + " | " + limits.source() + " |");

        assertThat(table("| provider or client |")).isEqualTo(rows.toList());
    }

    private static String shown(@org.jspecify.annotations.Nullable Integer limit) {
        return limit == null ? "–" : limit.toString();
    }

    /** The rows of the table with this head. */
    private static List<String> table(String head) throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}

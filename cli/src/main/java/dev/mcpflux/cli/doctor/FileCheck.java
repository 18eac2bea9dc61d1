package dev.mcpflux.cli.doctor;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import java.util.EnumSet;
import java.util.Set;
import reactor.core.publisher.Flux;

/** Whether files say only what is understood. Their texts name the place. */
final class FileCheck implements Check<ReadFile> {

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.FILE_UNREADABLE, Rule.CONFIGURATION_WARNING);
    }

    @Override
    public Flux<Finding> check(ReadFile file) {
        Flux<Finding> warnings = Flux.fromIterable(file.warnings())
                .map(warning ->
                        Finding.of(Rule.CONFIGURATION_WARNING, warning + ".").fix("Correct the key, or remove it."));
        return file.problem() == null
                ? warnings
                : warnings.startWith(
                        Finding.of(Rule.FILE_UNREADABLE, file.problem() + ".").fix("Correct the file."));
    }
}

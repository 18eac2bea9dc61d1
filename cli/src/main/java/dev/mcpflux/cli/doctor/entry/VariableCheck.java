package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.variable.InputDefinition;
import dev.mcpflux.host.variable.VariableReference;
import dev.mcpflux.host.variable.VariableStyle;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether everything is known that an entry names, besides secrets. Blocks while it looks at files. */
public final class VariableCheck implements Check<ConfiguredServer> {

    private final Machine machine;

    public VariableCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(
                Rule.VARIABLE_UNSET,
                Rule.VARIABLE_EMPTY,
                Rule.FILE_MISSING,
                Rule.INPUT_NEEDS_PERSON,
                Rule.INPUT_UNDECLARED);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        if (!server.enabled()) {
            return Flux.empty();
        }
        return Flux.fromIterable(PlacedText.of(server.definition()))
                .concatMap(text -> Flux.fromIterable(text.template().variables())
                        .distinct()
                        .concatMap(variable ->
                                variable.optional() ? empty(server, text, variable) : missing(server, text, variable)));
    }

    private Mono<Finding> missing(ConfiguredServer server, PlacedText text, VariableReference variable) {
        String name = variable.name();
        return switch (variable.kind()) {
            case ENVIRONMENT ->
                Mono.justOrEmpty(
                        machine.variables().apply(name) != null
                                ? null
                                : finding(Rule.VARIABLE_UNSET, server, text, "The variable " + name + " is not set.")
                                        .fix("Set it where mcpflux is started: export " + name + "=…"));
            case INPUT -> Mono.justOrEmpty(input(server, text, name));
            case FILE -> Mono.justOrEmpty(file(server, text, name));
            // stores are asked by another check
            case SECRET, FOLDER -> Mono.empty();
        };
    }

    /** Some clients go on without a variable that has no default, which is seldom what is meant. */
    private Mono<Finding> empty(ConfiguredServer server, PlacedText text, VariableReference variable) {
        String name = variable.name();
        boolean goesOn = variable.kind() == VariableReference.Kind.ENVIRONMENT
                && text.template().style() != VariableStyle.PROPOSED
                && !text.template().text().contains(name + ":-")
                && machine.variables().apply(name) == null;
        return Mono.justOrEmpty(
                goesOn
                        ? finding(
                                        Rule.VARIABLE_EMPTY,
                                        server,
                                        text,
                                        "The variable " + name + " is not set; it stands for nothing, or stays as it is"
                                                + " written.")
                                .fix("Set it where mcpflux is started: export " + name + "=…")
                        : null);
    }

    private @Nullable Finding input(ConfiguredServer server, PlacedText text, String id) {
        InputDefinition input = server.inputs().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElse(null);
        if (input == null) {
            return declares(text.template().style())
                    ? finding(Rule.INPUT_UNDECLARED, server, text, "The input " + id + " is not declared.")
                            .fix("Add {\"id\": \"" + id + "\", …} to \"inputs\" of the file.")
                    : null;
        }
        return input.preset() != null || input.kind() == InputDefinition.Kind.COMMAND
                ? null
                : finding(Rule.INPUT_NEEDS_PERSON, server, text, "The input " + id + " is asked for at each start.")
                        .fix("For scripts, give it a \"default\", or use a variable of the environment.");
    }

    private static boolean declares(VariableStyle style) {
        return style == VariableStyle.MCPFLUX || style == VariableStyle.VSCODE || style == VariableStyle.PROPOSED;
    }

    private @Nullable Finding file(ConfiguredServer server, PlacedText text, String name) {
        try {
            Path path = Path.of(name.startsWith("~/") ? System.getProperty("user.home", "") + name.substring(1) : name);
            Path folder = server.file() == null
                    ? null
                    : server.file().toAbsolutePath().getParent();
            Path file = folder == null ? path : folder.resolve(path);
            return machine.files().isFile(file)
                    ? null
                    : finding(Rule.FILE_MISSING, server, text, file + " is no file.")
                            .fix("Create it, or correct its path.");
        } catch (InvalidPathException e) {
            return finding(Rule.FILE_MISSING, server, text, "The name of a file is no path.")
                    .fix("Correct its path.");
        }
    }

    private static Finding finding(Rule rule, ConfiguredServer server, PlacedText text, String words) {
        return Finding.of(rule, server.name(), words).at(text.place());
    }
}

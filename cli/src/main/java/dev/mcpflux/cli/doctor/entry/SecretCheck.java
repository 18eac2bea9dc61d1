package dev.mcpflux.cli.doctor.entry;

import dev.mcpflux.cli.doctor.finding.Check;
import dev.mcpflux.cli.doctor.finding.Finding;
import dev.mcpflux.cli.doctor.finding.Rule;
import dev.mcpflux.cli.doctor.probe.Machine;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableStyle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Whether secrets stand in a file as they are, and who can read that file. No finding quotes one. */
public final class SecretCheck implements Check<ConfiguredServer> {

    private final Machine machine;

    public SecretCheck(Machine machine) {
        this.machine = machine;
    }

    @Override
    public Set<Rule> rules() {
        return EnumSet.of(Rule.PLAIN_SECRET, Rule.PLAIN_SECRET_IN_PROJECT, Rule.SECRET_FILE_READABLE);
    }

    @Override
    public Flux<Finding> check(ConfiguredServer server) {
        Path file = server.file();
        if (file == null) {
            return Flux.empty();
        }
        List<Finding> findings = new ArrayList<>();
        for (PlacedText text : PlacedText.of(server.definition())) {
            String what = what(text);
            if (what != null) {
                findings.add(Finding.of(
                                server.project() ? Rule.PLAIN_SECRET_IN_PROJECT : Rule.PLAIN_SECRET,
                                server.name(),
                                "The file holds " + what + ", as it is.")
                        .at(text.place())
                        .fix(fix(text)));
            }
        }
        if (!findings.isEmpty() && machine.files().isReadableByOthers(file)) {
            findings.add(Finding.of(
                            Rule.SECRET_FILE_READABLE,
                            server.name(),
                            "Other users of this machine can read the secrets in the file.")
                    .at(file.toString())
                    .fix("Let only yourself read it.")
                    .command("chmod 600 " + dev.mcpflux.cli.argument.ShellWords.quote(file.toString())));
        }
        return Flux.fromIterable(findings);
    }

    private static @Nullable String what(PlacedText text) {
        Template template = text.template();
        if (text.place().equals("url")) {
            return ofUrl(template);
        }
        return SecretShape.of(
                text.label(), template.hasVariables() ? template.text() : template.plain(), !template.hasVariables());
    }

    /** The parameters of a URL have names, and the rest of it is seldom a secret. */
    private static @Nullable String ofUrl(Template url) {
        String text = url.hasVariables() ? url.text() : url.plain();
        String known = SecretShape.of("url", text, false);
        int query = text.indexOf('?');
        if (known != null || query < 0) {
            return known;
        }
        for (String parameter : text.substring(query + 1).split("[&#]")) {
            int equals = parameter.indexOf('=');
            String value = parameter.substring(equals + 1);
            String what = equals <= 0 || value.contains("${") || value.contains("{env:")
                    ? null
                    : SecretShape.of(parameter.substring(0, equals), value, true);
            if (what != null) {
                return what;
            }
        }
        return null;
    }

    private static String fix(PlacedText text) {
        String name = text.label()
                .replaceFirst("^-+", "")
                .replaceAll("[^A-Za-z0-9]+", "_")
                .toUpperCase(Locale.ROOT);
        String variable = name.isEmpty() || Character.isDigit(name.charAt(0)) ? "MY_SECRET" : name;
        String notation = notation(text.template().style(), variable);
        return notation == null
                ? "This kind of file has no variables: keep it to yourself, or keep the server in a file of mcpflux."
                : "Put it into a variable of the environment, and write " + notation
                        + ". Make a new secret if others have seen the file.";
    }

    private static @Nullable String notation(VariableStyle style, String name) {
        return switch (style) {
            case MCPFLUX, CLAUDE, GEMINI, CRUSH, LIBRECHAT -> "${" + name + "}";
            case VSCODE, CURSOR, WINDSURF, ROO, PROPOSED -> "${env:" + name + "}";
            case OPENCODE -> "{env:" + name + "}";
            case CONTINUE -> "${{ secrets." + name + " }}";
            case BUNDLE, REGISTRY, NONE -> null;
        };
    }
}

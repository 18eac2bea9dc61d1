package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The variables that the texts of a server name. */
final class Variables {

    private Variables() {}

    static List<Template> templates(ServerDefinition server) {
        List<Template> all = new ArrayList<>();
        if (server instanceof ServerDefinition.Stdio process) {
            all.add(process.command());
            add(process.environmentFile(), all);
            add(process.workingDirectory(), all);
            all.addAll(process.arguments());
            all.addAll(process.environment().values());
        } else if (server instanceof ServerDefinition.Http http) {
            all.add(http.url());
            add(http.proxy(), all);
            all.addAll(http.headers().values());
        }
        return all;
    }

    private static void add(@Nullable Template template, List<Template> to) {
        if (template != null) {
            to.add(template);
        }
    }

    /** Variables of the environment without which the server does not start, and which are not set. */
    static Set<String> unset(ServerDefinition server, UnaryOperator<@Nullable String> variables) {
        Set<String> unset = new TreeSet<>();
        for (Template template : templates(server)) {
            boolean resolves = true;
            try {
                String ignored = template.resolve(variables);
            } catch (IllegalArgumentException e) {
                resolves = false;
            }
            if (!resolves) {
                names(template, VariableReference.Kind.ENVIRONMENT).stream()
                        .filter(name -> variables.apply(name) == null)
                        .forEach(unset::add);
            }
        }
        return unset;
    }

    static List<String> names(Template template, VariableReference.Kind kind) {
        List<String> names = new ArrayList<>();
        template.variables().stream()
                .filter(variable -> variable.kind() == kind)
                .map(VariableReference::name)
                .forEach(names::add);
        return names;
    }

    /** The inputs that a server asks for. */
    static Set<String> inputs(ServerDefinition server) {
        Set<String> ids = new TreeSet<>();
        templates(server).forEach(template -> ids.addAll(names(template, VariableReference.Kind.INPUT)));
        return ids;
    }
}

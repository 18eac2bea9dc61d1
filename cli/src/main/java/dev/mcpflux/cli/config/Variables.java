package dev.mcpflux.cli.config;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableReference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The variables that the texts of a server name. */
final class Variables {

    private Variables() {}

    static List<Template> templates(ServerDefinition server) {
        Stream<@Nullable Template> all = Stream.of();
        if (server instanceof ServerDefinition.Stdio process) {
            all = Stream.of(
                            Stream.of(process.command(), process.environmentFile(), process.workingDirectory()),
                            process.arguments().stream(),
                            process.environment().values().stream())
                    .flatMap(each -> each);
        } else if (server instanceof ServerDefinition.Http http) {
            Collection<Template> headers = http.headers().values();
            all = Stream.concat(Stream.of(http.url(), http.proxy()), headers.stream());
        }
        return all.filter(Objects::nonNull).toList();
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

package dev.mcpflux.cli.shell;

import dev.mcpflux.cli.argument.ArgumentRow;
import dev.mcpflux.cli.argument.ArgumentValues;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.protocol.Completions.CompletionReference;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.uri.UriTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** Completes {@code key=value}: from the input schema of a tool, or by asking the server of a prompt or template. */
final class ArgumentCandidates {

    private final McpHost host;

    ArgumentCandidates(McpHost host) {
        this.host = host;
    }

    Flux<ShellCandidate> ofTool(Tool tool, List<String> given, String prefix) {
        int equals = prefix.indexOf('=');
        if (prefix.startsWith("@")) {
            return Flux.fromIterable(FileCandidates.of("@", prefix.substring(1)));
        }
        return Flux.fromIterable(
                equals > 0 ? values(tool.inputSchema(), prefix, equals) : names(tool.inputSchema(), given));
    }

    private static List<ShellCandidate> values(@Nullable JsonNode schema, String prefix, int equals) {
        boolean json = prefix.charAt(equals - 1) == ':';
        String key = prefix.substring(0, json ? equals - 1 : equals);
        String start = prefix.substring(0, equals + 1);
        String value = prefix.substring(equals + 1);
        if (value.startsWith("@")) {
            return FileCandidates.of(start + "@", value.substring(1));
        }
        return ArgumentValues.of(schema, key).stream()
                .map(each -> new ShellCandidate(start + each, each, null, true))
                .toList();
    }

    /** The names of arguments that have no value yet. */
    private static List<ShellCandidate> names(@Nullable JsonNode schema, List<String> given) {
        return ArgumentRow.of(schema).stream()
                .filter(row -> !row.name().contains("[]"))
                .filter(row -> given.stream().noneMatch(word -> isFor(row.name(), word)))
                .map(row -> new ShellCandidate(row.name() + "=", row.name() + "=", description(row), false))
                .toList();
    }

    private static boolean isFor(String name, String word) {
        return word.startsWith(name + "=") || word.startsWith(name + ":=") || word.startsWith(name + ".");
    }

    private static String description(ArgumentRow row) {
        return row.type()
                + (row.required() ? ", required" : "")
                + (row.description() == null ? "" : ": " + row.description());
    }

    // -- prompts and templates

    static List<ShellCandidate> names(CataloguePrompt prompt) {
        return arguments(prompt).stream()
                .map(argument -> ShellCandidate.word(argument.name(), argument.description()))
                .toList();
    }

    static List<ShellCandidate> names(CatalogueTemplate template) {
        return variables(template).stream()
                .map(name -> ShellCandidate.word(name, null))
                .toList();
    }

    Flux<ShellCandidate> ofPrompt(CataloguePrompt prompt, List<String> given, String prefix) {
        return of(prompt.server(), CompletionReference.prompt(prompt.prompt().name()), names(prompt), given, prefix);
    }

    Flux<ShellCandidate> ofTemplate(CatalogueTemplate template, List<String> given, String prefix) {
        return of(
                template.server(),
                CompletionReference.resource(template.template().uriTemplate()),
                names(template),
                given,
                prefix);
    }

    private Flux<ShellCandidate> of(
            String server,
            CompletionReference reference,
            List<ShellCandidate> names,
            List<String> given,
            String prefix) {
        int equals = prefix.indexOf('=');
        Map<String, String> others = pairs(given);
        if (equals <= 0) {
            return Flux.fromStream(names.stream()
                    .filter(name -> !others.containsKey(name.value()))
                    .map(name ->
                            new ShellCandidate(name.value() + "=", name.value() + "=", name.description(), false)));
        }
        String name = prefix.substring(0, equals);
        return host.server(server)
                .useOne(session -> session.complete(reference, name, prefix.substring(equals + 1), others))
                .flatMapIterable(completion -> completion.values())
                .map(value -> new ShellCandidate(name + "=" + value, value, null, true));
    }

    private static Map<String, String> pairs(List<String> words) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals > 0) {
                pairs.putIfAbsent(word.substring(0, equals), word.substring(equals + 1));
            }
        }
        return pairs;
    }

    private static List<Prompts.PromptArgument> arguments(CataloguePrompt prompt) {
        return prompt.prompt().arguments() == null ? List.of() : prompt.prompt().arguments();
    }

    private static List<String> variables(CatalogueTemplate template) {
        try {
            return UriTemplate.of(template.template().uriTemplate()).variables();
        } catch (IllegalArgumentException e) {
            // it cannot be read either
            return List.of();
        }
    }
}

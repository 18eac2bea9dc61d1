package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

@Command(
        name = "complete",
        description =
                "Print the values that a server suggests for an argument of a prompt or of a resource template, one"
                        + " a line.")
final class CompleteCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "REF", description = "A prompt, by either name, or a resource template.")
    String reference = "";

    @Parameters(
            index = "1",
            paramLabel = "ARG",
            description = "The argument. ARG=VALUE gives the beginning of its value, where VALUE itself contains a =.")
    String argument = "";

    @Parameters(
            index = "2..*",
            paramLabel = "VALUE KEY=VALUE",
            arity = "0..*",
            description = "The beginning of its value, and the arguments that have values already.")
    List<String> words = new ArrayList<>();

    @Mixin
    ServerSelection from = new ServerSelection();

    /** The server, and the prompt or template to complete. */
    private record Target(String server, Completions.CompletionReference reference) {}

    @Override
    public Integer call() {
        List<String> others = new ArrayList<>(words);
        int equals = argument.indexOf('=');
        String name = equals < 0 ? argument : argument.substring(0, equals);
        boolean separate = equals < 0 && !others.isEmpty() && !others.get(0).contains("=");
        String value = separate ? others.remove(0) : equals < 0 ? "" : argument.substring(equals + 1);
        Map<String, String> resolved = KeyValuePairs.parse(others);
        boolean template = UriTemplates.is(reference) || reference.contains("://");
        return withHost(
                from,
                template ? from.wanted() : from.wanted(reference),
                host -> (template ? template(host, name, resolved) : prompt(host, name, resolved))
                        .onErrorMap(e -> explain(host, e))
                        .flatMap(target -> host.server(target.server())
                                .useOne(session -> session.complete(target.reference(), name, value, resolved)))
                        .map(this::print));
    }

    private Mono<Target> prompt(McpHost host, String name, Map<String, String> resolved) {
        return named(from, reference, host::prompt).map(found -> {
            List<Prompts.PromptArgument> known = found.prompt().arguments() == null
                    ? List.of()
                    : found.prompt().arguments();
            check(
                    name,
                    resolved,
                    known.stream().map(Prompts.PromptArgument::name).toList(),
                    "prompt " + found.name());
            return new Target(
                    found.server(),
                    Completions.CompletionReference.prompt(found.prompt().name()));
        });
    }

    private Mono<Target> template(McpHost host, String name, Map<String, String> resolved) {
        if (UriTemplates.is(reference)) {
            check(name, resolved, UriTemplates.variables(reference), "template " + reference);
        }
        return host.resourceTemplates().collectList().map(all -> {
            List<String> servers = all.stream()
                    .filter(t -> t.template().uriTemplate().equals(reference))
                    .map(CatalogueTemplate::server)
                    .distinct()
                    .toList();
            if (servers.size() != 1) {
                throw new UsageException(
                        servers.isEmpty()
                                ? "no server offers the template " + reference
                                        + (all.isEmpty()
                                                ? "; none offers any"
                                                : "; there is "
                                                        + String.join(
                                                                ", ",
                                                                all.stream()
                                                                        .map(t -> t.template()
                                                                                .uriTemplate())
                                                                        .distinct()
                                                                        .limit(8)
                                                                        .toList()))
                                : "several servers offer the template " + reference + ": choose one with --from "
                                        + String.join(" or --from ", servers));
            }
            return new Target(servers.get(0), Completions.CompletionReference.resource(reference));
        });
    }

    private static void check(String name, Map<String, String> resolved, List<String> known, String whose) {
        KeyValuePairs.check(Map.of(name, ""), known, List.of(), whose);
        KeyValuePairs.check(resolved, known, List.of(), whose);
    }

    private int print(Completions.Completion completion) {
        if (output().json()) {
            output().document(completion);
            return ExitCode.OK;
        }
        // exactly one line for each value, whatever it contains
        completion.values().forEach(value -> output().line(SafeText.line(value)));
        int shown = completion.values().size();
        Integer total = completion.total();
        if (Boolean.TRUE.equals(completion.hasMore()) || (total != null && total > shown)) {
            output().note("mcpflux: these are " + shown + (total == null ? "; there are more" : " of " + total));
        } else if (shown == 0) {
            output().note("mcpflux: no suggestions");
        }
        return ExitCode.OK;
    }
}

package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.ResultText;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.text.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

@Command(name = "prompt", description = "Print the messages of a prompt, as \"role: text\".")
final class PromptCommand extends HostCommand {

    @Parameters(
            index = "0",
            paramLabel = "PROMPT",
            description = "server__prompt, or the bare name if only one server has it.")
    String prompt = "";

    @Parameters(index = "1..*", paramLabel = "KEY=VALUE", arity = "0..*", description = "Arguments of the prompt.")
    List<String> words = new ArrayList<>();

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        Map<String, String> arguments = KeyValuePairs.parse(words);
        return withHost(
                from,
                from.wanted(prompt),
                host -> named(from, prompt, host::prompt)
                        .onErrorMap(e -> explain(host, e))
                        .flatMap(found -> get(host, found, arguments)));
    }

    private Mono<Integer> get(McpHost host, CataloguePrompt found, Map<String, String> arguments) {
        List<Prompts.PromptArgument> known =
                found.prompt().arguments() == null ? List.of() : found.prompt().arguments();
        KeyValuePairs.check(
                arguments,
                known.stream().map(Prompts.PromptArgument::name).toList(),
                known.stream()
                        .filter(a -> Boolean.TRUE.equals(a.required()))
                        .map(Prompts.PromptArgument::name)
                        .toList(),
                "prompt " + found.name());
        return host.getPrompt(found.name(), arguments).map(this::print);
    }

    private int print(Prompts.GetPromptResult result) {
        if (output().json()) {
            output().document(result);
        } else {
            result.messages()
                    .forEach(m -> output().payload(SafeText.line(m.roleText()) + ": " + ResultText.text(m.content())
                            + System.lineSeparator()));
        }
        return ExitCode.OK;
    }
}

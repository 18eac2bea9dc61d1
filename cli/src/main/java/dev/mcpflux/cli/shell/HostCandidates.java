package dev.mcpflux.cli.shell;

import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.catalogue.CataloguePrompt;
import dev.mcpflux.host.catalogue.CatalogueResource;
import dev.mcpflux.host.catalogue.CatalogueTemplate;
import dev.mcpflux.host.catalogue.CatalogueTool;
import dev.mcpflux.host.server.ServerStatus;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.LogLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Completes a line with commands and with what the servers offer that are running now. It waits {@link #LIMIT} at most, and only
 * {@link #REST} longer than the quickest server: one that does not answer is left out.
 */
final class HostCandidates implements CandidateSource {

    /** The longest time of one completion. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** What the other servers get when the first one has answered. */
    static final Duration REST = Duration.ofMillis(300);

    private final McpHost host;
    private final ShellState state;
    private final List<LineRunner.Command> commands;
    private final Scheduler timer;
    private final ArgumentCandidates arguments;

    HostCandidates(McpHost host, ShellState state, List<LineRunner.Command> commands, Scheduler timer) {
        this.host = host;
        this.state = state;
        this.commands = commands;
        this.timer = timer;
        this.arguments = new ArgumentCandidates(host);
    }

    @Override
    public Mono<List<ShellCandidate>> candidates(List<String> before, String prefix, List<String> after) {
        return Flux.defer(() -> found(before, prefix, after))
                .filter(candidate -> candidate.value().startsWith(prefix))
                .takeUntilOther(Mono.delay(LIMIT, timer))
                .onErrorComplete()
                .distinct(ShellCandidate::value)
                .collectList();
    }

    private Flux<ShellCandidate> found(List<String> before, String prefix, List<String> after) {
        if (!before.isEmpty() && before.get(0).equals(":json")) {
            return found(before.subList(1, before.size()), prefix, after);
        }
        if (before.isEmpty()) {
            return Flux.concat(commands(), toolNames());
        }
        String first = before.get(0);
        if (prefix.startsWith("-")) {
            return Flux.fromStream(commands.stream()
                    .filter(command -> command.name().equals(isCommand(first) ? first : "call"))
                    .flatMap(command -> command.options().stream())
                    .map(option -> ShellCandidate.word(option, null)));
        }
        return before.size() == 1 && isCommand(first)
                ? firstOf(first, prefix)
                : next(first, before.subList(1, before.size()), prefix, after);
    }

    private boolean isCommand(String word) {
        return BuiltIn.of(word) != null
                || commands.stream().anyMatch(command -> command.name().equals(word));
    }

    private Flux<ShellCandidate> commands() {
        return Flux.concat(
                Flux.fromIterable(commands).map(each -> ShellCandidate.word(each.name(), each.summary())),
                Flux.fromIterable(BuiltIn.all()).map(each -> ShellCandidate.word(each.word(), each.summary())));
    }

    /** The first word behind a command. */
    private Flux<ShellCandidate> firstOf(String command, String prefix) {
        return switch (command) {
            case "call", "tool" -> toolNames();
            case "prompt" -> prompts();
            case "read" -> Flux.concat(resources(), templates());
            case "complete" -> Flux.concat(prompts(), templates());
            case "server", "restart", "use", "inspect", "task" ->
                Flux.fromIterable(host.servers()).map(HostCandidates::server);
            case "logs" ->
                words(Stream.concat(
                        Stream.of("on", "off"),
                        Arrays.stream(LogLevel.values())
                                .map(level -> level.name().toLowerCase(Locale.ROOT))));
            case "set" -> words(Stream.of("json"));
            case "help", "?" -> commands();
            case "run" -> Flux.fromIterable(FileCandidates.of("", prefix));
            default -> Flux.empty();
        };
    }

    /** The words behind the first one of a command, or behind a tool that is called by its name alone. */
    private Flux<ShellCandidate> next(String first, List<String> given, String prefix, List<String> after) {
        if (!isCommand(first)) {
            return tool(first).flatMapMany(tool -> arguments.ofTool(tool.tool(), joined(given, after), prefix));
        }
        String name = given.get(0);
        List<String> others = joined(given.subList(1, given.size()), after);
        return switch (first) {
            case "call" -> tool(name).flatMapMany(tool -> arguments.ofTool(tool.tool(), others, prefix));
            case "prompt" -> prompt(name).flatMapMany(prompt -> arguments.ofPrompt(prompt, others, prefix));
            case "read" -> template(name).flatMapMany(template -> arguments.ofTemplate(template, others, prefix));
            case "complete" ->
                given.size() > 1
                        ? Flux.empty()
                        : Flux.concat(
                                prompt(name).flatMapIterable(ArgumentCandidates::names),
                                template(name).flatMapIterable(ArgumentCandidates::names));
            case "set" -> words(Stream.of("on", "off"));
            default -> Flux.empty();
        };
    }

    private static List<String> joined(List<String> before, List<String> after) {
        List<String> all = new ArrayList<>(before);
        all.addAll(after);
        return all;
    }

    private static Flux<ShellCandidate> words(Stream<String> words) {
        return Flux.fromStream(words.map(word -> ShellCandidate.word(word, null)));
    }

    private static ShellCandidate server(ServerStatus status) {
        return ShellCandidate.word(status.name(), status.state().toString());
    }

    // -- what servers offer

    private Flux<ShellCandidate> toolNames() {
        return entries(ListKind.TOOLS, CatalogueTool.class).flatMapIterable(tool -> {
            String description = tool.tool().description() == null
                    ? tool.tool().title()
                    : tool.tool().description();
            ShellCandidate qualified = ShellCandidate.word(tool.name(), description);
            String bare = bare(tool);
            return bare == null ? List.of(qualified) : List.of(ShellCandidate.word(bare, description), qualified);
        });
    }

    /** Its name without the server, where that is enough; null where it is not. */
    private @Nullable String bare(CatalogueTool tool) {
        String start = tool.server() + CatalogueEntry.SEPARATOR;
        return tool.server().equals(state.server()) && tool.name().startsWith(start)
                ? tool.name().substring(start.length())
                : null;
    }

    private Flux<ShellCandidate> prompts() {
        return entries(ListKind.PROMPTS, CataloguePrompt.class)
                .map(prompt ->
                        ShellCandidate.word(prompt.name(), prompt.prompt().description()));
    }

    private Flux<ShellCandidate> resources() {
        return entries(ListKind.RESOURCES, CatalogueResource.class)
                .map(entry -> ShellCandidate.word(entry.name(), entry.resource().name()));
    }

    private Flux<ShellCandidate> templates() {
        return entries(ListKind.RESOURCE_TEMPLATES, CatalogueTemplate.class)
                .map(entry -> ShellCandidate.word(entry.name(), entry.template().name()));
    }

    private Mono<CatalogueTool> tool(String name) {
        return named(entries(ListKind.TOOLS, CatalogueTool.class), name, CatalogueTool::modelName);
    }

    private Mono<CataloguePrompt> prompt(String name) {
        return named(entries(ListKind.PROMPTS, CataloguePrompt.class), name, CatalogueEntry::name);
    }

    private Mono<CatalogueTemplate> template(String name) {
        return entries(ListKind.RESOURCE_TEMPLATES, CatalogueTemplate.class)
                .filter(entry -> entry.name().equals(name))
                .next();
    }

    /** The entry that a name means: by its whole name, as one of the default server, or as the only one that is called so. */
    private <T extends CatalogueEntry> Mono<T> named(Flux<T> entries, String name, Function<T, String> other) {
        return entries.collectList().flatMap(all -> {
            String own = state.server() == null ? name : CatalogueEntry.qualify(state.server(), name);
            List<T> exact = all.stream()
                    .filter(entry -> entry.name().equals(name)
                            || entry.name().equals(own)
                            || other.apply(entry).equals(name))
                    .toList();
            List<T> bare = all.stream()
                    .filter(entry ->
                            entry.bareName().equals(name) || entry.name().endsWith(CatalogueEntry.SEPARATOR + name))
                    .toList();
            List<T> found = exact.isEmpty() ? bare : exact.subList(0, 1);
            return found.size() == 1 ? Mono.just(found.get(0)) : Mono.empty();
        });
    }

    /** The entries of all servers that can be used now. */
    private <T extends CatalogueEntry> Flux<T> entries(ListKind kind, Class<T> type) {
        List<Mono<List<CatalogueEntry>>> lists = host.servers().stream()
                .filter(status -> status.state().isUsable())
                .map(status -> host.entriesOf(status.name(), kind).collectList().onErrorReturn(List.of()))
                .toList();
        return Flux.merge(lists)
                .publish(shared -> shared.takeUntilOther(shared.next().then(Mono.delay(REST, timer))))
                .flatMapIterable(list -> list)
                .ofType(type);
    }
}

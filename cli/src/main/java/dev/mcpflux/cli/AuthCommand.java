package dev.mcpflux.cli;

import dev.mcpflux.auth.oauth.DiagnosisStep;
import dev.mcpflux.auth.oauth.TokenStatus;
import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.error.McpException;
import dev.mcpflux.host.config.Durations;
import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "auth",
        description = {
            "Show for which servers there are tokens (status), or walk the way to a token step by step and say what is"
                    + " wrong with it (debug SERVER).",
            "Nothing secret is shown, and debug neither registers a client nor asks a person."
        })
final class AuthCommand extends HostCommand {

    /** What it does. */
    enum Action {
        status,
        debug
    }

    @Parameters(index = "0", paramLabel = "status|debug", description = "What to show.")
    Action action = Action.status;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "SERVER",
            description = "The server; for status, all without it.")
    @Nullable
    String server;

    @CommandLine.Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        if (action == Action.status) {
            return withoutHost(this::status);
        }
        String name = server;
        if (name == null) {
            throw new UsageException("debug takes the server to look at: mcpflux auth debug SERVER");
        }
        return withoutHost(name, oauth -> debug(oauth.source().diagnose(name, oauth.resource())));
    }

    // status

    /**
     * One server.
     *
     * @param problem why nothing is known, null where something is
     */
    private record Row(
            String server,
            @Nullable TokenStatus tokens,
            boolean oauth,
            @Nullable Throwable problem) {

        String state() {
            if (problem != null) {
                return "not known";
            }
            return !oauth ? "no OAuth" : tokens == null ? "no tokens" : "logged in";
        }
    }

    private Mono<Integer> status(List<ServerDefinition> servers) {
        return Flux.fromIterable(servers)
                .filter(definition -> server == null || server.equals(definition.name()))
                .concatMap(definition -> row(definition.name())
                        .onErrorResume(McpException.class, e -> Mono.just(new Row(definition.name(), null, false, e))))
                .collectList()
                .map(rows -> {
                    if (output().json()) {
                        output().document(json(rows));
                    } else {
                        print(rows);
                    }
                    // what is known about the others is shown all the same
                    return rows.stream()
                            .filter(row -> row.problem != null)
                            .map(row -> ExitCode.of(row.problem))
                            .findFirst()
                            .orElse(ExitCode.OK);
                });
    }

    private Mono<Row> row(String name) {
        return Mono.defer(() -> {
            Logins.Configured oauth = configured(name);
            return oauth == null
                    ? Mono.just(new Row(name, null, false, null))
                    : oauth.source()
                            .status(name, oauth.resource(), Caller.ANONYMOUS)
                            .map(tokens -> new Row(name, tokens, true, null))
                            .defaultIfEmpty(new Row(name, null, true, null));
        });
    }

    private void print(List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        for (Row row : rows) {
            TokenStatus tokens = row.tokens;
            cells.add(List.of(
                    row.server,
                    row.state(),
                    tokens == null ? "-" : remaining(tokens),
                    tokens == null ? "-" : tokens.issuer(),
                    tokens == null || tokens.scopes().isEmpty()
                            ? "-"
                            : String.join(" ", new TreeSet<>(tokens.scopes()))));
        }
        output().table(List.of("NAME", "STATE", "VALID FOR", "ISSUER", "SCOPES"), cells);
        for (Row row : rows) {
            if (row.problem != null) {
                output().note("mcpflux: " + root().message(row.problem));
            }
        }
    }

    private static String remaining(TokenStatus tokens) {
        Duration left = tokens.remaining();
        String more = tokens.refreshable() ? ", refreshed" : "";
        if (left == null) {
            return "not known";
        }
        return left.isNegative() || left.isZero()
                ? tokens.refreshable() ? "expired, refreshed when used" : "expired"
                : Durations.text(Duration.ofSeconds(left.toSeconds())) + more;
    }

    private static ArrayNode json(List<Row> rows) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (Row row : rows) {
            ObjectNode node = array.addObject();
            node.put("server", row.server);
            node.put("oauth", row.oauth);
            node.set("authorization", json(row.tokens));
            if (row.problem != null) {
                node.set("error", Output.describe(row.problem));
            }
        }
        return array;
    }

    /** What is known about tokens, as a document; null where there are none. */
    static JsonNode json(@Nullable TokenStatus status) {
        if (status == null) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("issuer", status.issuer());
        node.set("scopes", McpJson.mapper().valueToTree(new TreeSet<>(status.scopes())));
        Duration left = status.remaining();
        node.put("secondsLeft", left == null ? null : left.toSeconds());
        node.put("refreshable", status.refreshable());
        node.put("bound", status.bound());
        return node;
    }

    /** The same in words. */
    static String text(TokenStatus status) {
        return "issuer " + status.issuer()
                + (status.scopes().isEmpty() ? "" : ", scopes " + String.join(" ", new TreeSet<>(status.scopes())))
                + ", valid for " + remaining(status);
    }

    // debug

    private Mono<Integer> debug(Flux<DiagnosisStep> steps) {
        if (output().json()) {
            return steps.collectList().map(all -> {
                output().document(json(all.toArray(DiagnosisStep[]::new)));
                return code(all);
            });
        }
        return steps.doOnNext(step -> {
                    output().line((step.problem() ? "✘ " : "• ")
                            + step.what()
                            + (step.url() == null ? "" : "  " + step.url()));
                    if (!step.finding().isEmpty()) {
                        output().line("    " + step.finding());
                    }
                })
                .collectList()
                .map(AuthCommand::code);
    }

    private static int code(List<DiagnosisStep> steps) {
        return steps.stream().anyMatch(DiagnosisStep::problem) ? ExitCode.SERVER : ExitCode.OK;
    }

    private static ArrayNode json(DiagnosisStep... steps) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (DiagnosisStep step : steps) {
            ObjectNode node = array.addObject();
            node.put("what", step.what());
            node.put("url", step.url() == null ? null : step.url().toString());
            node.put("finding", step.finding());
            node.put("problem", step.problem());
        }
        return array;
    }
}

package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.ResultText;
import dev.mcpflux.client.McpSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Command(
        name = "task",
        description = {
            "Follow a task that an earlier call began, and print its result.",
            "The server must still know it: a server that is started for each command has to keep its tasks on disk."
        })
final class TaskCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "SERVER", description = "The server that runs the task.")
    String server = "";

    @Parameters(index = "1", paramLabel = "ID", description = "The id of the task, as the call printed it.")
    String id = "";

    @Option(names = "--cancel", description = "Ask the server to cancel it, instead of following it.")
    boolean cancel;

    @Option(names = "--keep-task", description = "Let the task continue when this command is interrupted, too.")
    boolean keepTask;

    @Mixin
    ContentFlags content = new ContentFlags();

    @Mixin
    FormatFlag format = new FormatFlag();

    @Override
    public Integer call() {
        ServerSelection from = new ServerSelection();
        from.servers.add(server);
        return withHost(
                from, host -> host.server(server).useOne(session -> cancel ? cancel(session) : follow(session)));
    }

    private Mono<Integer> follow(McpSession session) {
        return new CallDisplay(root(), server, keepTask, content.display(output()))
                .show(
                        id,
                        Flux.defer(() -> session.resumeTask(
                                id, limits(server).mutate().keepTask(keepTask).build())));
    }

    /** "The server need not": so the state after the request is shown. */
    private Mono<Integer> cancel(McpSession session) {
        return session.cancelTask(id)
                .then(Mono.defer(() -> session.getTask(id)))
                .map(task -> {
                    if (output().json()) {
                        output().document(task);
                    } else {
                        output().line(ResultText.text(task));
                    }
                    return ExitCode.OK;
                });
    }
}

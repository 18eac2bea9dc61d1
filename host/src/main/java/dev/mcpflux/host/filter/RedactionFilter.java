package dev.mcpflux.host.filter;

import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.internal.Masker;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Completions;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.LogMessage;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.protocol.Tasks;
import reactor.core.publisher.Flux;

/** Replaces texts in both directions, as {@link Redaction} says. */
final class RedactionFilter implements HostFilter {

    private final Redaction options;
    private final Redactor redactor;

    RedactionFilter(Redaction options, Redactor redactor) {
        this.options = options;
        this.redactor = redactor;
    }

    @Override
    public Flux<HostSignal> filter(HostCall call, Next next) {
        boolean hasNoTexts = call instanceof HostCall.ListEntries || call instanceof HostCall.Listen;
        if (hasNoTexts || (!options.arguments() && !options.results())) {
            return next.proceed(call);
        }
        Flux<HostSignal> signals = next.proceed(options.arguments() ? sent(call) : call);
        return options.results() ? signals.map(this::received) : signals;
    }

    private HostCall sent(HostCall call) {
        if (call instanceof HostCall.CallTool tool && tool.arguments() != null) {
            // a copy: what was looked at is what is sent
            return tool.withArguments(redactor.apply(CanonicalJson.tree(tool.arguments())));
        }
        if (call instanceof HostCall.GetPrompt prompt) {
            return new HostCall.GetPrompt(
                    prompt.server(), prompt.prompt(), redactor.texts(prompt.arguments()), prompt.options());
        }
        return call instanceof HostCall.Complete complete
                ? new HostCall.Complete(
                        complete.server(),
                        complete.reference(),
                        complete.argument(),
                        redactor.apply(complete.value()),
                        redactor.texts(complete.resolved()))
                : call;
    }

    private HostSignal received(HostSignal signal) {
        if (signal instanceof HostSignal.ToolResult result) {
            return new HostSignal.ToolResult(result(result.result()));
        }
        if (signal instanceof HostSignal.Notice notice) {
            return new HostSignal.Notice(notice(notice.signal()));
        }
        if (signal instanceof HostSignal.PromptResult prompt) {
            return new HostSignal.PromptResult(prompt(prompt.result()));
        }
        if (signal instanceof HostSignal.ResourceResult resource) {
            Resources.ReadResourceResult read = resource.result();
            return new HostSignal.ResourceResult(new Resources.ReadResourceResult(
                    read.contents().stream().map(this::contents).toList(),
                    read.ttlMs(),
                    read.cacheScopeText(),
                    redactor.orNull(read.meta()),
                    redactor.trees(read.others())));
        }
        if (signal instanceof HostSignal.CompletionResult completion) {
            Completions.Completion values = completion.result();
            return new HostSignal.CompletionResult(new Completions.Completion(
                    values.values().stream().map(redactor).toList(),
                    values.total(),
                    values.hasMore(),
                    redactor.trees(values.others())));
        }
        return signal;
    }

    private CallToolResult result(CallToolResult result) {
        return new CallToolResult(
                result.content().stream().map(this::content).toList(),
                redactor.orNull(result.structuredContent()),
                result.errorFlag(),
                redactor.orNull(result.meta()),
                redactor.trees(result.others()));
    }

    private Prompts.GetPromptResult prompt(Prompts.GetPromptResult result) {
        return new Prompts.GetPromptResult(
                redactor.orNull(result.description()),
                result.messages().stream()
                        .map(message -> new Prompts.PromptMessage(
                                message.roleText(), content(message.content()), redactor.trees(message.others())))
                        .toList(),
                redactor.orNull(result.meta()),
                redactor.trees(result.others()));
    }

    private Content content(Content block) {
        if (block instanceof Content.Text text) {
            return new Content.Text(
                    redactor.apply(text.text()),
                    text.annotations(),
                    redactor.orNull(text.meta()),
                    redactor.trees(text.others()));
        }
        if (block instanceof Content.EmbeddedResource embedded) {
            return new Content.EmbeddedResource(
                    contents(embedded.resource()),
                    embedded.annotations(),
                    redactor.orNull(embedded.meta()),
                    redactor.trees(embedded.others()));
        }
        if (block instanceof Content.ResourceLink link) {
            return new Content.ResourceLink(
                    link.uri(),
                    link.name(),
                    redactor.orNull(link.title()),
                    redactor.orNull(link.description()),
                    link.mimeType(),
                    link.size(),
                    link.icons(),
                    link.annotations(),
                    redactor.orNull(link.meta()),
                    redactor.trees(link.others()));
        }
        if (block instanceof Content.ToolUse use) {
            return new Content.ToolUse(
                    use.id(),
                    use.name(),
                    redactor.apply(use.input()),
                    redactor.orNull(use.meta()),
                    redactor.trees(use.others()));
        }
        if (block instanceof Content.ToolResult nested) {
            return new Content.ToolResult(
                    nested.toolUseId(),
                    nested.content().stream().map(this::content).toList(),
                    redactor.orNull(nested.structuredContent()),
                    nested.isError(),
                    redactor.orNull(nested.meta()),
                    redactor.trees(nested.others()));
        }
        // pictures and sound stay
        return block instanceof Content.Other other
                ? new Content.Other(other.type(), redactor.trees(other.members()))
                : block;
    }

    private Content.ResourceContents contents(Content.ResourceContents contents) {
        return new Content.ResourceContents(
                contents.uri(),
                contents.mimeType(),
                redactor.orNull(contents.text()),
                contents.blob(),
                redactor.orNull(contents.meta()),
                redactor.trees(contents.others()));
    }

    private ToolSignal notice(ToolSignal signal) {
        if (signal instanceof ToolSignal.Progress progress) {
            return new ToolSignal.Progress(progress.progress(), progress.total(), redactor.orNull(progress.message()));
        }
        if (signal instanceof ToolSignal.Log line) {
            LogMessage message = line.message();
            return new ToolSignal.Log(new LogMessage(
                    message.level(),
                    message.logger(),
                    redactor.orNull(message.data()),
                    redactor.trees(message.others())));
        }
        return signal instanceof ToolSignal.TaskStatus status ? new ToolSignal.TaskStatus(task(status.task())) : signal;
    }

    private Tasks.Task task(Tasks.Task task) {
        return new Tasks.Task(
                task.taskId(),
                task.statusText(),
                redactor.orNull(task.statusMessage()),
                task.createdAt(),
                task.lastUpdatedAt(),
                task.ttlMs(),
                task.pollIntervalMs(),
                task.inputRequests(),
                redactor.orNull(task.result()),
                task.error() == null ? null : Masker.mask(task.error(), redactor),
                task.resultType(),
                task.meta(),
                redactor.trees(task.others()));
    }
}

package dev.mcpflux.host.filter;

import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.Glob;
import dev.mcpflux.protocol.CallToolResult;
import dev.mcpflux.protocol.Content;
import dev.mcpflux.protocol.Prompts;
import dev.mcpflux.protocol.Resources;
import dev.mcpflux.transport.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Cuts results, as {@link ResultLimits} say. What it keeps is keyed by caller. */
final class LimitFilter implements HostFilter {

    /** In characters: smaller results are not looked at, and a lower hint counts as this. */
    static final int MIN_HINT = 1_000;

    /** Without the list of its tools a server has no hints. */
    private static final Duration LOOK_UP = Duration.ofSeconds(5);

    /** More than a block, or a result, is without its text. */
    private static final JsonSize BLOCK = new JsonSize(100, 100, 100);

    private final ResultLimits limits;
    private final JsonSize usual;
    private final List<Glob> exempt;
    private final KeptResults kept;

    LimitFilter(ResultLimits limits) {
        this.limits = limits;
        this.usual = new JsonSize(limits.maxBytes(), 4L * limits.maxTokens(), Long.MAX_VALUE / 2);
        this.exempt = limits.exempt().stream().map(Glob::new).toList();
        this.kept = new KeptResults(limits);
    }

    @Override
    public Flux<HostSignal> filter(HostCall call, Next next) {
        if (call instanceof HostCall.ReadResource resource && resource.uri().startsWith(KeptUri.PREFIX)) {
            return Flux.deferContextual(context -> own(resource, Caller.of(context), next));
        }
        boolean limited = call instanceof HostCall.CallTool
                || call instanceof HostCall.ResumeTask
                || call instanceof HostCall.GetPrompt
                || call instanceof HostCall.ReadResource;
        if (!limited || exempt.stream().anyMatch(glob -> glob.matches(call.subject()))) {
            return next.proceed(call);
        }
        return Flux.deferContextual(context -> {
            Caller caller = Caller.of(context);
            return next.proceed(call).concatMap(signal -> limited(signal, call, caller, next), 1);
        });
    }

    private Flux<HostSignal> own(HostCall.ReadResource call, Caller caller, Next next) {
        KeptUri wanted = KeptUri.parse(call.uri());
        KeptPart part = kept.find(caller, wanted.id(), wanted.part());
        return part == null
                ? next.proceed(call)
                : Flux.just(new HostSignal.ResourceResult(KeptPages.read(call.uri(), wanted, part, usual)));
    }

    private Mono<HostSignal> limited(HostSignal signal, HostCall call, Caller caller, Next next) {
        if (signal instanceof HostSignal.ToolResult result) {
            if (isSmall(result.result())) {
                return Mono.just(signal);
            }
            return room(call, next)
                    .map(room -> new HostSignal.ToolResult(tool(result.result(), room, call, caller, next)));
        }
        if (signal instanceof HostSignal.PromptResult result) {
            return Mono.fromSupplier(
                    () -> new HostSignal.PromptResult(prompt(result.result(), usual, call, caller, next)));
        }
        if (signal instanceof HostSignal.ResourceResult result) {
            return Mono.fromSupplier(
                    () -> new HostSignal.ResourceResult(resource(result.result(), usual, call, caller, next)));
        }
        return Mono.just(signal);
    }

    /** Whether it is so small that no limit can be lower, at a glance. */
    private boolean isSmall(CallToolResult result) {
        boolean onlyContent = result.structuredContent() == null
                && result.meta() == null
                && result.others().isEmpty();
        JsonSize most = BLOCK;
        for (Content block : result.content()) {
            if (!onlyContent
                    || !(block instanceof Content.Text text)
                    || text.text().length() > MIN_HINT
                    || text.meta() != null
                    || text.annotations() != null
                    || !text.others().isEmpty()) {
                return false;
            }
            most = most.plus(BLOCK).plus(JsonSize.ofText(text.text()));
        }
        return onlyContent && most.chars() <= MIN_HINT && most.fitsIn(usual);
    }

    /** The limit of a call: that of its tool if it has one. Waits for a list of tools if that is not known; never fails. */
    private Mono<JsonSize> room(HostCall call, Next next) {
        if (!limits.honoursSizeHint() || !(call instanceof HostCall.CallTool tool)) {
            return Mono.just(usual);
        }
        return next.tool(tool)
                .map(found -> ToolHints.of(found.tool()).maxChars())
                .timeout(LOOK_UP, limits.timer())
                .onErrorReturn(0L)
                .defaultIfEmpty(0L)
                .map(hint -> hint == 0
                        ? usual
                        : new JsonSize(limits.maxHintedBytes(), Long.MAX_VALUE / 2, Math.max(MIN_HINT, hint)));
    }

    // -- the results

    private CallToolResult tool(CallToolResult result, JsonSize room, HostCall call, Caller caller, Next next) {
        return cut(result, room, call, caller, next, (cutter, note) -> {
            Extras extras = new Extras(cutter, result.meta(), result.others());
            List<Content> content = new ArrayList<>(cutter.cut(result.content(), ResultBlocks.CONTENT));
            JsonNode structured = cutter.tree("structured content", result.structuredContent());
            extras.cut();
            content.add(new Content.Text(note.text()));
            return new CallToolResult(content, structured, result.errorFlag(), extras.meta, extras.others);
        });
    }

    private Prompts.GetPromptResult prompt(
            Prompts.GetPromptResult result, JsonSize room, HostCall call, Caller caller, Next next) {
        return cut(result, room, call, caller, next, (cutter, note) -> {
            Extras extras = new Extras(cutter, result.meta(), result.others());
            String about = result.description();
            boolean shortAbout = about == null || cutter.takesSmall(JsonSize.ofText(about));
            List<Prompts.PromptMessage> messages = new ArrayList<>(cutter.cut(result.messages(), ResultBlocks.MESSAGE));
            boolean keepsAbout =
                    shortAbout || cutter.tree("description", JsonNodeFactory.instance.stringNode(about)) != null;
            extras.cut();
            messages.add(ResultBlocks.MESSAGE.note(note.text()));
            return new Prompts.GetPromptResult(keepsAbout ? about : null, messages, extras.meta, extras.others);
        });
    }

    private Resources.ReadResourceResult resource(
            Resources.ReadResourceResult result, JsonSize room, HostCall call, Caller caller, Next next) {
        return cut(result, room, call, caller, next, (cutter, note) -> {
            Extras extras = new Extras(cutter, result.meta(), result.others());
            List<Content.ResourceContents> contents =
                    new ArrayList<>(cutter.cut(result.contents(), ResultBlocks.RESOURCE));
            extras.cut();
            contents.add(ResultBlocks.RESOURCE.note(note.text()));
            return new Resources.ReadResourceResult(
                    contents, result.ttlMs(), result.cacheScopeText(), extras.meta, extras.others);
        });
    }

    /** The members of a result that are no content. Where they are small they go first, else last. */
    private static final class Extras {
        private final ResultCutter cutter;
        private final boolean small;
        private @Nullable JsonNode meta;
        private Map<String, JsonNode> others;

        Extras(ResultCutter cutter, @Nullable JsonNode meta, Map<String, JsonNode> others) {
            this.cutter = cutter;
            this.meta = meta;
            this.others = others;
            this.small = cutter.takesSmall(JsonSize.of(all()));
        }

        private ObjectNode all() {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            others.forEach(all::set);
            if (meta != null) {
                all.set("_meta", meta);
            }
            return all;
        }

        void cut() {
            if (!small && cutter.tree("metadata", all()) == null) {
                meta = null;
                others = Map.of();
            }
        }
    }

    /** The text at the end of a cut result, when everything else has been cut. */
    private interface Note {
        String text();
    }

    private <R> R cut(
            R result,
            JsonSize room,
            HostCall call,
            Caller caller,
            Next next,
            BiFunction<ResultCutter, Note, R> change) {
        JsonSize whole = JsonSize.of(result);
        if (whole.fitsIn(room)) {
            return result;
        }
        String id = kept.keeps(whole.bytes()) ? kept.newId() : null;
        ResultCutter cutter = new ResultCutter(id, room.minus(BLOCK));
        String keeping = "The whole is kept for " + limits.keepFor() + " at most.";
        R cut = change.apply(
                cutter, () -> cutter.note(whole, id == null || cutter.parts().isEmpty() ? "It is not kept." : keeping));
        String uri = null;
        if (id != null && !cutter.parts().isEmpty()) {
            kept.keep(caller, id, cutter.parts());
            uri = KeptUri.of(id, 0);
        }
        next.report(new HostEvent.ResultCut(
                call.server(), next.mask(call.server(), call.subject()), whole.bytes(), room.least(), uri));
        return cut;
    }
}

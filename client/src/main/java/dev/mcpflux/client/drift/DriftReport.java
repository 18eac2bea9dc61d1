package dev.mcpflux.client.drift;

import dev.mcpflux.client.McpSession;
import dev.mcpflux.client.PeerInfo;
import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Methods;
import dev.mcpflux.protocol.Tool;
import dev.mcpflux.transport.wire.WireMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * What has changed in a server since it was recorded: the recorded requests that only read are sent again, and their
 * answers are compared. Immutable.
 *
 * <pre>{@code
 * Flux<Drift> drifts = WireRecording.read(file)
 *         .collectList()
 *         .flatMapMany(messages -> DriftReport.of(messages).compare(session));
 * }</pre>
 *
 * <p>Compared are the description of the server, the lists of tools, prompts, resources and templates, and the results of
 * {@code prompts/get}, {@code resources/read}, {@code completion/complete}, and {@code tools/call} of tools that the live
 * server annotates as read-only. The order of members and of lists, {@code _meta}, {@code ttlMs} and cursors do not count.
 * A request that was answered in different ways in the recording has not changed if it is answered in one of them.
 */
public final class DriftReport {

    /** Settings and subscriptions of a session, which are compared as part of the capabilities. */
    private static final Set<String> NOT_COMPARED = Set.of(
            Methods.INITIALIZE,
            Methods.DISCOVER,
            Methods.PING,
            Methods.LISTEN,
            "logging/setLevel",
            "resources/subscribe",
            "resources/unsubscribe");

    private final List<RecordedCall> calls;
    private final boolean allTools;

    private DriftReport(List<RecordedCall> calls, boolean allTools) {
        this.calls = calls;
        this.allTools = allTools;
    }

    /**
     * A report for a recording.
     *
     * @param messages the messages of one server, in order
     */
    public static DriftReport of(List<WireMessage> messages) {
        return new DriftReport(RecordedCall.of(messages), false);
    }

    /**
     * The same report, which calls every recorded tool again, whatever effect that has. For servers that may be called at
     * will, such as one in a test.
     */
    public DriftReport callingAllTools() {
        return new DriftReport(calls, true);
    }

    /**
     * Compares a live server with the recording. Requests are sent one after the other, in the order of the recording.
     *
     * @param session is opened if it is not open yet, and not closed
     * @return cold; the differences as they are found, at most twenty of one element or result. Fails if the session
     *     cannot be opened or its connection is lost; a request that fails for another reason is a difference.
     *     <em>Cancellation</em> cancels the current request, and no more are sent.
     */
    public Flux<Drift> compare(McpSession session) {
        return Flux.defer(() -> {
            LiveCalls live = new LiveCalls(session);
            return session.open()
                    .flatMapMany(peer -> Flux.concat(
                            server(peer, session),
                            // the tools first: whether one may be called depends on what the live server says
                            listed(ListKind.TOOLS, live, session)
                                    .flatMapMany(tools -> Flux.concat(
                                            tools.drifts(),
                                            Flux.fromArray(ListKind.values())
                                                    .filter(kind -> kind != ListKind.TOOLS)
                                                    .concatMap(kind -> listed(kind, live, session)
                                                            .flatMapMany(Listed::drifts)),
                                            Flux.fromIterable(calls)
                                                    .concatMap(call -> compare(call, tools, live, session))))));
        });
    }

    private Flux<Drift> server(PeerInfo peer, McpSession session) {
        return Flux.defer(() -> Flux.fromIterable(ServerDrift.between(calls, peer, session::mask)));
    }

    /**
     * The live reading of a list.
     *
     * @param elements null if the list could not be read, or is not needed
     */
    private record Listed(@Nullable List<?> elements, Flux<Drift> drifts) {

        Map<String, Tool> tools() {
            Map<String, Tool> tools = new HashMap<>();
            for (Object element : elements == null ? List.of() : elements) {
                Tool tool = (Tool) element;
                tools.putIfAbsent(tool.name(), tool);
            }
            return tools;
        }
    }

    private Mono<Listed> listed(ListKind kind, LiveCalls live, McpSession session) {
        List<RecordedCall> recorded = calls.stream()
                .filter(call -> call.method().equals(kind.method()))
                .toList();
        boolean needed =
                !recorded.isEmpty() || (kind == ListKind.TOOLS && calls.stream().anyMatch(DriftReport::isToolCall));
        if (!needed) {
            return Mono.just(new Listed(null, Flux.empty()));
        }
        return live.list(kind)
                .collectList()
                .map(elements -> new Listed(elements, Flux.defer(() -> list(kind, recorded, elements, session))))
                .onErrorResume(LiveCalls::isAnswer, e -> Mono.just(new Listed(null, unlisted(recorded, e))));
    }

    private static Flux<Drift> list(ListKind kind, List<RecordedCall> recorded, List<?> elements, McpSession session) {
        List<Listing> before = Listing.recorded(kind, recorded, session::mask);
        if (before.isEmpty()) {
            return Flux.fromIterable(recorded)
                    .next()
                    .map(call -> new Drift.NowSucceeds(call.request(), call.errorText()))
                    .<Drift>cast(Drift.class)
                    .flux();
        }
        Listing now = Listing.of(elements, session::mask);
        return Flux.fromIterable(Differences.toNearest(before, listing -> listing.compare(kind, now)));
    }

    private static Flux<Drift> unlisted(List<RecordedCall> recorded, Throwable e) {
        return Flux.fromIterable(recorded).take(1).concatMapIterable(call -> failed(call, LiveCalls.error(e)));
    }

    private Flux<Drift> compare(RecordedCall call, Listed tools, LiveCalls live, McpSession session) {
        return Flux.defer(() -> {
            if (NOT_COMPARED.contains(call.method()) || ListKind.ofMethod(call.method()) != null) {
                return Flux.empty();
            }
            String reason = reasonToSkip(call, tools);
            if (reason != null) {
                return Flux.just(new Drift.Skipped(call.request(), reason));
            }
            return live.answer(call).flatMapIterable(answer -> compare(call, answer, session));
        });
    }

    private @Nullable String reasonToSkip(RecordedCall call, Listed listed) {
        if (LiveCalls.resultType(call.method()) == null) {
            return "it is not known to only read";
        }
        if (call.params().has("requestState") || call.params().has("inputResponses")) {
            return "it answers questions of the server";
        }
        if (call.results().stream().anyMatch(DriftReport::asks)) {
            return "the server asked for input";
        }
        if (!isToolCall(call) || allTools) {
            return null;
        }
        Tool tool = listed.tools().get(call.text("name"));
        if (tool == null) {
            return "the server does not list the tool";
        }
        return tool.annotations() != null
                        && Boolean.TRUE.equals(tool.annotations().readOnlyHint())
                ? null
                : "it may act: the tool is not annotated as read-only";
    }

    private static boolean isToolCall(RecordedCall call) {
        return call.method().equals("tools/call");
    }

    private static boolean asks(JsonNode result) {
        return result.path("resultType").asString("").equals("input_required");
    }

    private static List<Drift> compare(RecordedCall call, Answer live, McpSession session) {
        if (live instanceof Answer.Failure error) {
            return failed(call, error);
        }
        JsonNode now = ((Answer.Result) live).value();
        Class<?> type = Objects.requireNonNull(LiveCalls.resultType(call.method()));
        List<JsonNode> results = call.results().stream()
                .map(result -> Shape.bind(result, type))
                .filter(Objects::nonNull)
                .map(result -> Shape.of(result, session::mask))
                .toList();
        if (results.isEmpty()) {
            return List.of(new Drift.NowSucceeds(call.request(), call.errorText()));
        }
        return Differences.toNearest(
                results,
                result -> Differences.of(
                        call.request().toString(),
                        result,
                        now,
                        (pointer, before, after) -> new Drift.ResultChanged(call.request(), pointer, before, after)));
    }

    private static List<Drift> failed(RecordedCall call, Answer.Failure error) {
        String recorded = call.error();
        if (recorded == null) {
            return List.of(new Drift.NowFails(call.request(), error.text()));
        }
        return recorded.equals(error.text())
                ? List.of()
                : List.of(new Drift.ErrorChanged(call.request(), recorded, error.text()));
    }
}

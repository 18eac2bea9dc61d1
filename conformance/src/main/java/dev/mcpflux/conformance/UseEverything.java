package dev.mcpflux.conformance;

import dev.mcpflux.host.McpHost;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists tools, resources and prompts, and uses each; fails if one kind is missing. */
record UseEverything() implements Scenario {

    @Override
    public Publisher<?> play(McpHost host) {
        return Flux.concat(
                some(host.tools())
                        .map(tool -> Call.call(tool.name()))
                        .concatMap(call ->
                                host.callTool(call.tool(), call.arguments()).map(call::verify)),
                some(host.resources())
                        .concatMap(one -> host.server(one.server())
                                .useOne(session ->
                                        session.readResource(one.resource().uri()))),
                some(host.prompts()).concatMap(prompt -> host.getPrompt(prompt.name(), Map.of())));
    }

    private static <T> Flux<T> some(Flux<T> entries) {
        return entries.switchIfEmpty(Mono.error(
                () -> new IllegalStateException("expected tools, resources and prompts, got none of a kind")));
    }
}

package dev.mcpflux.host.soak;

import dev.mcpflux.client.CallContext;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.protocol.CallToolResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls of three callers at a steady rate, some of which are cancelled on the way. */
final class Load {

    private static final List<String> CALLERS = List.of("ada", "bob", "cyd");
    private static final int AT_MOST = 8192;

    private final McpHost host;
    private final Ledger ledger;
    private final Random random;
    private final Supplier<String> server;

    /**
     * A load.
     *
     * @param server names the server of the next call
     */
    Load(McpHost host, Ledger ledger, Random random, Supplier<String> server) {
        this.host = host;
        this.ledger = ledger;
        this.random = random;
        this.server = server;
    }

    /** Completes when all calls have ended. */
    Mono<Void> run(int perSecond, Duration time) {
        return Flux.interval(Duration.ofNanos(1_000_000_000L / perSecond))
                .onBackpressureDrop()
                .take(time)
                .flatMap(tick -> call(), AT_MOST)
                .then();
    }

    private Mono<Void> call() {
        int number = ledger.next();
        int dice = random.nextInt(100);
        String tool = dice < 45 ? "look" : dice < 97 ? "act" : "slow";
        Mono<String> call = host.callTool(
                        server.get() + "__" + tool, Map.of("n", number), RequestOptions.within(Duration.ofSeconds(20)))
                .map(CallToolResult::text)
                .contextWrite(context -> context.put(CallContext.PRINCIPAL, CALLERS.get(number % CALLERS.size())));
        Mono<Void> noted = ledger.note(number, call);
        return random.nextInt(20) == 0
                ? noted.takeUntilOther(Mono.delay(Duration.ofMillis(random.nextInt(20))))
                : noted;
    }
}

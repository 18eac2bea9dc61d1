package dev.mcpflux;

import dev.mcpflux.host.HostConfig;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.config.ServerDefinition;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The shortest program: opens a host with the server of the arguments and calls its tool {@code echo}. It prints what it has
 * started until then, for {@link StartBudgetTest}.
 */
final class FirstResult {

    static final Duration LIMIT = Duration.ofSeconds(60);

    private FirstResult() {}

    public static void main(String[] command) {
        List<String> schedulers = Collections.synchronizedList(new ArrayList<>());
        Schedulers.setFactory(counting(schedulers));
        long before = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
        HostConfig config = HostConfig.builder()
                .server(ServerDefinition.stdio(
                        "s",
                        command[0],
                        List.of(command).subList(1, command.length).toArray(String[]::new)))
                .build();
        McpHost host = Objects.requireNonNull(McpHost.open(config).block(LIMIT));
        Object result = host.callTool("s__echo", Map.of("text", "x")).block(LIMIT);
        System.out.println("result " + result);
        System.out.println("threads " + (ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - before));
        System.out.println("schedulers " + schedulers);
        System.out.flush();
        // what closing loads is not counted
        Runtime.getRuntime().halt(0);
    }

    private static Schedulers.Factory counting(List<String> made) {
        return new Schedulers.Factory() {
            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                made.add("parallel");
                return Schedulers.Factory.super.newParallel(parallelism, threads);
            }

            @Override
            public Scheduler newBoundedElastic(int most, int queued, ThreadFactory threads, int ttl) {
                made.add("boundedElastic");
                return Schedulers.Factory.super.newBoundedElastic(most, queued, threads, ttl);
            }

            @Override
            public Scheduler newSingle(ThreadFactory threads) {
                made.add("single");
                return Schedulers.Factory.super.newSingle(threads);
            }
        };
    }
}

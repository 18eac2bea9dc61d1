package dev.mcpflux.testing.junit;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a {@link McpTestExtension} is made of.
 *
 * @param scripted whether each recipe has a peer
 * @param servers the servers that belong to what was opened, with the ids of their processes
 * @param pending how many exchanges wait for their response
 */
record Settings<T>(
        Class<T> type,
        Supplier<Recipe<T>> recipes,
        Function<T, Mono<Void>> close,
        boolean scripted,
        Limits limits,
        Function<T, Map<String, @Nullable Long>> servers,
        ToIntFunction<T> pending,
        Set<McpTestExtension.Left> tolerated) {

    private static final Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

    Settings {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(close, "close");
    }

    static <T> Settings<T> of(
            Class<T> type, Supplier<Recipe<T>> recipes, Function<T, Mono<Void>> close, boolean scripted) {
        return new Settings<>(
                type,
                recipes,
                close,
                scripted,
                new Limits(DEFAULT_LIMIT, DEFAULT_LIMIT, DEFAULT_LIMIT),
                opened -> Map.of(),
                opened -> 0,
                EnumSet.noneOf(McpTestExtension.Left.class));
    }

    Settings<T> with(Limits newLimits) {
        return new Settings<>(type, recipes, close, scripted, newLimits, servers, pending, tolerated);
    }

    Settings<T> withServers(Function<T, Map<String, @Nullable Long>> newServers) {
        return new Settings<>(type, recipes, close, scripted, limits, newServers, pending, tolerated);
    }

    Settings<T> withPending(ToIntFunction<T> newPending) {
        return new Settings<>(type, recipes, close, scripted, limits, servers, newPending, tolerated);
    }

    Settings<T> tolerating(McpTestExtension.Left... more) {
        Set<McpTestExtension.Left> all = EnumSet.noneOf(McpTestExtension.Left.class);
        all.addAll(tolerated);
        all.addAll(Arrays.asList(more));
        return new Settings<>(type, recipes, close, scripted, limits, servers, pending, all);
    }

    boolean countsPending() {
        return !tolerated.contains(McpTestExtension.Left.EXCHANGES);
    }
}

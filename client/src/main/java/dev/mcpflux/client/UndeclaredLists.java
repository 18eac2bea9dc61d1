package dev.mcpflux.client;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.text.SafeText;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;

/**
 * Lists that a server may have without declaring them. "Servers that support tools MUST declare the tools capability"
 * (specification: server/tools), and some do not. Such a server is asked once, and the answer that it does not have the
 * list is not an error.
 *
 * <p>It is not keyed by caller, because the methods that a server supports do not depend on the caller.
 */
final class UndeclaredLists {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** A server that ignores unknown methods must not delay reading the other lists. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String server;
    private final Set<String> absent = ConcurrentHashMap.newKeySet();

    UndeclaredLists(String server) {
        this.server = server;
    }

    /**
     * The list of a method.
     *
     * @param list reads the list
     * @return the elements of the list; empty if the server does not have it. Fails if an error occurs after the first
     *     element, and if the connection is lost
     */
    <T> Flux<T> ask(String method, RequestOptions options, Function<RequestOptions, Flux<T>> list) {
        return Flux.defer(() -> {
            if (absent.contains(method)) {
                return Flux.empty();
            }
            AtomicBoolean begun = new AtomicBoolean();
            return list.apply(options.noLongerThan(PATIENCE))
                    .doOnNext(element -> begun.set(true))
                    .onErrorResume(e -> !begun.get() && !(e instanceof McpConnectionException), e -> {
                        if (e instanceof McpTimeoutException || unknown(e)) {
                            absent.add(method);
                        }
                        log.debug(
                                "[{}] does not declare {}, and does not answer it: {}",
                                server,
                                method,
                                SafeText.line(e));
                        return Flux.empty();
                    });
        });
    }

    /** Whether the error means that the server does not know the method. */
    static boolean unknown(Throwable e) {
        return e instanceof McpPeerErrorException answer && answer.error().code() == JsonRpcError.METHOD_NOT_FOUND;
    }
}

package dev.mcpflux.client;

import dev.mcpflux.error.McpConnectionException;
import dev.mcpflux.error.McpTimeoutException;
import dev.mcpflux.error.PeerErrorException;
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
 * Lists that a server may have although it does not say so. "Servers that support tools MUST declare the tools capability"
 * (specification: server/tools), and some do not. Such a server is asked once; that it has no such list is no error.
 *
 * <p>It is not keyed by caller: whether a server knows a method does not depend on who asks.
 */
final class UndeclaredLists {

    private static final Logger log = LoggerFactory.getLogger(McpSession.class);

    /** A server that ignores requests that it does not know must not hold up those who list all there is. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final String server;
    private final Set<String> absent = ConcurrentHashMap.newKeySet();

    UndeclaredLists(String server) {
        this.server = server;
    }

    /**
     * The list of a method.
     *
     * @param list reads it
     * @return what the server lists; empty if it does not have the list. Fails if it breaks off after it has begun, and if
     *     the link is lost
     */
    <T> Flux<T> ask(String method, RequestOptions limits, Function<RequestOptions, Flux<T>> list) {
        return Flux.defer(() -> {
            if (absent.contains(method)) {
                return Flux.empty();
            }
            AtomicBoolean begun = new AtomicBoolean();
            return list.apply(limits.noLongerThan(PATIENCE))
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

    /** Whether the server answered that it does not know the method. */
    static boolean unknown(Throwable e) {
        return e instanceof PeerErrorException answer && answer.error().code() == JsonRpcError.METHOD_NOT_FOUND;
    }
}

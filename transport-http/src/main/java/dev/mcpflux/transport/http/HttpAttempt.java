package dev.mcpflux.transport.http;

import dev.mcpflux.error.McpHttpStatusException;
import dev.mcpflux.jsonrpc.JsonRpcError;
import dev.mcpflux.jsonrpc.JsonRpcMessage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClientResponse;

/** One HTTP request of a call: its POST, the same once more, or the GET that resumes its response stream. */
final class HttpAttempt extends HttpLink.Task {

    private final HttpCall call;
    private final HttpLink link;

    /** The response, once its head has come. */
    private volatile @Nullable CallResponse response;

    HttpAttempt(HttpCall call) {
        this.call = call;
        this.link = call.link;
    }

    /** The response; null before its head has come. */
    @Nullable
    CallResponse response() {
        return response;
    }

    /** Takes the response to the POST. */
    Publisher<Void> answered(HttpClientResponse head, ByteBufFlux content) {
        CallResponse mine = new CallResponse(call, this, head, false);
        response = mine;
        // the response may show the headers of the caller
        link.secrets().remember(call.caller().headers());
        if (head.status().code() / 100 != 2) {
            return ResponseBody.read(content, ResponseBody.MAX_ERROR_BYTES)
                    .doOnNext(body -> refused(head, body))
                    .then();
        }
        call.accepted(head);
        return mine.read(content);
    }

    /** Takes the response to the GET. */
    Publisher<Void> resumed(HttpClientResponse head, ByteBufFlux content) {
        CallResponse mine = new CallResponse(call, this, head, true);
        response = mine;
        if (head.status().code() == 200 && ResponseHeads.mayBeEvents(head)) {
            return mine.events(content);
        }
        call.fail(link.failures()
                .broken(
                        call.exchange().method(),
                        "its response stream broke off, and the server does not let it be taken up again ("
                                + link.failures().status(head) + ")",
                        null));
        return Mono.empty();
    }

    private void refused(HttpClientResponse head, ResponseBody body) {
        if (call.exchange().over()) {
            return;
        }
        JsonRpcError error = ErrorBody.read(body);
        McpHttpStatusException cause = link.failures()
                .status(call.exchange().method(), head, body, error, link.http().target(head));
        if (error != null) {
            call.connection.received(body);
        }
        if (call.sentInNewSession(new Refusal(head.status().code(), error, body, cause))) {
            return;
        }
        if (error != null && !Failures.statusSaysMore(cause)) {
            call.respond(new JsonRpcMessage.Failure(call.exchange().id(), error));
        } else {
            call.fail(cause);
        }
    }

    @Override
    protected void hookOnComplete() {
        call.ended(this, null);
    }

    @Override
    protected void hookOnError(Throwable e) {
        call.ended(this, e);
    }
}

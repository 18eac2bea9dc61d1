package dev.mcpflux.session;

import dev.mcpflux.protocol.Implementation;
import java.time.Duration;
import java.util.Objects;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * How a session behaves. Immutable; every wait has a limit here.
 *
 * @param clientInfo who this client says it is
 * @param startTimeout for starting or reaching the server and agreeing on a revision, together; default 30 s
 * @param request the limits of a request that names none itself
 * @param timer where time-outs are counted; default {@link Schedulers#parallel()}
 */
public record SessionOptions(
        Implementation clientInfo, Duration startTimeout, RequestOptions request, Scheduler timer) {

    public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(30);

    public SessionOptions {
        Objects.requireNonNull(clientInfo, "clientInfo");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(timer, "timer");
        RequestOptions.requirePositive(startTimeout, "startTimeout");
    }

    public static SessionOptions defaults() {
        return new SessionOptions(
                new Implementation("mcpflux", version()),
                DEFAULT_START_TIMEOUT,
                RequestOptions.defaults(),
                Schedulers.parallel());
    }

    public SessionOptions withStartTimeout(Duration limit) {
        return new SessionOptions(clientInfo, limit, request, timer);
    }

    public SessionOptions withRequest(RequestOptions options) {
        return new SessionOptions(clientInfo, startTimeout, options, timer);
    }

    public SessionOptions withClientInfo(Implementation info) {
        return new SessionOptions(info, startTimeout, request, timer);
    }

    public SessionOptions withTimer(Scheduler scheduler) {
        return new SessionOptions(clientInfo, startTimeout, request, scheduler);
    }

    private static String version() {
        String version = SessionOptions.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}

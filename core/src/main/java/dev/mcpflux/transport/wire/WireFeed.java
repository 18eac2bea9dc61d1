package dev.mcpflux.transport.wire;

import dev.mcpflux.internal.EventSink;
import dev.mcpflux.transport.spi.Transport;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/**
 * A wire tap: the messages of the servers whose transports it has tapped. One feed serves any number of transports and
 * links over time, such as those of a server that is restarted, and any number of subscribers. Nothing here is keyed by
 * caller: a subscriber sees the messages of all callers.
 *
 * <pre>{@code
 * WireFeed feed = new WireFeed();
 * Transport tapped = feed.tap(transport);
 * feed.messages().subscribe(message -> log.info("{}", message));
 * }</pre>
 *
 * <p>While nobody is subscribed, a message is neither encoded nor parsed. With subscribers each message is read once for
 * all of them, on the thread that sends or reads it.
 */
public final class WireFeed {

    private final EventSink<WireEvent> events = new EventSink<>(WireEvent.MessagesDropped::new);
    private final AtomicLong links = new AtomicLong();
    private final String prefix;
    private final Clock clock;

    /** A feed that has tapped nothing yet. */
    public WireFeed() {
        this("", Clock.systemUTC());
    }

    /**
     * A feed that has tapped nothing yet.
     *
     * @param prefix begins the names of links, before their number
     */
    WireFeed(String prefix, Clock clock) {
        this.prefix = prefix;
        this.clock = clock;
    }

    /** A copy of the transport whose connections are observed by this feed. */
    public Transport tap(Transport transport) {
        String server = transport.name();
        return transport.with(connection -> {
            connection.tap(
                    () -> new FeedTap(events, server, prefix + links.incrementAndGet(), clock, connection::mask));
            return connection;
        });
    }

    /**
     * The messages from now on, with the number of those that this subscriber has lost.
     *
     * @return hot, never fails; completes after {@link #complete()}. Configured secrets are masked. Frames that are not
     *     JSON are no messages, and the messages of a batch are emitted one by one. Each subscriber has a buffer of 256
     *     messages and 4 MiB, which drops the oldest. <em>Thread:</em> messages are emitted in order, on a thread of
     *     their own, which a subscriber may block without delaying calls or other subscribers. <em>Cancellation</em>
     *     ends this subscription only.
     */
    public Flux<WireEvent> events() {
        return events.flux();
    }

    /** The messages of {@link #events()}, without a report of what was lost. */
    public Flux<WireMessage> messages() {
        return events().ofType(WireMessage.class);
    }

    /** Completes {@link #events()} for all subscribers, now and later; tapped connections continue unobserved. */
    public void complete() {
        events.complete();
    }
}

package dev.mcpflux.testing;

import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Multiplexer;
import dev.mcpflux.transport.spi.Transport;
import dev.mcpflux.transport.wire.WireMessage;
import dev.mcpflux.transport.wire.WireRecording;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * A server in memory that plays a recording: it answers requests as the recorded server did, whatever transport that one was
 * reached by, and whatever era it spoke.
 *
 * <pre>{@code
 * RecordedPeer peer = RecordedPeer.load(Path.of("src/test/resources/weather.jsonl"));
 * HostConfig config = HostConfig.of(peer.transport());
 * …
 * peer.verify();
 * }</pre>
 *
 * <p>A request is answered by the recorded one with the same method and equal parameters, apart from {@code _meta}, in any
 * order of different requests. Equal requests get their answers in the order of the recording, and the last one repeats.
 * Notifications and requests that the server sent before an answer are sent before it, with the progress tokens and ids of
 * this client, and an answer waits for the client where it did in the recording. What the server sent later is sent after the
 * answer. Times are not played. A request that the recording does not have gets an error that names the nearest one;
 * {@code initialize}, {@code server/discover} and {@code ping} are found by their method alone.
 *
 * <p>It serves any number of connections, each from the beginning of the recording, and answers on the thread that sent the
 * request: there is no process, no thread and no waiting.
 */
public final class RecordedPeer {

    private static final int MOST_UNMATCHED = 100;

    private final String server;
    private final RecordedScript script;
    private final Queue<String> unmatched = new LinkedBlockingQueue<>(MOST_UNMATCHED);

    private RecordedPeer(String server, List<WireMessage> messages) {
        this.server = server;
        this.script = new RecordedScript(messages);
    }

    /**
     * A peer that plays a file with one server.
     *
     * @throws IllegalArgumentException if there are several servers, or none
     * @throws dev.mcpflux.transport.wire.WireRecordingException if the file is not a recording
     */
    public static RecordedPeer load(Path file) {
        return of(read(file));
    }

    /**
     * A peer that plays one of the servers of a file.
     *
     * @throws IllegalArgumentException if there is no such server
     * @throws dev.mcpflux.transport.wire.WireRecordingException if the file is not a recording
     */
    public static RecordedPeer load(Path file, String server) {
        return of(read(file), server);
    }

    private static List<WireMessage> read(Path file) {
        @Nullable
        List<WireMessage> messages = WireRecording.read(file).collectList().block();
        return messages == null ? List.of() : messages;
    }

    /**
     * A peer that plays these messages of one server.
     *
     * @throws IllegalArgumentException if they are of several servers, or none
     */
    public static RecordedPeer of(List<WireMessage> messages) {
        List<String> servers = servers(messages);
        if (servers.size() != 1) {
            throw new IllegalArgumentException("expected the messages of one server, found those of " + servers);
        }
        return of(messages, servers.get(0));
    }

    /**
     * A peer that plays one of the servers of these messages.
     *
     * @throws IllegalArgumentException if there is no such server
     */
    public static RecordedPeer of(List<WireMessage> messages, String server) {
        List<WireMessage> own = messages.stream()
                .filter(message -> message.server().equals(server))
                .toList();
        if (own.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no message of server '" + server + "'; there are those of " + servers(messages));
        }
        return new RecordedPeer(server, own);
    }

    private static List<String> servers(List<WireMessage> messages) {
        return messages.stream().map(WireMessage::server).distinct().toList();
    }

    /** The transport to this peer, under the name that the server has in the recording. */
    public Transport transport() {
        return new Transport() {
            @Override
            public String name() {
                return server;
            }

            @Override
            public Connection connection() {
                return Multiplexer.over(
                        server, events -> new RecordedPlayback(server, script, unmatched::offer).connection());
            }
        };
    }

    /** What was asked for that the recording does not have, with the nearest recorded request; the first hundred. */
    public List<String> unmatched() {
        return List.copyOf(unmatched);
    }

    /** Fails if a client has sent a request that the recording does not have. */
    public void verify() {
        if (!unmatched.isEmpty()) {
            throw new AssertionError("peer '" + server + "': " + String.join("\n", unmatched));
        }
    }
}

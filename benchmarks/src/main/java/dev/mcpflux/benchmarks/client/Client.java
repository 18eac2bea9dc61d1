package dev.mcpflux.benchmarks.client;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connected client, used as its documentation says and with its defaults. Its methods wait, also those of clients that are
 * reactive: a driver is the edge of its program, and the wait of the caller is part of what is measured.
 */
interface Client extends AutoCloseable {

    /** Calls the tool {@code echo}, blocks, and gives back the text of the result. Any thread, several at a time. */
    String call(Call call) throws Exception;

    /** How many tools the server offers; asks the server. */
    int listTools() throws Exception;

    @Override
    void close() throws IOException;

    /**
     * Makes calls for a while, so many under way at a time. Clients without an asynchronous call need a thread for each.
     */
    default Tally pump(Call[] calls, Duration time, int inFlight) throws Exception {
        return Threads.run(this, calls, time, inFlight);
    }

    /** How a client is connected. */
    interface Connector {

        /** Launches the server and shakes hands. */
        Client connect(List<String> command) throws Exception;

        /** Opens many, 32 at a time, and closes them likewise, unless the client has a way of its own. */
        default AutoCloseable connectAll(List<String> command, int count) throws Exception {
            List<Client> clients = Threads.each(Collections.nCopies(count, command), this::connect);
            return () -> Threads.each(clients, client -> {
                client.close();
                return client;
            });
        }
    }

    /** Gets the answer to an asynchronous call. */
    interface Callback {
        void done(@Nullable String text, @Nullable Throwable failure);
    }
}

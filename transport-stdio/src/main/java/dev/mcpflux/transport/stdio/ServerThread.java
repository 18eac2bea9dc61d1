package dev.mcpflux.transport.stdio;

import reactor.core.scheduler.NonBlocking;

/**
 * The only thread of a server: it launches the process and then reads its stdout until the end. Subscribers run on it,
 * so it carries the {@link NonBlocking} marker: a {@code block()} in a callback fails at once instead of waiting for a
 * response that only this thread could read.
 */
final class ServerThread extends Thread implements NonBlocking {

    ServerThread(String server, Runnable work) {
        super(work, "mcpflux-" + server + "-stdout");
        setDaemon(true);
    }
}

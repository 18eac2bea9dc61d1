package dev.mcpflux.transport.socket;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;

/** Describes the failures of sockets. */
final class Reasons {

    private Reasons() {}

    /** Describes why connecting failed; the cause may be any exception that connecting throws. */
    static String notConnected(String where, Throwable e, Duration timeout) {
        String start = "cannot connect to " + where + ": ";
        if (e instanceof UnknownHostException) {
            return start + "the host is not known";
        }
        if (e instanceof ConnectTimeoutException) {
            return start + noAnswer(timeout);
        }
        if (e instanceof ProxyConnectException) {
            return start + "the proxy refused: " + e.getMessage();
        }
        if (e instanceof SSLException) {
            return start + "TLS failed: " + e.getMessage();
        }
        String system = message(e);
        return start
                + (e instanceof ConnectException && system.contains("refused") ? "the connection was refused" : system);
    }

    static String timedOut(String where, Duration timeout) {
        return "cannot connect to " + where + ": " + noAnswer(timeout);
    }

    private static String noAnswer(Duration timeout) {
        long millis = timeout.toMillis();
        return "no answer within " + (millis % 1000 == 0 ? millis / 1000 + " s" : millis + " ms");
    }

    /** Describes why the connection was lost; the cause is null if the server closed it in order. */
    static String lost(@Nullable Throwable e) {
        if (e == null || e instanceof ClosedChannelException || e.getCause() instanceof ClosedChannelException) {
            return "it closed the connection";
        }
        if (e instanceof SSLException) {
            return "TLS failed: " + e.getMessage();
        }
        if (AbortedException.isConnectionReset(e) || message(e).contains("onnection reset")) {
            return "the connection was reset";
        }
        return "the connection failed: " + message(e);
    }

    /** The system's message without the address that Netty appends, which the text already names. */
    private static String message(Throwable e) {
        Throwable origin = e.getCause() instanceof IOException said ? said : e;
        return origin.getMessage() == null ? origin.toString() : origin.getMessage();
    }
}

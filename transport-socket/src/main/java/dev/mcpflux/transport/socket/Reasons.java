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

/** The failures of sockets in words. */
final class Reasons {

    private Reasons() {}

    /** Why there is no connection; the cause may be anything that connecting throws. */
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

    /** Why a connection is lost; the cause is null where the server closed it in order. */
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

    /** What the system said; Netty puts the address behind it, which is named already. */
    private static String message(Throwable e) {
        Throwable origin = e.getCause() instanceof IOException said ? said : e;
        return origin.getMessage() == null ? origin.toString() : origin.getMessage();
    }
}

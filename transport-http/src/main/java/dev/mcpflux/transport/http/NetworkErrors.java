package dev.mcpflux.transport.http;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.netty.http.client.PrematureCloseException;

/** What an exception of the network means for the request. */
final class NetworkErrors {

    private NetworkErrors() {}

    /** Whether a retry may help: an unknown name or an untrusted certificate stays so until somebody changes it. */
    static boolean mayPass(Throwable e) {
        return !(e instanceof UnknownHostException)
                // the proxy wants authentication
                && !String.valueOf(e.getMessage()).contains("status: 407")
                && (tls(e) == null || e instanceof SslHandshakeTimeoutException);
    }

    /** The error of TLS behind it; null if it is none. */
    static @Nullable SSLException tls(Throwable e) {
        if (e instanceof SSLException tls) {
            return tls;
        }
        return e instanceof DecoderException && e.getCause() instanceof SSLException tls ? tls : null;
    }

    /** Whether the other side has closed the connection, as servers do with one that was idle for too long. */
    static boolean isReset(Throwable thrown) {
        Throwable e = Exceptions.unwrap(thrown);
        return e instanceof PrematureCloseException
                || (e instanceof IOException
                        && !(e instanceof ConnectException)
                        && !(e instanceof ResponseCodec.SwitchedProtocol)
                        && !(e instanceof UnknownHostException)
                        && !(e instanceof SSLException))
                || e instanceof SocketException;
    }
}

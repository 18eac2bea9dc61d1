package dev.mcpflux.transport.http;

import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpResponseDecoderSpec;
import reactor.netty.resources.ConnectionProvider;

/**
 * Makes the HTTP clients for one server.
 *
 * @param proxy the address of the proxy that it is reached through, null where there is none
 */
record HttpClientFactory(
        HttpRecipe recipe, Secrets secrets, @Nullable InetSocketAddress proxy) {

    HttpClient client(ConnectionProvider connections) {
        HttpClient base = HttpClient.create(connections)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) Math.min(
                        Integer.MAX_VALUE, recipe.options().connectTimeout().toMillis()))
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .compress(true);
        if (recipe.secure()) {
            // HTTP/2 where the server offers it (ALPN)
            base = base.protocol(HttpProtocol.HTTP11, HttpProtocol.H2);
        }
        if (proxy != null) {
            base = Objects.requireNonNull(recipe.proxy())
                    .through(base, proxy, recipe.options().connectTimeout());
        }
        // a request that may have been carried out is never sent again unseen
        HttpClient customized =
                recipe.customizer().apply(base).disableRetry(true).followRedirect(false);
        HttpResponseDecoderSpec spec = customized.configuration().decoder();
        return customized.doOnRequest((request, connection) -> ResponseCodec.install(connection, spec, secrets::quote));
    }
}

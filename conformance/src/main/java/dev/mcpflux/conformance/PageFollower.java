package dev.mcpflux.conformance;

import dev.mcpflux.auth.oauth.Browser;
import java.net.URI;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/** In place of a browser: the pages of the suite need nobody, and send back at once. */
final class PageFollower implements Browser {

    private final HttpClient client = HttpClient.newConnection().followRedirect(true);

    @Override
    public Mono<Void> open(URI page) {
        return client.get().uri(page).response().then();
    }
}

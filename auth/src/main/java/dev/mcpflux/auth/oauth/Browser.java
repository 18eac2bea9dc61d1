package dev.mcpflux.auth.oauth;

import java.net.URI;
import reactor.core.publisher.Mono;

/** Shows the page of a login to a person. */
@FunctionalInterface
public interface Browser {

    /**
     * Opens a page.
     *
     * @return completes when the page was handed to the browser. An error does not end the login, because the person may open
     *     the page in another way. <em>Cancellation</em>: the login is over.
     */
    Mono<Void> open(URI page);

    /** Opens nothing: whoever gets the event or the exception shows the page. */
    static Browser none() {
        return page -> Mono.empty();
    }

    /**
     * The browser of the operating system: {@code xdg-open}, {@code open}, or {@code rundll32} on Windows. No shell sees the
     * page, and only {@code http} and {@code https} are opened. The program is not waited for, and outlives the login.
     */
    static Browser ofSystem() {
        return SystemBrowser.of(System.getProperty("os.name", ""));
    }
}

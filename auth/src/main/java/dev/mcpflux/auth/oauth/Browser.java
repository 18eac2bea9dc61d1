package dev.mcpflux.auth.oauth;

import dev.mcpflux.transport.stdio.ProgramRun;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
     * page, and only {@code http} and {@code https} are opened.
     */
    static Browser ofSystem() {
        return ofSystem(System.getProperty("os.name", ""));
    }

    private static Browser ofSystem(String system) {
        String name = system.toLowerCase(Locale.ROOT);
        List<String> command = name.contains("win")
                ? List.of("rundll32", "url.dll,FileProtocolHandler")
                : List.of(name.contains("mac") ? "open" : "xdg-open");
        return page -> Mono.defer(() -> {
            if (!Set.of("http", "https")
                    .contains(String.valueOf(page.getScheme()).toLowerCase(Locale.ROOT))) {
                return Mono.error(new IllegalArgumentException("a browser opens http and https only"));
            }
            List<String> line = new ArrayList<>(command);
            line.add(page.toASCIIString());
            // it is not waited for, and outlives the login: the browser may be one of its descendants
            return ProgramRun.detached(line);
        });
    }
}

package dev.mcpflux.auth.oauth;

import dev.mcpflux.transport.stdio.ProgramRun;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * Starts a program that shows a page. It is not waited for and never killed, because it may be the browser itself, which the person
 * goes on using after the login.
 */
final class SystemBrowser implements Browser {

    private static final Set<String> WEB = Set.of("http", "https");

    private final List<String> command;

    /**
     * A browser.
     *
     * @param command the program and its first arguments; the page is the last one
     */
    SystemBrowser(List<String> command) {
        this.command = List.copyOf(command);
    }

    /**
     * The browser of an operating system.
     *
     * @param system the name of it, as the JVM knows it
     */
    static SystemBrowser of(String system) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return new SystemBrowser(List.of("rundll32", "url.dll,FileProtocolHandler"));
        }
        return new SystemBrowser(List.of(name.contains("mac") ? "open" : "xdg-open"));
    }

    @Override
    public Mono<Void> open(URI page) {
        return Mono.defer(() -> {
            if (!WEB.contains(String.valueOf(page.getScheme()).toLowerCase(Locale.ROOT))) {
                return Mono.error(new IllegalArgumentException("a browser opens http and https only"));
            }
            List<String> line = new ArrayList<>(command);
            line.add(page.toASCIIString());
            return ProgramRun.detached(line);
        });
    }

    /** Shows the program. */
    @Override
    public String toString() {
        return "SystemBrowser" + command;
    }
}

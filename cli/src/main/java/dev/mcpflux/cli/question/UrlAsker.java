package dev.mcpflux.cli.question;

import dev.mcpflux.client.ClientHandlers.Question;
import dev.mcpflux.protocol.Elicitation;
import dev.mcpflux.text.SafeText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Shows a person the address that a server wants opened. This program never opens it: "clients MUST NOT automatically
 * pre-fetch the URL", must show it in full, and should make the domain stand out against look-alikes (specification:
 * client/elicitation, safe URL handling).
 */
public final class UrlAsker {

    private final Dialog dialog;
    private final boolean colours;

    public UrlAsker(Dialog dialog, boolean colours) {
        this.dialog = dialog;
        this.colours = colours;
    }

    public Elicitation.ElicitResult ask(Question<Elicitation.ElicitParams> question) throws InterruptedException {
        // an address contains no space; words between spaces could look like a prompt where the terminal breaks the
        // line
        String url = SafeText.line(
                        question.params().url() == null ? "" : question.params().url())
                .replace(" ", "%20");
        dialog.say(question.server() + " asks you to open an address:");
        dialog.quote(question.params().message());
        dialog.say("");
        dialog.say("  " + url);
        String host = host(url);
        dialog.stress("  host: ", host == null ? "none" : host, colours && host != null);
        String warning = warning(url, host);
        if (warning != null) {
            dialog.say("  ! " + warning);
        }
        dialog.say("");
        dialog.say("It is not opened for you. (No declines; " + Dialog.CANCEL + " or Ctrl-D cancels.)");
        try {
            while (true) {
                switch (dialog.ask("Opened it? [y/N] ").strip().toLowerCase(Locale.ROOT)) {
                    case "y", "yes" -> {
                        return Elicitation.ElicitResult.accept();
                    }
                    case "", "n", "no" -> throw new Dialog.Ended(true);
                    default -> dialog.say("  ! type y or n");
                }
            }
        } catch (Dialog.Ended e) {
            dialog.say(e.declined() ? "Declined." : "Cancelled.");
            return e.declined() ? Elicitation.ElicitResult.decline() : Elicitation.ElicitResult.cancel();
        }
    }

    public static @Nullable String host(String url) {
        try {
            return new URI(url).getHost();
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** "Clients SHOULD warn about URIs that are ambiguous or suspicious, for example that contain Punycode". */
    public static @Nullable String warning(String url, @Nullable String host) {
        String lower = url.toLowerCase(Locale.ROOT);
        if (host == null || !(lower.startsWith("https:") || lower.startsWith("http:"))) {
            return "this is not a web address";
        }
        if (host.toLowerCase(Locale.ROOT).contains("xn--")) {
            return "the host is written in Punycode, and may look like another one in a browser";
        }
        if (url.contains("@") && URI.create(url).getUserInfo() != null) {
            return "the part before the @ is not the host";
        }
        return lower.startsWith("http:") && !host.equals("localhost") && !host.equals("127.0.0.1")
                ? "the connection to it is not encrypted"
                : null;
    }
}

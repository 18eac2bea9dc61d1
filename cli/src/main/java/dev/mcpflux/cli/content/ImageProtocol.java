package dev.mcpflux.cli.content;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a terminal shows images. It is decided from the environment alone, and only for terminals that are known: the others
 * would print the image as text. The bytes of an image are encoded again here, so that no text of a server reaches the
 * terminal.
 */
public enum ImageProtocol {
    NONE {
        @Override
        byte[] png(byte[] image) {
            throw new IllegalStateException("this terminal shows no images");
        }
    },
    /** The graphics protocol of kitty, which Ghostty has as well. */
    KITTY {
        @Override
        byte[] png(byte[] image) {
            String data = Base64.getEncoder().encodeToString(image);
            StringBuilder text = new StringBuilder(data.length() + data.length() / 128 + 64);
            for (int begin = 0; begin < data.length(); begin += CHUNK) {
                int end = Math.min(data.length(), begin + CHUNK);
                text.append(ESCAPE)
                        .append("_G")
                        // transmit and show; PNG; the terminal does not answer
                        .append(begin == 0 ? "a=T,f=100,q=2," : "")
                        .append(end < data.length() ? "m=1;" : "m=0;")
                        .append(data, begin, end)
                        .append(ESCAPE)
                        .append('\\');
            }
            return text.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
        }
    },
    /** Inline images of iTerm2, which WezTerm has as well. */
    ITERM2 {
        @Override
        byte[] png(byte[] image) {
            String text = ESCAPE + "]1337;File=inline=1;size=" + image.length + ";preserveAspectRatio=1:"
                    + Base64.getEncoder().encodeToString(image) + "\u0007\n";
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    };

    private static final String ESCAPE = "\u001b";
    /** The most that one escape sequence of kitty may carry. */
    private static final int CHUNK = 4096;

    private static final Set<String> MULTIPLEXERS = Set.of("TMUX", "STY", "ZELLIJ");
    private static final Set<String> KITTY_TERMS = Set.of("xterm-kitty", "xterm-ghostty");

    /** The bytes that show a PNG image. */
    abstract byte[] png(byte[] image);

    /**
     * The protocol of the terminal that this environment belongs to. A terminal multiplexer hides the terminal, also where
     * it passes on the variables of the terminal.
     *
     * @param environment the value of a variable; null if it is not set
     */
    public static ImageProtocol of(UnaryOperator<@Nullable String> environment) {
        String term = text(environment.apply("TERM"));
        if (MULTIPLEXERS.stream().anyMatch(variable -> environment.apply(variable) != null)
                || term.startsWith("screen")
                || term.startsWith("tmux")
                || term.equals("dumb")) {
            return NONE;
        }
        String program = text(environment.apply("TERM_PROGRAM"));
        if (KITTY_TERMS.contains(term)
                || program.equals("ghostty")
                || (environment.apply("KITTY_WINDOW_ID") != null && program.isEmpty())) {
            return KITTY;
        }
        return program.equals("iTerm.app") || program.equals("WezTerm") ? ITERM2 : NONE;
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}

package dev.mcpflux.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * The program that shows text that is longer than the screen: {@code MCPFLUX_PAGER}, else {@code PAGER}, else
 * {@code less -FRX}. Loaded only when there is such text.
 */
public final class Pager {

    private static final List<String> DEFAULT = List.of("less", "-FRX");

    /** Exit codes of a shell that could not run the command. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;

    private final List<String> command;

    private Pager(List<String> command) {
        this.command = command;
    }

    /** The pager of the environment; null if it asks for none: an empty variable, or {@code cat}. */
    public static @Nullable Pager of(Display display) {
        String own = display.variable("MCPFLUX_PAGER");
        String named = own == null ? display.variable("PAGER") : own;
        if (named == null) {
            return new Pager(DEFAULT);
        }
        String line = named.strip();
        if (line.isEmpty() || line.equals("cat")) {
            return null;
        }
        boolean plain = line.chars().allMatch(c -> Character.isLetterOrDigit(c) || " _-+=./:,@%".indexOf(c) >= 0);
        return new Pager(plain ? List.of(line.split(" +")) : List.of("sh", "-c", line));
    }

    /** Its program and arguments. */
    public List<String> command() {
        return command;
    }

    /**
     * Shows text, and waits until the person has left the pager. That it is left before the end of the text is no error.
     * An interrupt meanwhile is for the pager alone.
     *
     * @return false if the pager could not be started: then nothing has been shown
     */
    public boolean show(String text) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // shows colours, does not clear the screen, and ends at once where the text fits
        builder.environment().putIfAbsent("LESS", "FRX");
        // not ignored, which the pager would inherit
        Object before = Signals.register("INT", () -> {});
        try {
            Process pager = builder.start();
            write(pager, text);
            int code = pager.waitFor();
            return code != NOT_FOUND && code != NOT_EXECUTABLE;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        } finally {
            Signals.unregister("INT", before);
        }
    }

    private static void write(Process pager, String text) {
        try (OutputStream in = pager.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // the person has seen enough
            return;
        }
    }
}

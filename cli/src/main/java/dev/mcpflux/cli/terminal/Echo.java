package dev.mcpflux.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Whether the terminal shows what is typed. */
public interface Echo {

    /**
     * Stops showing it.
     *
     * @return whether the terminal can do that
     */
    boolean hide();

    /** Shows it again. */
    void show();

    /** That of the terminal of this process, by {@code stty}. */
    static Echo ofTerminal() {
        return new Echo() {
            private final Thread atExit = new Thread(() -> stty("echo"), "mcpflux-echo");

            @Override
            public boolean hide() {
                if (!stty("-echo")) {
                    return false;
                }
                try {
                    Runtime.getRuntime().addShutdownHook(atExit);
                } catch (IllegalStateException e) {
                    // the JVM ends already, and so does the question
                    show();
                }
                return true;
            }

            @Override
            public void show() {
                stty("echo");
                try {
                    Runtime.getRuntime().removeShutdownHook(atExit);
                } catch (IllegalStateException e) {
                    // the hook runs, and does the same
                }
            }
        };
    }

    private static boolean stty(String mode) {
        Path terminal = Path.of("/dev/tty");
        if (!Files.isReadable(terminal)) {
            return false;
        }
        try {
            Process stty = new ProcessBuilder("stty", mode)
                    .redirectInput(terminal.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return stty.waitFor(2, TimeUnit.SECONDS) && stty.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

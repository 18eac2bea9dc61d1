package dev.mcpflux.transport.stdio;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small process that outlives this JVM when it is killed without running its shutdown hooks (KILL, a crash). It reads
 * from a pipe that only this JVM holds; if the pipe breaks without a message, it ends the server and all processes that
 * carry its mark. For Unix only.
 */
final class Watchdog {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    /** Arguments: the server's pid and its mark. Ignores the signals that a terminal sends to a whole process group. */
    private static final String SCRIPT = String.join(
            "\n",
            "trap '' INT TERM HUP",
            "read -r word",
            "[ \"$word\" = done ] && exit 0",
            "marked() {",
            "  for file in /proc/[0-9]*/environ; do",
            "    if grep -qsF \"$mark\" \"$file\"; then pid=${file#/proc/}; echo \"${pid%/environ}\"; fi",
            "  done",
            "}",
            "server=$1; mark=$2",
            // a well-behaved server exits by itself, since its stdin has ended too
            "sleep 1",
            "kill -s TERM $(marked) 2>/dev/null",
            "[ -d /proc/self ] || kill -s TERM \"$server\" 2>/dev/null",
            "sleep 2",
            "kill -s KILL $(marked) 2>/dev/null",
            "[ -d /proc/self ] || kill -s KILL \"$server\" 2>/dev/null",
            "exit 0");

    private final Process process;

    private Watchdog(Process process) {
        this.process = process;
    }

    /** Starts a watchdog. If that fails, logs the reason and returns null, because the server works without one. */
    static @Nullable Watchdog start(long server, String launchId) {
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            "sh",
                            "-c",
                            SCRIPT,
                            "mcpflux-watchdog",
                            Long.toString(server),
                            ProcessTree.MARK + "=" + launchId)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD);
            String path = System.getenv("PATH");
            builder.environment().clear();
            builder.environment().put("PATH", path == null ? "/usr/bin:/bin" : path);
            return new Watchdog(builder.start());
        } catch (IOException e) {
            log.warn("the watchdog could not be started: {}", e.getMessage());
            return null;
        }
    }

    /** Ends the watchdog; called when the server has ended. */
    void dismiss() {
        try (OutputStream pipe = process.getOutputStream()) {
            pipe.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // it has ended already
        }
    }

    /** Whether it has ended within this time; for tests. */
    boolean ended(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS);
    }
}

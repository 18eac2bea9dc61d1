package dev.mcpflux.transport.stdio.sandbox;

import dev.mcpflux.text.SafeText;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The program {@code bwrap} of this machine, and whether it works. */
final class Bubblewrap {

    /** Flags of every sandbox, which the check tries as well. */
    static final List<String> FLAGS =
            List.of("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL");

    private static final long CHECK_SECONDS = 10;

    private static final String NO_SANDBOX = "its sandbox cannot be made: ";

    private static final String WITHOUT = "; without \"sandbox\" the server runs with all rights of this user";

    /** The program that has been seen to work. */
    private static volatile @Nullable String working;

    private Bubblewrap() {}

    /**
     * The path of the program. The first call in this JVM makes an empty sandbox, since that it is installed does not mean that it
     * may make one.
     *
     * @throws IOException says what to install or to allow
     */
    static String program() throws IOException {
        String known = working;
        if (known != null) {
            return known;
        }
        String name = System.getProperty("os.name", "");
        if (!name.equals("Linux")) {
            throw new IOException(
                    NO_SANDBOX + "it needs bubblewrap, which is there for Linux only, and this is " + name + WITHOUT);
        }
        return working = checked(find("bwrap", System.getenv("PATH")));
    }

    static String checked(@Nullable String program) throws IOException {
        if (program == null) {
            throw new IOException(
                    NO_SANDBOX + "there is no program bwrap: install the package bubblewrap (apt-get install"
                            + " bubblewrap, dnf install bubblewrap, apk add bubblewrap)" + WITHOUT);
        }
        String complaint = complaint(program);
        if (complaint != null) {
            throw new IOException(NO_SANDBOX + program + " says '" + complaint
                    + "'; user namespaces may be forbidden on this machine, as in many containers: see"
                    + " user.max_user_namespaces, kernel.unprivileged_userns_clone and"
                    + " kernel.apparmor_restrict_unprivileged_userns of sysctl" + WITHOUT);
        }
        return program;
    }

    /** Looks in absolute directories, and in the usual ones after those of the PATH of this process. */
    static @Nullable String find(String name, @Nullable String path) {
        for (String directory : ((path == null ? "" : path + ":") + "/usr/bin:/bin:/usr/local/bin").split(":")) {
            File file = new File(directory, name);
            if (directory.startsWith("/") && file.isFile() && file.canExecute()) {
                return file.getPath();
            }
        }
        return null;
    }

    /** What the program says if it cannot make a sandbox; null if it can. */
    private static @Nullable String complaint(String program) throws IOException {
        List<String> line = new ArrayList<>(List.of(program));
        line.addAll(FLAGS);
        line.addAll(List.of("--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "--", "true"));
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true);
        builder.environment().keySet().retainAll(List.of("PATH"));
        Process check = builder.start();
        try {
            if (!check.waitFor(CHECK_SECONDS, TimeUnit.SECONDS)) {
                return "nothing for " + CHECK_SECONDS + " s";
            }
            String text = new String(check.getInputStream().readNBytes(500), StandardCharsets.UTF_8);
            return check.exitValue() == 0
                    ? null
                    : SafeText.line(text.isBlank() ? "exit code " + check.exitValue() : text, 200);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(NO_SANDBOX + "the launch was interrupted", e);
        } finally {
            check.destroyForcibly();
        }
    }
}

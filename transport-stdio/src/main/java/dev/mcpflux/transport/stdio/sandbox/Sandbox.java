package dev.mcpflux.transport.stdio.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A command line that starts a server in a sandbox, and the environment to start it with. The environment reaches the server by
 * inheritance and not by options of bubblewrap, since everybody on the machine can read a command line; the exception are
 * variables that change how bubblewrap itself is loaded.
 *
 * @param command the program bwrap and its arguments, with the command of the server as the last ones
 * @param environment what bwrap inherits, and the server from it
 * @param limits what the server may do, for a person, on one line
 * @param notEnforced what was demanded and is not enforced here, for a person, on one line; empty if there is nothing
 */
public record Sandbox(List<String> command, Map<String, String> environment, String limits, String notEnforced) {

    /** Variables by which a library of the server, which it may write, would be loaded outside of the sandbox. */
    private static final Set<String> LOADER = Set.of("GLIBC_TUNABLES", "GCONV_PATH", "LOCPATH", "NLSPATH");

    /** Since this kernel a user namespace counts its own processes. */
    private static final int[] COUNTED = {5, 14};

    private static final Pattern VERSION = Pattern.compile("^(\\d{1,4})\\.(\\d{1,4})");

    /**
     * What is started, and where.
     *
     * @param line the program, by its path, and its arguments
     * @param directory the working directory
     * @param base what relative paths of the options are relative to
     * @param environment all variables of the server
     * @param protectedFiles files that the server may not write in any case
     */
    public record Launch(
            List<String> line, Path directory, Path base, Map<String, String> environment, List<Path> protectedFiles) {

        /** Arguments and environment may hold secrets. */
        @Override
        public String toString() {
            return "Launch[" + line.get(0) + "]";
        }
    }

    /**
     * Prepares a start. Reads the file system; the first call in this JVM also tries whether a sandbox can be made, which takes
     * some milliseconds.
     *
     * @throws IOException if no sandbox can be made, or not the one that is demanded; says what to do about it
     */
    public static Sandbox of(SandboxOptions options, Launch launch) throws IOException {
        String domains = unenforceable(options);
        if (domains != null) {
            throw new IOException("its sandbox cannot be made: " + domains);
        }
        String bwrap = Bubblewrap.program();
        Path home = absolute(launch.environment.get("HOME"));
        PathResolver paths = new PathResolver(launch.base, home);
        MountPlan plan = MountPlan.of(
                options,
                paths,
                launch.directory.resolve(launch.line.get(0)),
                launch.directory,
                home,
                absolute(launch.environment.get("TMPDIR")),
                launch.protectedFiles);
        List<String> command = new ArrayList<>(List.of(bwrap));
        command.addAll(Bubblewrap.FLAGS);
        if (options.network()) {
            command.add("--share-net");
        }
        command.addAll(plan.options());
        command.addAll(List.of("--chdir", plan.directory().toString()));
        Map<String, String> environment = new HashMap<>(launch.environment);
        launch.environment.forEach((name, value) -> {
            if (name.startsWith("LD_") || LOADER.contains(name)) {
                environment.remove(name);
                command.addAll(List.of("--setenv", name, value));
            }
        });
        command.add("--");
        String notEnforced = limit(options, command);
        command.add(launch.directory.resolve(launch.line.get(0)).toString());
        command.addAll(launch.line.subList(1, launch.line.size()));
        return new Sandbox(
                List.copyOf(command),
                Map.copyOf(environment),
                describe(options, plan),
                options.network() ? joined(notEnforced, domains(options)) : notEnforced);
    }

    /** Why the domains of the options cannot be respected, or null if they can or if all of the network is allowed. */
    public static @Nullable String unenforceable(SandboxOptions options) {
        return options.allowedDomains().isEmpty() || options.network()
                ? null
                : "a network can be given as a whole or not at all, and not by domains; say whether it has one by \"network\":"
                        + " true or false, or within \"network\" by \"allow\"";
    }

    private static String domains(SandboxOptions options) {
        boolean none =
                options.allowedDomains().isEmpty() && options.deniedDomains().isEmpty();
        return none ? "" : "domains (the whole network is open)";
    }

    private static @Nullable Path absolute(@Nullable String path) {
        return path == null || !path.startsWith("/") ? null : Path.of(path);
    }

    /** Adds the program that sets limits; returns what it cannot limit. */
    private static String limit(SandboxOptions options, List<String> command) {
        List<String> limits = new ArrayList<>();
        String notEnforced = "";
        if (options.memory() > 0) {
            limits.add("--data=" + options.memory());
        }
        if (!options.cpuTime().isZero()) {
            limits.add("--cpu=" + Math.max(1, options.cpuTime().toSeconds()));
        }
        if (options.processes() > 0) {
            String reason = uncounted(System.getProperty("os.version", ""), System.getProperty("user.name", ""));
            if (reason == null) {
                limits.add("--nproc=" + options.processes());
            } else {
                notEnforced = "processes (" + reason + ")";
            }
        }
        if (limits.isEmpty()) {
            return notEnforced;
        }
        String prlimit = Bubblewrap.find("prlimit", null);
        if (prlimit == null) {
            return joined("memory, processes and cpuTime (there is no program prlimit: install util-linux)", "");
        }
        command.add(prlimit);
        command.addAll(limits);
        command.add("--");
        return notEnforced;
    }

    /** Why the kernel does not limit the number of processes of a sandbox alone; null if it does. */
    static @Nullable String uncounted(String kernel, String user) {
        if (user.equals("root")) {
            return "the kernel sets no such limit for root";
        }
        Matcher version = VERSION.matcher(kernel);
        if (!version.find()) {
            return "the version of the kernel is not known";
        }
        int major = Integer.parseInt(version.group(1));
        int minor = Integer.parseInt(version.group(2));
        return major > COUNTED[0] || (major == COUNTED[0] && minor >= COUNTED[1])
                ? null
                : "this kernel is older than 5.14 and counts all processes of the user";
    }

    private static String describe(SandboxOptions options, MountPlan plan) {
        List<String> parts = new ArrayList<>();
        List<String> read = new ArrayList<>(List.of("system directories"));
        if (plan.unreadable() == null) {
            read.add(plan.directory().toString());
        }
        read.addAll(plan.shown("allowRead"));
        parts.add("reads " + String.join(", ", read));
        List<String> written = plan.shown("allowWrite");
        parts.add(
                written.isEmpty()
                        ? "writes private temporary and home directories only"
                        : "writes " + String.join(", ", written));
        parts.add(options.network() ? "whole network" : "no network");
        if (options.memory() > 0) {
            parts.add("memory of each process at most " + options.memory() + " bytes");
        }
        if (options.processes() > 0) {
            parts.add("at most " + options.processes() + " processes and threads");
        }
        if (!options.cpuTime().isZero()) {
            parts.add("computes at most " + options.cpuTime().toSeconds() + " s in each process");
        }
        if (plan.unreadable() != null) {
            parts.add(plan.unreadable());
        }
        if (!plan.missing().isEmpty()) {
            parts.add("not there: " + String.join(", ", plan.missing()));
        }
        return String.join("; ", parts);
    }

    private static String joined(String a, String b) {
        return a.isEmpty() ? b : b.isEmpty() ? a : a + "; " + b;
    }

    /** Shows what may be done; command and environment may hold secrets. */
    @Override
    public String toString() {
        return "Sandbox[" + limits + "]";
    }
}

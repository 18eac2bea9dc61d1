package dev.mcpflux.transport.stdio.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is visible in a sandbox, and where. The file system begins empty; each rule shows, hides or protects a real path and what
 * is below it, and a rule for a longer path goes before one for a shorter.
 */
final class MountPlan {

    /** What a rule makes of its path. */
    private enum Access {
        /** An empty directory in memory. */
        PRIVATE,
        READ,
        WRITE,
        /** An empty directory or file that cannot be changed. */
        HIDDEN
    }

    /** Programs and what they need. */
    private static final List<String> SYSTEM = List.of(
            "/usr",
            "/bin",
            "/sbin",
            "/lib",
            "/lib32",
            "/lib64",
            "/libx32",
            "/opt",
            "/nix/store",
            "/gnu/store",
            "/snap");

    /** What of /etc programs commonly need; the rest may hold secrets of services. */
    private static final Set<String> ETC = Set.of(
            "alternatives",
            "ca-certificates",
            "ca-certificates.conf",
            "crypto-policies",
            "debian_version",
            "fonts",
            "gai.conf",
            "group",
            "host.conf",
            "hostname",
            "hosts",
            "ld.so.cache",
            "ld.so.conf",
            "ld.so.conf.d",
            "locale.alias",
            "locale.conf",
            "localtime",
            "mime.types",
            "nsswitch.conf",
            "os-release",
            "passwd",
            "pki",
            "protocols",
            "resolv.conf",
            "services",
            "ssl",
            "timezone");

    /** Directories of languages, such as {@code java-17-openjdk}, whose files in /usr are links to them. */
    private static final List<String> ETC_PREFIXES = List.of("java", "python", "perl", "nodejs");

    private static final List<String> PRIVATE_KEYS = List.of("/etc/ssl/private", "/etc/pki/tls/private");

    private static final Path ROOT = Path.of("/");

    private static final Path TMP = Path.of("/tmp");

    /** Shorter paths first, so that each is mounted into what is there already. */
    private static final Comparator<Path> OUTER_FIRST =
            Comparator.comparingInt(Path::getNameCount).thenComparing(Comparator.naturalOrder());

    private final PathResolver paths;
    private final TreeMap<Path, Access> rules = new TreeMap<>(OUTER_FIRST);
    private final Map<String, List<String>> shown = new HashMap<>();
    private final List<String> missing = new ArrayList<>();
    /** Why the working directory is not readable; null if it is. */
    private @Nullable String unreadable;

    private Path directory = ROOT;

    private MountPlan(PathResolver paths) {
        this.paths = paths;
    }

    /**
     * Plans the mounts.
     *
     * @param program the program to start
     * @param home the home directory of the server, or null
     * @param temporary its directory for temporary files, or null
     * @param protectedFiles files that may not be written in any case
     * @throws IOException if what is demanded cannot be enforced; for a person
     */
    static MountPlan of(
            SandboxOptions options,
            PathResolver paths,
            Path program,
            Path directory,
            @Nullable Path home,
            @Nullable Path temporary,
            List<Path> protectedFiles)
            throws IOException {
        MountPlan plan = new MountPlan(paths);
        plan.system();
        plan.privateDirectory(TMP);
        plan.privateDirectory(Path.of("/var/tmp"));
        plan.privateDirectory(home);
        plan.privateDirectory(temporary);
        plan.workingDirectory(directory, home);
        plan.allow("allowRead", options.allowRead(), Access.READ);
        plan.allow("allowWrite", options.allowWrite(), Access.WRITE);
        plan.program(program);
        plan.denyWrite(options.denyWrite());
        for (Path file : protectedFiles) {
            plan.protect(file);
        }
        plan.denyRead(options.denyRead());
        plan.checkLinks();
        plan.fixParents();
        return plan;
    }

    private void system() throws IOException {
        for (String path : SYSTEM) {
            Path real = paths.real(Path.of(path));
            if (real != null) {
                rules.putIfAbsent(real, Access.READ);
            }
        }
        for (String path : PRIVATE_KEYS) {
            Path real = paths.real(Path.of(path));
            if (real != null) {
                rules.put(real, Access.HIDDEN);
            }
        }
    }

    private void privateDirectory(@Nullable Path path) throws IOException {
        Path real = path == null ? null : paths.real(path);
        if (real != null
                && !real.equals(ROOT)
                && SYSTEM.stream().noneMatch(system -> Path.of(system).startsWith(real))) {
            rules.put(real, Access.PRIVATE);
        }
    }

    private void workingDirectory(Path path, @Nullable Path home) throws IOException {
        Path real = paths.real(path);
        Path realHome = home == null ? null : paths.real(home);
        if (real == null) {
            throw new IOException("its working directory does not exist: " + path);
        }
        if (rules.get(real) == Access.PRIVATE || real.equals(ROOT) || (realHome != null && realHome.startsWith(real))) {
            unreadable = "its working directory is not shown, because "
                    + (real.equals(TMP) ? "it is shared by all programs" : "the home directory is in it") + ": " + path;
            directory = rules.containsKey(real) || realHome == null || !rules.containsKey(realHome) ? real : realHome;
        } else {
            rules.putIfAbsent(real, Access.READ);
            directory = real;
        }
    }

    private void allow(String key, List<String> configured, Access access) throws IOException {
        for (String text : configured) {
            Path path = paths.absolute(text);
            Path real = paths.real(path);
            if (real == null) {
                missing.add(text);
                continue;
            }
            if (real.startsWith("/proc") || real.startsWith("/dev")) {
                throw new IOException("its sandbox cannot show '" + text
                        + "': the processes and devices of this machine stay outside; remove it from \"" + key + "\"");
            }
            rules.put(real, access);
            shown.computeIfAbsent(key, k -> new ArrayList<>()).add(text);
        }
    }

    /** The program has to be there, wherever it is. */
    private void program(Path program) throws IOException {
        Path real = paths.real(program);
        if (real != null && !isVisible(real)) {
            rules.put(real, Access.READ);
        }
    }

    private void denyWrite(List<String> configured) throws IOException {
        for (String text : configured) {
            Path path = paths.absolute(text);
            Path real = paths.real(path);
            if (real == null) {
                refuseMissing("denyWrite", text, path);
            } else if (effective(real) == Access.WRITE) {
                rules.put(real, Access.READ);
            }
        }
    }

    /** Something that is not there cannot be protected: the server would create it. */
    private void refuseMissing(String key, String text, Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize();
        Path real = null;
        while (real == null && parent != null) {
            real = paths.real(parent);
            parent = parent.getParent();
        }
        if (real != null && effective(real) == Access.WRITE) {
            throw new IOException("its sandbox cannot protect '" + text + "', which does not exist: the server could"
                    + " create it; create it first, or remove it from \"" + key + "\"");
        }
    }

    private void protect(Path file) throws IOException {
        Path real = paths.real(file);
        if (real != null && effective(real) == Access.WRITE) {
            rules.put(real, Access.READ);
        }
    }

    private void denyRead(List<String> configured) throws IOException {
        for (String text : configured) {
            Path path = paths.absolute(text);
            Path real = paths.real(path);
            if (real == null) {
                refuseMissing("denyRead", text, path);
            } else if (isVisible(real)) {
                rules.put(real, Access.HIDDEN);
            }
        }
    }

    /** A server that may replace a link would decide what the next start shows or protects. */
    private void checkLinks() throws IOException {
        for (Path link : paths.links().keySet()) {
            Path parent = link.getParent();
            if (parent != null && effective(parent) == Access.WRITE) {
                throw new IOException("its sandbox depends on the symbolic link " + link
                        + ", which the server could change: name what it leads to instead");
            }
        }
    }

    /**
     * Makes each directory between a writable one and a path in it that may not be written a mount of its own, which cannot be
     * renamed; else the server would move it away and put another one in its place.
     */
    private void fixParents() {
        for (Map.Entry<Path, Access> rule : List.copyOf(rules.entrySet())) {
            Path parent = rule.getKey().getParent();
            if (rule.getValue() != Access.WRITE && parent != null && effective(parent) == Access.WRITE) {
                for (Path at = parent; at != null && !rules.containsKey(at); at = at.getParent()) {
                    rules.put(at, Access.WRITE);
                }
            }
        }
    }

    private @Nullable Access effective(Path real) {
        for (Path path = real; path != null; path = path.getParent()) {
            Access access = rules.get(path);
            if (access != null) {
                return access;
            }
        }
        return null;
    }

    private boolean isVisible(Path real) {
        Access access = effective(real);
        return access == Access.READ || access == Access.WRITE;
    }

    /** The working directory within the sandbox. */
    Path directory() {
        return directory;
    }

    @Nullable
    String unreadable() {
        return unreadable;
    }

    /** The paths that are allowed and not there. */
    List<String> missing() {
        return missing;
    }

    /** The paths that a key has made visible, as they are configured. */
    List<String> shown(String key) {
        return shown.getOrDefault(key, List.of());
    }

    /** The options of bubblewrap that make the file system. */
    List<String> options() {
        List<String> options = new ArrayList<>();
        Access root = rules.get(ROOT);
        if (root != null) {
            mount(options, ROOT, root);
        }
        // what is mounted by a rule of its own goes on top
        add(options, "--proc", "/proc");
        add(options, "--dev", "/dev");
        if (root == null) {
            etc(options);
        }
        List<String> sealed = new ArrayList<>();
        for (Map.Entry<Path, Access> rule : rules.entrySet()) {
            Path path = rule.getKey();
            if (path.equals(ROOT)) {
                continue;
            }
            mount(options, path, rule.getValue());
            if (rule.getValue() == Access.HIDDEN && Files.isDirectory(path)) {
                add(sealed, "--remount-ro", path.toString());
            }
        }
        links(options);
        options.addAll(sealed);
        if (root == null) {
            add(options, "--remount-ro", "/");
        }
        return options;
    }

    private static void etc(List<String> options) {
        String[] names = Path.of("/etc").toFile().list();
        for (String name : names == null ? new String[0] : names) {
            if (isShownOfEtc(name)) {
                // the link /etc/resolv.conf leads to a directory that is not shown
                add(options, "--ro-bind-try", "/etc/" + name, "/etc/" + name);
            }
        }
    }

    private static boolean isShownOfEtc(String name) {
        return ETC.contains(name) || ETC_PREFIXES.stream().anyMatch(name::startsWith);
    }

    private static void mount(List<String> options, Path path, Access access) {
        String text = path.toString();
        switch (access) {
            case PRIVATE -> add(options, "--tmpfs", text);
            case READ -> add(options, "--ro-bind", text, text);
            case WRITE -> add(options, "--bind", text, text);
            case HIDDEN -> {
                if (Files.isDirectory(path)) {
                    add(options, "--tmpfs", text);
                } else {
                    add(options, "--ro-bind", "/dev/null", text);
                }
            }
        }
    }

    private void links(List<String> options) {
        paths.links().forEach((link, target) -> {
            Path parent = link.getParent();
            boolean etc =
                    link.startsWith("/etc") && isShownOfEtc(link.getName(1).toString());
            if (parent != null && !isVisible(parent) && !etc) {
                add(options, "--symlink", target.toString(), link.toString());
            }
        });
    }

    private static void add(List<String> options, String... words) {
        options.addAll(List.of(words));
    }
}

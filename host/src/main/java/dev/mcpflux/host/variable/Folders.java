package dev.mcpflux.host.variable;

import java.io.File;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The folders that variables name, and that paths in files are relative to. Looks at no file. */
public final class Folders {

    private Folders() {}

    /**
     * What a variable stands for.
     *
     * @param file the file that names it, or null
     * @param workspace what was set, or null for what follows from the file
     * @throws IllegalArgumentException if there is no such folder
     */
    static String value(String name, @Nullable Path file, @Nullable Path workspace) {
        return switch (name) {
            case "workspaceFolder" -> workspace(file, workspace).toString();
            case "workspaceFolderBasename" -> {
                Path last = workspace(file, workspace).getFileName();
                yield last == null ? "" : last.toString();
            }
            case "pathSeparator", "/" -> File.separator;
            case "__dirname" -> directory(file).toString();
            case "DESKTOP" -> home().resolve("Desktop").toString();
            case "DOCUMENTS" -> home().resolve("Documents").toString();
            case "DOWNLOADS" -> home().resolve("Downloads").toString();
            default -> home().toString();
        };
    }

    static Path home() {
        return Path.of(System.getProperty("user.home", ""));
    }

    private static Path directory(@Nullable Path file) {
        Path parent = file == null ? null : file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("there is no folder of the bundle, since this comes from no file");
        }
        return parent;
    }

    private static Path workspace(@Nullable Path file, @Nullable Path workspace) {
        Path found = workspace != null ? workspace : file == null ? null : project(file, home());
        return (found == null ? Path.of("") : found).toAbsolutePath().normalize();
    }

    /** The directory of the project that a file belongs to; null for a file of the user. */
    public static @Nullable Path project(Path file) {
        return project(file, home());
    }

    static @Nullable Path project(Path file, Path home) {
        Path directory = file.toAbsolutePath().normalize().getParent();
        Path project = directory;
        // .vscode/mcp.json, .continue/mcpServers/a.yaml
        for (Path each = directory; each != null; each = each.getParent()) {
            Path name = each.getFileName();
            if (name != null && name.toString().startsWith(".")) {
                project = each.getParent();
                break;
            }
        }
        if (project == null || project.equals(home) || isApplicationData(project, home)) {
            return null;
        }
        return project;
    }

    private static boolean isApplicationData(Path directory, Path home) {
        return directory.startsWith(home.resolve("Library")) || directory.startsWith(home.resolve("AppData"));
    }

    /** A path of a configuration: {@code ~/} is the home of the user, and a relative one is relative to the file. */
    static Path resolve(String path, @Nullable Path file) {
        if (path.equals("~") || path.startsWith("~/") || path.startsWith("~\\")) {
            return home().resolve(path.length() < 2 ? "" : path.substring(2));
        }
        Path parent = file == null ? null : file.toAbsolutePath().getParent();
        return parent == null ? Path.of(path).toAbsolutePath() : parent.resolve(path);
    }
}

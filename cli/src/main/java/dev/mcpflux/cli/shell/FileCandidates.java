package dev.mcpflux.cli.shell;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Names of files that begin with what is typed. Blocks. */
final class FileCandidates {

    private static final int MAX_FILES = 500;

    private FileCandidates() {}

    /**
     * The files of one directory.
     *
     * @param start what stands before the name in the word
     * @param typed the begin of the name; a leading {@code ~/} is not expanded, since a call does not expand it either
     */
    static List<ShellCandidate> of(String start, String typed) {
        int slash = typed.lastIndexOf('/');
        String folder = typed.substring(0, slash + 1);
        String begin = typed.substring(slash + 1);
        List<ShellCandidate> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder.isEmpty() ? "." : folder))) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.startsWith(begin) && (!name.startsWith(".") || begin.startsWith("."))) {
                    boolean directory = Files.isDirectory(file);
                    String shown = directory ? name + "/" : name;
                    found.add(new ShellCandidate(start + folder + shown, shown, null, !directory));
                }
                if (found.size() == MAX_FILES) {
                    break;
                }
            }
        } catch (IOException | InvalidPathException | DirectoryIteratorException e) {
            // a folder that cannot be read has no candidates
            return List.of();
        }
        return found;
    }
}

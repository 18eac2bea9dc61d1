package dev.mcpflux.cli;

import dev.mcpflux.cli.completion.CompletionModel;
import dev.mcpflux.cli.completion.Shell;
import dev.mcpflux.cli.manual.Manual;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.cli.terminal.WatchedStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;

/** Writes the files of a release that are made of the command line itself: the manual, and the completion of shells. */
final class ReleaseFiles {

    private ReleaseFiles() {}

    /**
     * Called by the build.
     *
     * @param args the directory to write to, the version, and the time of the source in ISO 8601
     */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        CommandLine root = parser();
        Path pages = Files.createDirectories(directory.resolve("man").resolve("man1"));
        for (Map.Entry<String, String> page : new Manual(root, "mcpflux " + args[1], args[2].substring(0, 10))
                .pages()
                .entrySet()) {
            Files.writeString(pages.resolve(page.getKey()), page.getValue());
        }
        Path scripts = Files.createDirectories(directory.resolve("completion"));
        for (Shell shell : Shell.values()) {
            Files.writeString(scripts.resolve(shell.file()), shell.script(CompletionModel.of(root)));
        }
    }

    private static CommandLine parser() {
        return Mcpflux.parser(
                new Mcpflux(new WatchedStream(OutputStream.nullOutputStream()), Terminal.Target.OTHER),
                Mcpflux.COMMANDS);
    }
}

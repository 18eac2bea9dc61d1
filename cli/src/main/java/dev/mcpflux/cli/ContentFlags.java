package dev.mcpflux.cli;

import dev.mcpflux.cli.content.ImageProtocol;
import dev.mcpflux.cli.content.ResultDisplay;
import dev.mcpflux.cli.output.Output;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command does with the content of results that is no text. */
final class ContentFlags {

    @Option(
            names = "--save",
            paramLabel = "DIR",
            converter = PathConverter.class,
            description =
                    "Save each piece of the result into a new file of this directory, which is made if it is missing,"
                            + " and print the names of the files.")
    @Nullable
    Path directory;

    @Option(
            names = "--no-images",
            description =
                    "Neither show nor save images, sound and other bytes; only mention them. By default an image is"
                            + " shown on a terminal that can show it, and other bytes are saved in a temporary directory.")
    boolean noImages;

    ResultDisplay display(Output output) {
        return new ResultDisplay(
                output,
                directory,
                !noImages,
                ImageProtocol.of(name -> output.display().variable(String.valueOf(name))));
    }
}

package dev.mcpflux.cli;

import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.catalogue.CatalogueTool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "call",
        description = {
            "Call a tool and print its result.",
            "Values are typed by the tool's input schema; a key given several times makes a list."
        })
final class CallCommand extends HostCommand {

    /** Larger than any allowed message. */
    private static final int MAX_ARGUMENTS = 64 << 20;

    @Parameters(
            index = "0",
            paramLabel = "TOOL",
            description = "server__tool, or the bare name if only one server has it.")
    String tool = "";

    @Parameters(index = "1..*", paramLabel = "KEY=VALUE", arity = "0..*", description = "Arguments of the tool.")
    List<String> words = new ArrayList<>();

    @Option(
            names = "--args",
            paramLabel = "JSON",
            description = "Arguments as one JSON object; @FILE reads it from a file, and - or @- from standard input."
                    + " KEY=VALUE overrides its keys.")
    @Nullable
    String json;

    @Option(
            names = "--as-task",
            description =
                    "Run it as a task if the tool supports that (2025-11-25); later servers decide that themselves.")
    boolean asTask;

    @Option(
            names = "--keep-task",
            description = "Let a task continue when the call is interrupted, and print the command that follows it.")
    boolean keepTask;

    @CommandLine.Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        String arguments = json == null ? null : given(json);
        return withHost(from, from.wanted(tool), host -> {
            watchToolRules(host);
            return host.tool(tool).onErrorMap(e -> explain(host, e)).flatMap(found -> call(host, found, arguments));
        });
    }

    @Override
    boolean namesTheTool() {
        return true;
    }

    /** A JSON object begins with a brace, so these forms are unambiguous. */
    private static String given(String json) {
        if (json.equals("-") || json.equals("@-")) {
            return text("standard input", System.in);
        }
        if (!json.startsWith("@")) {
            return json;
        }
        Path file = path(json.substring(1));
        try (InputStream in = Files.newInputStream(file)) {
            return text("" + file, in);
        } catch (NoSuchFileException e) {
            throw new UsageException("--args: " + file + ": there is no such file");
        } catch (IOException e) {
            throw new UsageException("--args: " + file + " cannot be read: " + reason(e));
        }
    }

    private static Path path(String name) {
        try {
            return new PathConverter().convert(name);
        } catch (CommandLine.TypeConversionException e) {
            throw new UsageException("--args: " + e.getMessage());
        }
    }

    private static String text(String source, InputStream in) {
        try {
            byte[] bytes = in.readNBytes(MAX_ARGUMENTS + 1);
            if (bytes.length > MAX_ARGUMENTS) {
                throw new UsageException("--args: " + source + " holds more than " + MAX_ARGUMENTS + " bytes");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UsageException("--args: " + source + " is not UTF-8 text");
        } catch (IOException e) {
            throw new UsageException("--args: " + source + " cannot be read: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "access denied" : String.valueOf(e.getMessage());
    }

    private Mono<Integer> call(McpHost host, CatalogueTool found, @Nullable String arguments) {
        ObjectNode given = ToolArguments.parse(found.tool(), arguments, words);
        RequestOptions options = limits(found.server())
                .mutate()
                .asTask(asTask)
                .keepTask(keepTask)
                .build();
        return new CallDisplay(root(), found.server(), keepTask)
                .show(found.name(), host.streamTool(found.name(), given, options));
    }
}

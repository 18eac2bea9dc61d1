package dev.mcpflux.cli;

import dev.mcpflux.cli.output.ExitCode;
import dev.mcpflux.cli.output.TableText;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.host.McpHost;
import dev.mcpflux.host.McpNameNotFoundException;
import dev.mcpflux.protocol.Content.ResourceContents;
import dev.mcpflux.protocol.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.publisher.Mono;

@Command(
        name = "read",
        description = {
            "Print the content of a resource: text unchanged, and bytes if standard output is not a terminal.",
            "A resource template is expanded with KEY=VALUE first."
        })
final class ReadCommand extends HostCommand {

    @Parameters(index = "0", paramLabel = "URI", description = "The URI of a resource, or a resource template.")
    String uri = "";

    @Parameters(index = "1..*", paramLabel = "KEY=VALUE", arity = "0..*", description = "Variables of the template.")
    List<String> words = new ArrayList<>();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            converter = PathConverter.class,
            description = "Write the content, text or bytes, to this file.")
    @Nullable
    Path file;

    @Mixin
    ServerSelection from = new ServerSelection();

    @Override
    public Integer call() {
        String expanded = expand(uri, KeyValuePairs.parse(words));
        return withHost(from, host -> read(host, expanded).map(result -> print(expanded, result)));
    }

    private static String expand(String uri, Map<String, String> values) {
        List<String> variables = UriTemplates.variables(uri);
        KeyValuePairs.check(values, variables, variables, (UriTemplates.is(uri) ? "template " : "URI ") + uri);
        return UriTemplates.is(uri) ? UriTemplates.expand(uri, values) : uri;
    }

    private Mono<Resources.ReadResourceResult> read(McpHost host, String expanded) {
        return from.servers.size() == 1
                ? host.server(from.servers.get(0)).useOne(session -> session.readResource(expanded))
                : host.readResource(expanded)
                        .onErrorMap(McpNameNotFoundException.class, ReadCommand::sayWhich)
                        .onErrorMap(e -> explain(host, e));
    }

    private static Throwable sayWhich(McpNameNotFoundException e) {
        return e.isAmbiguous()
                ? new UsageException("several servers may have " + e.name() + ": choose one with --from "
                        + String.join(" or --from ", e.candidates()))
                : e;
    }

    private int print(String expanded, Resources.ReadResourceResult result) {
        if (file != null) {
            write(expanded, result, file);
        } else if (output().json()) {
            output().document(result);
        } else {
            boolean terminal = output().terminal();
            List<ResourceContents> contents = result.contents();
            for (int i = 0; i < contents.size(); i++) {
                print(contents.get(i), i == contents.size() - 1, terminal);
            }
            if (contents.isEmpty()) {
                output().note("mcpflux: " + expanded + " is empty");
            }
        }
        return ExitCode.OK;
    }

    private void print(ResourceContents content, boolean last, boolean terminal) {
        if (content.blob() != null && terminal) {
            output().line("[" + described(content) + "; --output FILE writes it]");
        } else if (content.blob() != null) {
            output().bytes(bytes(content));
        } else {
            String text = content.text() == null ? "" : content.text();
            // a prompt behind the text, or the next of several contents, would look like a part of it
            boolean separate = (terminal || !last) && !text.endsWith("\n") && !text.isEmpty();
            output().payload(separate ? text + "\n" : text);
        }
    }

    private void write(String expanded, Resources.ReadResourceResult result, Path target) {
        if (result.contents().size() != 1) {
            throw new UsageException(
                    expanded + " has " + result.contents().size() + " contents, --output takes one; --json prints all");
        }
        ResourceContents content = result.contents().get(0);
        byte[] bytes = bytes(content);
        try {
            Files.write(target, bytes);
        } catch (IOException e) {
            throw new UsageException(target + " cannot be written: " + e.getMessage());
        }
        output().note("mcpflux: " + described(content) + ", written to " + target);
    }

    private String described(ResourceContents content) {
        return (content.mimeType() == null ? "bytes" : content.mimeType()) + ", "
                + TableText.size((long) bytes(content).length);
    }

    private byte[] bytes(ResourceContents content) {
        if (content.blob() == null) {
            return (content.text() == null ? "" : content.text()).getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getMimeDecoder().decode(content.blob());
        } catch (IllegalArgumentException e) {
            throw new McpProtocolException(null, "the content of " + content.uri() + " is not Base64");
        }
    }
}

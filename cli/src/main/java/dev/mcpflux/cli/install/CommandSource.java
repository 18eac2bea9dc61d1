package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** A command or a URL of a person, who may use variables in it. */
final class CommandSource {

    private CommandSource() {}

    static Proposal command(List<String> words, InstallOptions options) {
        if (words.isEmpty() || words.get(0).isBlank()) {
            throw new McpConfigurationException(
                    options.name(), "expected a command after --, such as: -- npx -y PACKAGE");
        }
        if (!options.headers().isEmpty()) {
            throw new McpConfigurationException(
                    options.name(), "headers are for servers that are reached by a URL; a command takes -e NAME=VALUE");
        }
        Draft draft = new Draft().put("command", words.get(0));
        words.stream().skip(1).forEach(draft.args()::add);
        if (words.size() == 1) {
            draft.entry().remove("args");
        }
        return propose(draft, options, NameSuggestion.ofCommand(words));
    }

    static Proposal url(String url, InstallOptions options) {
        if (!EntryCheck.isHttp(url)) {
            throw new McpConfigurationException(options.name(), "expected an http or https URL with a host");
        }
        if (!options.environment().isEmpty()) {
            throw new McpConfigurationException(
                    options.name(),
                    "environment variables are for servers that are a process; a URL takes -H 'NAME: VALUE'");
        }
        Draft draft = new Draft();
        String transport = options.transport();
        if (transport != null) {
            draft.put(
                    "type",
                    switch (transport) {
                        case "http", "streamable-http" -> "streamable-http";
                        case "sse" -> "sse";
                        default ->
                            throw new McpConfigurationException(
                                    options.name(),
                                    "expected the transport http or sse for a URL, found '" + transport + "'");
                    });
        }
        return propose(draft.put("url", url), options, NameSuggestion.ofUrl(url));
    }

    private static Proposal propose(Draft draft, InstallOptions options, String suggested) {
        String name = options.name();
        return with(draft.propose(name == null ? suggested : name), options);
    }

    /** Adds what the user said about variables and headers; it replaces what the source says. */
    static Proposal with(Proposal proposal, InstallOptions options) {
        if (options.environment().isEmpty() && options.headers().isEmpty()) {
            return proposal;
        }
        return proposal.change(entry -> {
            boolean remote = !entry.has("command");
            if (remote && !options.environment().isEmpty()) {
                throw new McpConfigurationException(
                        proposal.name(),
                        "environment variables are for servers that are a process; this one is reached by a URL");
            }
            if (!remote && !options.headers().isEmpty()) {
                throw new McpConfigurationException(
                        proposal.name(), "headers are for servers that are reached by a URL; this one is a process");
            }
            put(entry, "env", options.environment());
            put(entry, "headers", options.headers());
        });
    }

    private static void put(ObjectNode entry, String key, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode member = entry.path(key).isObject() ? (ObjectNode) entry.get(key) : entry.putObject(key);
            values.forEach(member::put);
        }
    }
}

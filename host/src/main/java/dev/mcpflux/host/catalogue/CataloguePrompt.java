package dev.mcpflux.host.catalogue;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Prompts.Prompt;

/**
 * A prompt of one of the host's servers.
 *
 * @param name its qualified name, {@code server__prompt}: unique in the host among prompts
 * @param server the configured name of its server
 * @param prompt as the server offers it
 */
public record CataloguePrompt(String name, String server, Prompt prompt) implements CatalogueEntry {

    public static CataloguePrompt of(String server, Prompt prompt) {
        return new CataloguePrompt(CatalogueEntry.qualify(server, prompt.name()), server, prompt);
    }

    @Override
    public ListKind kind() {
        return ListKind.PROMPTS;
    }

    @Override
    public String bareName() {
        return prompt.name();
    }
}

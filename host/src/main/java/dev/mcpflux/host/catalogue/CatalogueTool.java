package dev.mcpflux.host.catalogue;

import dev.mcpflux.protocol.ListKind;
import dev.mcpflux.protocol.Tool;
import tools.jackson.databind.node.BooleanNode;

/**
 * A tool of one of the host's servers.
 *
 * @param name its qualified name, {@code server__tool}: unique in the host. Another name follows that of the server where the
 *     tool is renamed ({@link dev.mcpflux.host.config.ToolSelection#names()}); the tool itself stays as it is
 * @param server the configured name of its server
 * @param tool as the server offers it
 */
public record CatalogueTool(String name, String server, Tool tool) implements CatalogueEntry {

    /** Between the name of the server and that of the tool. */
    public static final String SEPARATOR = CatalogueEntry.SEPARATOR;

    public static CatalogueTool of(String server, Tool tool) {
        return new CatalogueTool(CatalogueEntry.qualify(server, tool.name()), server, tool);
    }

    @Override
    public ListKind kind() {
        return ListKind.TOOLS;
    }

    @Override
    public String bareName() {
        return tool.name();
    }

    /**
     * A name for it that providers of models accept ({@code ^[a-zA-Z0-9_-]{1,64}$}), and that {@code McpHost.callTool} takes,
     * too: its qualified name where that is one, else a name made of it with a hash of it at the end. It is unique in the
     * host, and depends on the names of the server and the tool only.
     */
    public String modelName() {
        return ModelNames.of(name);
    }

    /**
     * Whether its server wants that it is always shown to a model, also where a host lets the model search for tools and
     * shows no others: {@code _meta["anthropic/alwaysLoad"]}, as Claude Code has it (code.claude.com/docs/en/mcp). A hint:
     * a server that sets it on all its tools fills the context of the model.
     */
    public boolean alwaysLoad() {
        return tool.meta() != null && tool.meta().path("anthropic/alwaysLoad").equals(BooleanNode.TRUE);
    }
}

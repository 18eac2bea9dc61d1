package dev.mcpflux.host;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.Template;
import dev.mcpflux.host.variable.VariableStyle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Tells definitions apart by how their server is started or reached, across runs. Variables are not resolved: another value of
 * a token is no other server. A literal secret becomes a part of the hash only.
 */
final class DefinitionHash {

    private static final int HEX_DIGITS = 32;

    private final MessageDigest digest;

    private DefinitionHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A name for a file about the server: its own, as far as file systems allow, and the hash. */
    static String fileName(ServerDefinition definition) {
        String readable = definition.name().replaceAll("[^A-Za-z0-9._-]", "_");
        String start = readable.substring(0, Math.min(readable.length(), 60));
        return start + "-" + new DefinitionHash().of(definition) + ".json";
    }

    private String of(ServerDefinition definition) {
        add(definition.getClass().getSimpleName());
        add(definition.name());
        add(String.valueOf(definition.options().era()));
        if (definition instanceof ServerDefinition.Stdio stdio) {
            add(text(stdio.command()));
            stdio.arguments().forEach(argument -> add(text(argument)));
            add("");
            stdio.environment().forEach((variable, value) -> {
                add(variable);
                add(text(value));
            });
            if (stdio.environmentFile() != null) {
                add("environmentFile");
                add(text(stdio.environmentFile()));
            }
            add(text(stdio.workingDirectory()));
            add(String.valueOf(stdio.baseDirectory()));
        } else if (definition instanceof ServerDefinition.Http http) {
            add(text(http.url()));
            add(http.kind().name());
            http.headers().forEach((header, value) -> {
                add(header);
                add(text(value));
            });
        } else if (definition instanceof ServerDefinition.Custom custom) {
            add(custom.transport().origin());
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    }

    private static String text(@Nullable Template template) {
        if (template == null) {
            return "";
        }
        // the same text means something else in another notation
        return template.style() == VariableStyle.MCPFLUX
                ? template.text()
                : template.style().name() + " " + template.text();
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // with its length, so that two texts are not taken for one
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}

package dev.mcpflux.cli.install;

import java.util.Locale;

/** How a secret is written into the entry of a server. */
public enum SecretForm {
    /** As it is: everybody who can read the file can read it. */
    PLAIN,
    /** {@code ${input:NAME}}: it is asked for when the server starts. */
    INPUT,
    /** {@code ${secret:NAME}}: it is kept in the store of secrets. */
    SECRET,
    /** {@code ${env:NAME}}: it is in an environment variable. */
    ENV;

    /**
     * The name that a secret is kept by. It starts with the name of the server, so that no server reads what was stored for
     * another one by naming a question like it.
     */
    String nameOf(String server, String question) {
        String name = (server + "_" + question).replaceAll("[^A-Za-z0-9_]", "_");
        return this == ENV ? (name.matches("[0-9].*") ? "_" + name : name).toUpperCase(Locale.ROOT) : name;
    }

    String reference(String name) {
        return "${" + name().toLowerCase(Locale.ROOT) + ":" + name + "}";
    }
}

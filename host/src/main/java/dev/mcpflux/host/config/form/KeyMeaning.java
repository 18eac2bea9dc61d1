package dev.mcpflux.host.config.form;

import org.jspecify.annotations.Nullable;

/** What the key of a client's form means here: which key of ours it becomes, and how its value is changed on the way. */
public enum KeyMeaning {
    /** The program. */
    COMMAND("command", "the program"),
    /** The program and its arguments, in one array. */
    COMMAND_LINE("command", "the program and its arguments, in one array"),
    /** The arguments of the program. */
    ARGUMENTS("args", "the arguments of the program"),
    /** Variables of the process. */
    ENVIRONMENT("env", "variables of the process"),
    /** Names of variables that the process gets from the environment. */
    ENVIRONMENT_NAMES("inheritEnv", "names of variables of your environment that the process gets"),
    /** Names of variables whose values are in the environment or in the keychain. */
    ENVIRONMENT_SECRETS("env", "names of variables whose values are in your environment or in the keychain"),
    /** A file of variables. */
    ENVIRONMENT_FILE("envFile", "a file of variables of the process"),
    /** Where the process is started. */
    DIRECTORY("cwd", "where the process is started"),
    /** The transport by its name. */
    TYPE("type", "the transport"),
    /** The transport by its name, or an object that holds the rest of the entry. */
    TRANSPORT("type", "the transport by its name, or an object with `type` and the keys that belong to it"),
    /** The address; by which transport of HTTP the form decides. */
    URL("url", "the address"),
    /** The address of a server that is reached by Streamable HTTP. */
    URL_STREAMABLE("url", "the address of a server that is reached by Streamable HTTP"),
    /** Headers of every request. */
    HEADERS("headers", "headers of every request; also a list of `NAME: VALUE`"),
    /** An object with headers in it. */
    REQUEST_OPTIONS("headers", "an object whose `headers` are sent with every request"),
    /** Headers whose values are names of variables. */
    HEADER_VARIABLES("headers", "headers by the names of the variables that hold their values"),
    /** The name of the variable that holds a bearer token. */
    BEARER_VARIABLE("headers", "the name of the variable that holds a bearer token"),
    /** A bearer token. */
    BEARER("headers", "a bearer token"),
    /** The name of the variable that holds an API key, with members beside it that say how it is sent. */
    API_KEY_VARIABLE("headers", "the name of the variable that holds an API key"),
    /** How the API key is sent; read with its variable. */
    API_KEY_DETAIL("headers", "the header of the API key, and its format"),
    /** A program that prints headers. */
    HEADERS_HELPER("headersHelper", "a program that prints headers as JSON"),
    /** How requests are authorized. */
    AUTHORIZATION("auth", "how requests are authorized"),
    /** The details of OAuth. */
    OAUTH("oauth", "the details of OAuth"),
    /** One detail of OAuth; the member it becomes is given by the row. */
    OAUTH_DETAIL("oauth", "a detail of OAuth"),
    /** Whether it is switched off. */
    DISABLED("disabled", "whether it is switched off"),
    /** Whether it is switched on. */
    ENABLED("disabled", "whether it is switched on"),
    /** Whether the host fails without it. */
    REQUIRED("required", "whether nothing works without it"),
    /** The limit of each request. */
    REQUEST_TIMEOUT("timeout", "the limit of each request"),
    /** The limit of launch and handshake. */
    START_TIMEOUT("startTimeout", "the limit of its start"),
    /** The only tools that are offered. */
    INCLUDED_TOOLS("tools", "the only tools that are offered"),
    /** Tools that are not offered. */
    EXCLUDED_TOOLS("tools", "tools that are not offered"),
    /** Tools that are renamed or left out, one by one. */
    TOOL_CHANGES("tools", "tools that are renamed or left out, one by one"),
    /** Tools that need no approval. */
    APPROVED_TOOLS("policy", "tools that need no approval; the others are asked about where there is somebody to ask"),
    /** Whether no tool needs approval. */
    TRUST("policy", "whether no tool needs approval"),
    /** How tools are approved that nothing else is said about. */
    APPROVAL("policy", "how calls are approved: `auto`, `prompt` or `approve`"),
    /** How single tools are approved. */
    TOOL_APPROVALS("policy", "how calls of single tools are approved"),
    /** Whether the sandbox is used. */
    SANDBOX_SWITCH("sandbox", "whether it runs in a sandbox"),
    /** What the sandbox lets through. */
    SANDBOX("sandbox", "what the sandbox lets through"),
    /** Our own keys. */
    OURS(null, "the keys of mcpflux, which other clients need not know"),
    /** Known, and without a meaning for a host without a model or a window. */
    NOT_APPLICABLE(null, "not applicable");

    private final @Nullable String key;
    private final String text;

    KeyMeaning(@Nullable String key, String text) {
        this.key = key;
        this.text = text;
    }

    /** The key of ours that it becomes; null where it becomes none, or several. */
    public @Nullable String key() {
        return key;
    }

    /** What it means, for documents. */
    public String text() {
        return text;
    }
}

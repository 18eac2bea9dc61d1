package dev.mcpflux.host.config.form;

import static dev.mcpflux.host.config.form.ConfigKey.Type.FLAG;
import static dev.mcpflux.host.config.form.ConfigKey.Type.FLAG_OR_OBJECT;
import static dev.mcpflux.host.config.form.ConfigKey.Type.FLAG_OR_TEXTS;
import static dev.mcpflux.host.config.form.ConfigKey.Type.NUMBER;
import static dev.mcpflux.host.config.form.ConfigKey.Type.OBJECT;
import static dev.mcpflux.host.config.form.ConfigKey.Type.PATTERNS;
import static dev.mcpflux.host.config.form.ConfigKey.Type.PATTERNS_OR_OBJECT;
import static dev.mcpflux.host.config.form.ConfigKey.Type.SCALAR;
import static dev.mcpflux.host.config.form.ConfigKey.Type.SIZE;
import static dev.mcpflux.host.config.form.ConfigKey.Type.TEXT;
import static dev.mcpflux.host.config.form.ConfigKey.Type.TEXTS;
import static dev.mcpflux.host.config.form.ConfigKey.Type.TEXT_MAP;
import static dev.mcpflux.host.config.form.ConfigKey.Type.TEXT_OR_TEXTS;
import static dev.mcpflux.host.config.form.ConfigKey.Type.TIME;
import static dev.mcpflux.host.config.form.ConfigKey.Type.TIME_MAP;
import static dev.mcpflux.host.config.form.ConfigKey.Type.WHOLE;
import static dev.mcpflux.host.config.form.ConfigKey.Type.WORD;
import static dev.mcpflux.host.config.form.ConfigKey.Type.WORD_MAP;
import static dev.mcpflux.host.config.form.ConfigKey.Type.WORD_OR_OBJECT;
import static dev.mcpflux.host.config.form.ConfigKey.of;

import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.util.Arrays;
import java.util.List;

/** The keys of our own form, for the documents and for the JSON Schema of its files. */
public final class ConfigKeys {

    private static final String[] ACTIONS = {"allow", "ask", "ask-if-possible", "deny", "rehearse"};

    /** The keys of an entry, in the order in which documents have them. */
    public static final List<ConfigKey> ALL = List.of(
            of("command", TEXT, "", "the program; searched on the `PATH` that the server will have"),
            of("args", TEXTS, "none", "its arguments").others("arguments"),
            of("env", TEXT_MAP, "none", "variables of the process, besides those that it inherits")
                    .others("envs", "environment"),
            of("envFile", TEXT, "none", "a file of such variables, as `NAME=value` lines; `env` counts more"),
            of(
                    "inheritEnv",
                    FLAG_OR_TEXTS,
                    "an allow-list",
                    "more variables of your environment that the process gets, by their names or as `AWS_*`; `true` for all,"
                            + " `false` for those only that every process needs"),
            of("cwd", TEXT, "yours", "where the process is started; relative to the file")
                    .others("workingDirectory"),
            of("url", TEXT, "", "the address of a server that is reached by HTTP")
                    .others("httpUrl", "serverUrl"),
            of(
                            "type",
                            WORD,
                            "`stdio`, or `http` with `url`",
                            "`http`: Streamable HTTP, or HTTP+SSE if the server has only that; `streamable-http` or `sse`:"
                                    + " only that; in any spelling")
                    .words("stdio", "http", "streamable-http", "sse")
                    .others("transport", "transportType"),
            of("headers", TEXT_MAP, "none", "sent with every request, and never shown")
                    .others("httpHeaders"),
            of("proxy", TEXT, "that of the system", "the URL of a proxy, or `none`"),
            of("auth", WORD_OR_OBJECT, "as the server asks", "how requests are authorized")
                    .words("none", "static", "helper", "oauth")
                    .members(oauth())
                    .others("authProviderType"),
            of("oauth", OBJECT, "as the server asks", "the details of OAuth").members(oauth()),
            of("headersHelper", TEXT_OR_TEXTS, "none", "a program that prints headers as JSON")
                    .others("helper"),
            of("disabled", FLAG, "`false`", "shown as `disabled` and never started"),
            of("enabled", FLAG, "`true`", "the opposite of `disabled`").others("isActive", "active"),
            of("required", FLAG, "`false`", "the host fails if this server fails to start"),
            of("startTimeout", TIME, "`30s`", "for launch and handshake together"),
            of("timeout", TIME, "60 s without progress, 10 min in all", "for each request"),
            of("toolTimeouts", TIME_MAP, "none", "for calls of single tools, by their names"),
            of("era", WORD, "`auto`", "which era of the protocol is used").words("auto", "modern", "legacy"),
            of("lazy", FLAG, "`false`", "started by its first use"),
            of("idleTimeout", TIME, "none", "closed after this time without use"),
            of("maxLifetime", TIME, "none", "replaced when it is this old"),
            of("drainTimeout", TIME, "`30s`", "how long calls may take to end when it is replaced"),
            of("pingInterval", TIME, "none", "pinged after this time without traffic")
                    .others("ping"),
            of("dependsOn", TEXT_OR_TEXTS, "none", "servers that are started before this one, and closed after it"),
            of("restart", WORD_OR_OBJECT, "`on-failure`", "what happens when it is lost")
                    .words("on-failure", "always", "never")
                    .members(
                            of("enabled", FLAG, "`true`", "whether it is started again"),
                            of("firstDelay", TIME, "`250ms`", "before the first restart"),
                            of("maxDelay", TIME, "`30s`", "before any restart"),
                            of("growth", NUMBER, "2", "how much longer each delay is than the one before"),
                            of("jitter", NUMBER, "0.2", "the random part of a delay"),
                            of("maxRestarts", WHOLE, "8", "more within `window` put it into quarantine"),
                            of("window", TIME, "`10m`", "the time in which restarts are counted"),
                            of("stableAfter", TIME, "`30s`", "after this time the delays begin anew")),
            of("limits", OBJECT, "none", "how much is asked of it at a time")
                    .members(
                            of("maxInFlight", WHOLE, "none", "calls in progress"),
                            of("maxQueued", WHOLE, "256", "calls that wait"),
                            of("queueTimeout", TIME, "`30s`", "how long a call waits"),
                            of("rate", WHOLE, "none", "calls per `ratePeriod`"),
                            of("ratePeriod", TIME, "`1s`", "the period of `rate`"),
                            of("failures", WHOLE, "none", "failures one after the other that open the circuit"),
                            of("cooldown", TIME, "`10s`", "how long it stays open")),
            of(
                            "tools",
                            PATTERNS_OR_OBJECT,
                            "all",
                            "which tools are offered, and under which names; an array is `include`")
                    .members(
                            of(
                                    "include",
                                    PATTERNS,
                                    "all",
                                    "the only ones that are offered; `*` and `?` stand for any characters"),
                            of("exclude", PATTERNS, "none", "those that are not offered"),
                            of("rename", TEXT_MAP, "none", "names at the server, and the names here")),
            of("policy", WORD_OR_OBJECT, "`allow`", "which calls of tools are made; a word is `otherwise`")
                    .words(ACTIONS)
                    .members(
                            of("otherwise", WORD, "`allow`", "for tools that `tools` does not name")
                                    .words(ACTIONS),
                            of("tools", WORD_MAP, "none", "by tool; the first name or pattern that fits counts")
                                    .words(ACTIONS)),
            of("sandbox", FLAG_OR_OBJECT, "`false`", "what the process may do to this machine")
                    .members(
                            of("enabled", FLAG, "`true`", "whether it is used"),
                            of("filesystem", OBJECT, "none", "paths besides those that it sees anyway")
                                    .members(
                                            of("allowRead", TEXTS, "none", "paths that it may read"),
                                            of("denyRead", TEXTS, "none", "paths within those that it does not see"),
                                            of("allowWrite", TEXTS, "none", "paths that it may read and write"),
                                            of("denyWrite", TEXTS, "none", "paths within those that it may only read")),
                            of("network", FLAG_OR_OBJECT, "`false`", "whether it has a network")
                                    .members(
                                            of("allow", FLAG, "`false`", "whether it has a network"),
                                            of("allowedDomains", TEXTS, "none", "`[\"*\"]` is a network"),
                                            of(
                                                    "deniedDomains",
                                                    TEXTS,
                                                    "none",
                                                    "not enforced while there is a network, which is reported")),
                            of("memory", SIZE, "none", "the most memory of each process"),
                            of("processes", WHOLE, "none", "the most processes and threads at a time"),
                            of("cpuTime", TIME, "none", "the most time that each process computes")),
            of("sandboxEnabled", FLAG, "", "whether the sandbox is used; goes before `sandbox`"),
            of("mcpflux", OBJECT, "none", "any of these keys, for files that other clients read as well"));

    private ConfigKeys() {}

    private static ConfigKey[] oauth() {
        return Arrays.stream(OAuthSetting.values())
                .map(setting -> {
                    ConfigKey key = setting == OAuthSetting.SCOPES
                            ? of(setting.key(), TEXT_OR_TEXTS, "as the server asks", meaning(setting))
                            : of(setting.key(), SCALAR, "", meaning(setting));
                    return setting.other() == null ? key : key.others(setting.other());
                })
                .toArray(ConfigKey[]::new);
    }

    private static String meaning(OAuthSetting setting) {
        return switch (setting) {
            case CLIENT_ID -> "the id of a client that is registered beforehand";
            case CLIENT_SECRET -> "its secret";
            case PRIVATE_KEY -> "its private key, as PEM or JWK";
            case SIGNING_ALGORITHM -> "how assertions are signed with that key";
            case AUTH_METHOD ->
                "how it authenticates: `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`";
            case ISSUER -> "the only authorization server that it belongs to";
            case METADATA_URL -> "where the metadata of the authorization server are";
            case CLIENT_METADATA_URL -> "the address of a Client ID Metadata Document";
            case SCOPES -> "the scopes to ask for, with blanks between them or as an array";
            case REDIRECT_PORT -> "the port of `127.0.0.1` that a login comes back to";
            case REDIRECT_URI -> "the address that a login comes back to: one on this machine, with a port";
            case GRANT -> "`authorization_code`, `client_credentials`, `device_code` or `workload_identity`";
            case ASSERTION_FILE -> "the file that holds the assertion of the platform, for `workload_identity`";
            case DPOP -> "`auto`, `always` or `never`";
            case LOGIN_TIMEOUT -> "how long a person may take to log in";
        };
    }
}

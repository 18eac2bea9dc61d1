package dev.mcpflux.host.config;

import dev.mcpflux.client.RequestOptions;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.HttpOptions;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import dev.mcpflux.transport.stdio.StdioOptions;
import dev.mcpflux.transport.stdio.sandbox.SandboxOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A definition as the entry of a file in our form. Values of the environment and of headers stand in it as they are configured:
 * it is for a file, not for a person.
 */
final class DefinitionJson {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectNode entry = NODES.objectNode();
    private final Function<Template, String> texts;
    private final List<String> lost;

    private DefinitionJson(Function<Template, String> texts, List<String> lost) {
        this.texts = texts;
        this.lost = lost;
    }

    /**
     * The entry of a server.
     *
     * @param texts writes a text
     * @param lost gets what no file can say
     * @throws IllegalArgumentException for a server that no file can describe
     */
    static ObjectNode of(ServerDefinition definition, Function<Template, String> texts, List<String> lost) {
        DefinitionJson json = new DefinitionJson(texts, lost);
        if (definition instanceof ServerDefinition.Stdio stdio) {
            json.stdio(stdio);
        } else if (definition instanceof ServerDefinition.Http http) {
            json.http(http);
        } else {
            throw new IllegalArgumentException("server '" + definition.name() + "' "
                    + (definition instanceof ServerDefinition.Invalid invalid
                            ? "is configured wrongly: " + invalid.problem()
                            : "is reached by a transport that code has made"));
        }
        json.options(definition.options());
        return json.entry;
    }

    private void stdio(ServerDefinition.Stdio server) {
        entry.put("command", texts.apply(server.command()));
        if (!server.arguments().isEmpty()) {
            entry.set("args", all(server.arguments()));
        }
        templates("env", server.environment());
        text("envFile", server.environmentFile());
        text("cwd", server.workingDirectory());
        process(server.stdio());
    }

    private void process(StdioOptions options) {
        StdioOptions usual = StdioOptions.defaults();
        if (options.equals(usual)) {
            return;
        }
        if (options.minimalEnv()) {
            entry.put("inheritEnv", false);
            if (!options.inheritEnv().isEmpty()) {
                lost.add("the variables that it inherits besides the fewest");
            }
        } else if (options.inheritEnv().equals(List.of("*"))) {
            entry.put("inheritEnv", true);
        } else if (!options.inheritEnv().isEmpty()) {
            entry.set("inheritEnv", literals(options.inheritEnv()));
        }
        sandbox(options.sandbox());
        StdioOptions.Builder written = StdioOptions.builder();
        written.minimalEnv(options.minimalEnv())
                .inheritEnv(options.inheritEnv())
                .sandbox(options.sandbox());
        if (!written.build().equals(options)) {
            lost.add("limits of its connection");
        }
    }

    private void sandbox(SandboxOptions sandbox) {
        if (sandbox.equals(SandboxOptions.defaults())) {
            return;
        }
        ObjectNode object = NODES.objectNode();
        ObjectNode files = NODES.objectNode();
        literals(files, "allowRead", sandbox.allowRead());
        literals(files, "denyRead", sandbox.denyRead());
        literals(files, "allowWrite", sandbox.allowWrite());
        literals(files, "denyWrite", sandbox.denyWrite());
        if (!files.isEmpty()) {
            object.set("filesystem", files);
        }
        ObjectNode domains = NODES.objectNode();
        literals(domains, "allowedDomains", sandbox.allowedDomains());
        literals(domains, "deniedDomains", sandbox.deniedDomains());
        if (!domains.isEmpty()) {
            // a list of all domains alone would be a network
            if (sandbox.network() || sandbox.allowedDomains().equals(List.of("*"))) {
                domains.put("allow", sandbox.network());
            }
            object.set("network", domains);
        } else if (sandbox.network()) {
            object.put("network", true);
        }
        if (sandbox.memory() > 0) {
            object.put("memory", Sizes.text(sandbox.memory()));
        }
        if (sandbox.processes() > 0) {
            object.put("processes", sandbox.processes());
        }
        if (!sandbox.cpuTime().isZero()) {
            time(object, "cpuTime", sandbox.cpuTime());
        }
        if (object.isEmpty()) {
            entry.put("sandbox", sandbox.enabled());
        } else {
            if (!sandbox.enabled()) {
                object.put("enabled", false);
            }
            entry.set("sandbox", object);
        }
    }

    private void literals(ObjectNode object, String key, List<String> values) {
        if (!values.isEmpty()) {
            object.set(key, literals(values));
        }
    }

    /** Texts whose variables are resolved already. */
    private ArrayNode literals(List<String> values) {
        return all(values.stream().map(Template::literal).toList());
    }

    private void http(ServerDefinition.Http server) {
        if (server.kind() != HttpKind.AUTO) {
            entry.put("type", server.kind() == HttpKind.SSE ? "sse" : "streamable-http");
        }
        entry.put("url", texts.apply(server.url()));
        templates("headers", server.headers());
        text("proxy", server.proxy());
        authorization(server.authorization());
        if (!server.http().equals(HttpOptions.defaults())) {
            lost.add("limits of its connection");
        }
    }

    private void authorization(ServerAuthorization authorization) {
        if (authorization instanceof ServerAuthorization.HeadersOnly) {
            entry.put("auth", "none");
        } else if (authorization instanceof ServerAuthorization.Helper helper) {
            entry.set("headersHelper", all(helper.command()));
        } else if (authorization instanceof ServerAuthorization.OAuth oauth) {
            if (oauth.settings().isEmpty()) {
                entry.put("auth", "oauth");
            } else {
                ObjectNode settings = entry.putObject("oauth");
                for (Map.Entry<OAuthSetting, Template> setting :
                        oauth.settings().entrySet()) {
                    settings.put(setting.getKey().key(), texts.apply(setting.getValue()));
                }
            }
        } else if (authorization instanceof ServerAuthorization.Filter) {
            lost.add("a filter that authorizes requests");
        }
    }

    private void options(ServerOptions options) {
        if (options.required()) {
            entry.put("required", true);
        }
        if (options.disabled() != null) {
            entry.put("disabled", true);
        }
        if (options.era() != null) {
            entry.put("era", options.era().toString());
        }
        time(entry, "startTimeout", options.startTimeout());
        RequestOptions request = options.request();
        if (request != null) {
            time(entry, "timeout", request.totalTimeout());
            if (!request.equals(RequestOptions.within(request.totalTimeout())
                    .mutate()
                    .source(request.source())
                    .build())) {
                lost.add("options of requests other than their total time");
            }
        }
        lifetime(options.lifetime());
        if (!options.dependsOn().isEmpty()) {
            ArrayNode names = entry.putArray("dependsOn");
            options.dependsOn().forEach(names::add);
        }
        restart(options.restart());
        limits(options.limits());
        if (!options.toolTimeouts().isEmpty()) {
            ObjectNode timeouts = entry.putObject("toolTimeouts");
            options.toolTimeouts().forEach((tool, limit) -> timeouts.put(tool, Durations.text(limit)));
        }
        if (options.hasToolRules()) {
            tools(options.tools());
            policy(options.policy());
        }
    }

    private void lifetime(LifetimeOptions lifetime) {
        LifetimeOptions usual = LifetimeOptions.defaults();
        if (lifetime.lazy()) {
            entry.put("lazy", true);
        }
        time(entry, "idleTimeout", lifetime.idleTimeout());
        time(entry, "maxLifetime", lifetime.maxLifetime());
        time(entry, "pingInterval", lifetime.pingInterval());
        if (!lifetime.drainTimeout().equals(usual.drainTimeout())) {
            time(entry, "drainTimeout", lifetime.drainTimeout());
        }
    }

    private void restart(RestartOptions restart) {
        RestartOptions usual = RestartOptions.defaults();
        if (restart.equals(usual)) {
            return;
        }
        if (restart.equals(usual.mutate().enabled(false).build())) {
            entry.put("restart", "never");
            return;
        }
        ObjectNode object = entry.putObject("restart");
        if (restart.enabled() != usual.enabled()) {
            object.put("enabled", restart.enabled());
        }
        unlessUsual(object, "firstDelay", restart.firstDelay(), usual.firstDelay());
        unlessUsual(object, "maxDelay", restart.maxDelay(), usual.maxDelay());
        if (restart.growth() != usual.growth()) {
            object.put("growth", restart.growth());
        }
        if (restart.jitter() != usual.jitter()) {
            object.put("jitter", restart.jitter());
        }
        unlessUsual(object, "maxRestarts", restart.maxRestarts(), usual.maxRestarts());
        unlessUsual(object, "window", restart.window(), usual.window());
        unlessUsual(object, "stableAfter", restart.stableAfter(), usual.stableAfter());
    }

    private void tools(ToolSelection tools) {
        if (tools.equals(ToolSelection.defaults())) {
            return;
        }
        ObjectNode object = entry.putObject("tools");
        if (!tools.include().isEmpty()) {
            tools.include().forEach(object.putArray("include")::add);
        }
        if (!tools.exclude().isEmpty()) {
            tools.exclude().forEach(object.putArray("exclude")::add);
        }
        if (!tools.names().isEmpty()) {
            tools.names().forEach(object.putObject("rename")::put);
        }
    }

    private void policy(CallPolicy policy) {
        if (policy.equals(CallPolicy.defaults())) {
            return;
        }
        if (policy.tools().isEmpty()) {
            entry.put("policy", policy.otherwise().word());
            return;
        }
        ObjectNode object = entry.putObject("policy");
        if (policy.otherwise() != CallPolicy.defaults().otherwise()) {
            object.put("otherwise", policy.otherwise().word());
        }
        ObjectNode actions = object.putObject("tools");
        policy.tools().forEach((tool, action) -> actions.put(tool, action.word()));
    }

    private void limits(CallLimits limits) {
        CallLimits usual = CallLimits.defaults();
        if (limits.equals(usual)) {
            return;
        }
        ObjectNode object = entry.putObject("limits");
        unlessUsual(object, "maxInFlight", limits.maxInFlight(), usual.maxInFlight());
        unlessUsual(object, "maxQueued", limits.maxQueued(), usual.maxQueued());
        unlessUsual(object, "queueTimeout", limits.queueTimeout(), usual.queueTimeout());
        unlessUsual(object, "rate", limits.rate(), usual.rate());
        unlessUsual(object, "ratePeriod", limits.ratePeriod(), usual.ratePeriod());
        unlessUsual(object, "failures", limits.failures(), usual.failures());
        unlessUsual(object, "cooldown", limits.cooldown(), usual.cooldown());
    }

    private static void unlessUsual(ObjectNode object, String key, int value, int usual) {
        if (value != usual) {
            object.put(key, value);
        }
    }

    private static void unlessUsual(ObjectNode object, String key, Duration value, Duration usual) {
        if (!value.equals(usual)) {
            time(object, key, value);
        }
    }

    private static void time(ObjectNode object, String key, @Nullable Duration value) {
        if (value != null) {
            object.put(key, Durations.text(value));
        }
    }

    private void text(String key, @Nullable Template value) {
        if (value != null) {
            entry.put(key, texts.apply(value));
        }
    }

    private void templates(String key, Map<String, Template> values) {
        if (!values.isEmpty()) {
            ObjectNode object = entry.putObject(key);
            values.forEach((name, value) -> object.put(name, texts.apply(value)));
        }
    }

    private ArrayNode all(List<Template> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(value -> array.add(texts.apply(value)));
        return array;
    }
}

package dev.mcpflux.host.config.form;

import static dev.mcpflux.host.config.form.FormKey.millis;
import static dev.mcpflux.host.config.form.FormKey.none;
import static dev.mcpflux.host.config.form.FormKey.of;
import static dev.mcpflux.host.config.form.FormKey.seconds;
import static dev.mcpflux.host.config.form.FormRoot.list;
import static dev.mcpflux.host.config.form.FormRoot.map;
import static dev.mcpflux.host.config.form.KeyMeaning.API_KEY_DETAIL;
import static dev.mcpflux.host.config.form.KeyMeaning.API_KEY_VARIABLE;
import static dev.mcpflux.host.config.form.KeyMeaning.APPROVAL;
import static dev.mcpflux.host.config.form.KeyMeaning.APPROVED_TOOLS;
import static dev.mcpflux.host.config.form.KeyMeaning.ARGUMENTS;
import static dev.mcpflux.host.config.form.KeyMeaning.AUTHORIZATION;
import static dev.mcpflux.host.config.form.KeyMeaning.BEARER;
import static dev.mcpflux.host.config.form.KeyMeaning.BEARER_VARIABLE;
import static dev.mcpflux.host.config.form.KeyMeaning.COMMAND;
import static dev.mcpflux.host.config.form.KeyMeaning.COMMAND_LINE;
import static dev.mcpflux.host.config.form.KeyMeaning.DIRECTORY;
import static dev.mcpflux.host.config.form.KeyMeaning.DISABLED;
import static dev.mcpflux.host.config.form.KeyMeaning.ENABLED;
import static dev.mcpflux.host.config.form.KeyMeaning.ENVIRONMENT;
import static dev.mcpflux.host.config.form.KeyMeaning.ENVIRONMENT_FILE;
import static dev.mcpflux.host.config.form.KeyMeaning.ENVIRONMENT_NAMES;
import static dev.mcpflux.host.config.form.KeyMeaning.ENVIRONMENT_SECRETS;
import static dev.mcpflux.host.config.form.KeyMeaning.EXCLUDED_TOOLS;
import static dev.mcpflux.host.config.form.KeyMeaning.HEADERS;
import static dev.mcpflux.host.config.form.KeyMeaning.HEADERS_HELPER;
import static dev.mcpflux.host.config.form.KeyMeaning.HEADER_VARIABLES;
import static dev.mcpflux.host.config.form.KeyMeaning.INCLUDED_TOOLS;
import static dev.mcpflux.host.config.form.KeyMeaning.OAUTH;
import static dev.mcpflux.host.config.form.KeyMeaning.OAUTH_DETAIL;
import static dev.mcpflux.host.config.form.KeyMeaning.OURS;
import static dev.mcpflux.host.config.form.KeyMeaning.REQUEST_OPTIONS;
import static dev.mcpflux.host.config.form.KeyMeaning.REQUEST_TIMEOUT;
import static dev.mcpflux.host.config.form.KeyMeaning.REQUIRED;
import static dev.mcpflux.host.config.form.KeyMeaning.SANDBOX;
import static dev.mcpflux.host.config.form.KeyMeaning.SANDBOX_SWITCH;
import static dev.mcpflux.host.config.form.KeyMeaning.START_TIMEOUT;
import static dev.mcpflux.host.config.form.KeyMeaning.TOOL_APPROVALS;
import static dev.mcpflux.host.config.form.KeyMeaning.TOOL_CHANGES;
import static dev.mcpflux.host.config.form.KeyMeaning.TRANSPORT;
import static dev.mcpflux.host.config.form.KeyMeaning.TRUST;
import static dev.mcpflux.host.config.form.KeyMeaning.TYPE;
import static dev.mcpflux.host.config.form.KeyMeaning.URL;
import static dev.mcpflux.host.config.form.KeyMeaning.URL_STREAMABLE;

import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * All forms, each with its files, places and keys: the one table that the reader, the writer, {@code mcpflux discover} and the
 * documents are made of.
 *
 * <p>Compared in November 2026 with what the vendors publish, in the newest version that could be had:
 *
 * <ul>
 *   <li>their documents: VS Code (of May 2026), Gemini CLI, Zed, Amazon Q and its agents, opencode (versions 1 and 2)
 *   <li>their source: Codex ({@code mcp_types.rs}), Continue (its schema), Goose (what is made from its API description)
 *   <li>what others document of them: Claude Code ({@code oauth}, {@code headersHelper}, limits of {@code timeout}), Cursor
 *       ({@code auth}), Copilot CLI ({@code tools}, {@code timeout}), FastMCP
 * </ul>
 *
 * <p>The sandbox that VS Code has for a whole file is not in its documents of that time. The rest of the table is of August 2026,
 * and rows of rarely used clients are second-hand.
 */
public final class ConfigForms {

    /** Our own form. Keys that a form does not list are read as they are here, if they are listed here. */
    public static final ConfigForm MCPFLUX = ConfigForm.builder("mcpflux", "mcpflux")
            .known(
                    "command",
                    "args",
                    "env",
                    "envFile",
                    "cwd",
                    "url",
                    "headers",
                    "oauth",
                    "auth",
                    "headersHelper",
                    "proxy",
                    "disabled")
            .types(null, "http", "sse")
            .files("mcp.json", "{config}/mcpflux/mcp.json")
            .roots(map("mcpServers"))
            .keys(
                    of("command", COMMAND),
                    of("args", ARGUMENTS),
                    of("arguments", ARGUMENTS),
                    of("env", ENVIRONMENT),
                    of("envs", ENVIRONMENT),
                    of("environment", ENVIRONMENT),
                    of("envFile", ENVIRONMENT_FILE),
                    of("env_vars", ENVIRONMENT_NAMES),
                    of("env_keys", ENVIRONMENT_SECRETS),
                    of("cwd", DIRECTORY),
                    of("workingDirectory", DIRECTORY),
                    of("type", TYPE),
                    of("transport", TRANSPORT),
                    of("transportType", TYPE),
                    of("url", URL),
                    of("httpUrl", URL),
                    of("serverUrl", URL),
                    of("headers", HEADERS),
                    of("httpHeaders", HEADERS),
                    of("env_http_headers", HEADER_VARIABLES),
                    of("bearer_token_env_var", BEARER_VARIABLE),
                    of("headersHelper", HEADERS_HELPER),
                    of("helper", HEADERS_HELPER),
                    of("auth", AUTHORIZATION),
                    of("authProviderType", AUTHORIZATION),
                    of("oauth", OAUTH),
                    of("disabled", DISABLED),
                    of("enabled", ENABLED),
                    of("isActive", ENABLED),
                    of("active", ENABLED),
                    of("includeTools", INCLUDED_TOOLS),
                    of("enabledTools", INCLUDED_TOOLS),
                    of("availableTools", INCLUDED_TOOLS),
                    of("allowedTools", INCLUDED_TOOLS),
                    of("excludeTools", EXCLUDED_TOOLS),
                    of("disabledTools", EXCLUDED_TOOLS),
                    of("autoApprove", APPROVED_TOOLS),
                    of("alwaysAllow", APPROVED_TOOLS),
                    of("trust", TRUST),
                    of("sandboxEnabled", SANDBOX_SWITCH),
                    of("sandbox", SANDBOX),
                    of("mcpflux", OURS),
                    none("includeTags", "the protocol knows no tags of tools, so all tools are offered"),
                    none("excludeTags", "the protocol knows no tags of tools, so all tools are offered"),
                    of("title", KeyMeaning.NOT_APPLICABLE),
                    of("description", KeyMeaning.NOT_APPLICABLE),
                    of("name", KeyMeaning.NOT_APPLICABLE),
                    of("icon", KeyMeaning.NOT_APPLICABLE),
                    of("gallery", KeyMeaning.NOT_APPLICABLE),
                    of("version", KeyMeaning.NOT_APPLICABLE))
            .build();

    private static final FormKey DEFER_TOOLS = none("deferTools", "it is about what a model is given at first");

    /** The others, in the order in which they are tried. */
    private static final List<ConfigForm> OTHERS = List.of(
            ConfigForm.builder("claude-desktop", "Claude Desktop")
                    .known("command", "args", "env")
                    .files("{config}/Claude/claude_desktop_config.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .variables(VariableStyle.NONE)
                    .build(),
            ConfigForm.builder("claude-code", "Claude Code")
                    .known("command", "args", "env", "url", "headers", "headersHelper", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "clientId")
                    .oauth(OAuthSetting.REDIRECT_PORT, "callbackPort")
                    .oauth(OAuthSetting.METADATA_URL, "authServerMetadataUrl")
                    .oauth(OAuthSetting.SCOPES, "scopes")
                    .types("stdio", "http", "sse")
                    .files(".mcp.json", "~/.claude.json", "managed-mcp.json")
                    .roots(map("mcpServers"), map())
                    .settings()
                    .variables(VariableStyle.CLAUDE)
                    .urlAlone(null)
                    .off("disabledMcpServers", "disabledMcpjsonServers")
                    .keys(
                            millis("timeout", REQUEST_TIMEOUT),
                            of("headersHelper", HEADERS_HELPER),
                            none("alwaysLoad", "it is about what a model is given at first"))
                    .build(),
            ConfigForm.builder("vscode", "VS Code")
                    .known("command", "args", "env", "envFile", "cwd", "url", "headers", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "clientId")
                    .types("stdio", "http", "sse")
                    .files(".vscode/mcp.json", "{config}/Code/User/mcp.json", "{config}/Code - Insiders/User/mcp.json")
                    .roots(map("servers"), map("mcp", "servers"))
                    .shared("sandbox")
                    .variables(VariableStyle.VSCODE)
                    .keys(
                            of("envFile", ENVIRONMENT_FILE),
                            of("sandboxEnabled", SANDBOX_SWITCH),
                            of("sandbox", SANDBOX),
                            none("gallery", "it says where the entry comes from"),
                            none("dev", "it is for those who develop the server: watch the files with another tool"))
                    .build(),
            ConfigForm.builder("visual-studio", "Visual Studio")
                    .known("command", "args", "env", "envFile", "url", "headers")
                    .types("stdio", "http", "sse")
                    .files(".vs/mcp.json", ".mcp.json")
                    .roots(map("servers"))
                    .variables(VariableStyle.VSCODE)
                    .keys(of("envFile", ENVIRONMENT_FILE))
                    .build(),
            ConfigForm.builder("cursor", "Cursor")
                    .known("command", "args", "env", "envFile", "url", "headers")
                    .oauth(OAuthSetting.CLIENT_ID, "CLIENT_ID")
                    .oauth(OAuthSetting.CLIENT_SECRET, "CLIENT_SECRET")
                    .oauth(OAuthSetting.SCOPES, "scopes[]")
                    .types("stdio", "", "")
                    .files(".cursor/mcp.json", "~/.cursor/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.CURSOR)
                    .keys(of("envFile", ENVIRONMENT_FILE), of("auth", AUTHORIZATION, FormKey.CLIENT))
                    .build(),
            ConfigForm.builder("windsurf", "Windsurf")
                    .known("command", "args", "env", "headers", "disabled")
                    .types(null, "", null)
                    .files("~/.codeium/windsurf/mcp_config.json", "~/.codeium/mcp_config.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.WINDSURF)
                    .keys(of("serverUrl", URL), of("disabledTools", EXCLUDED_TOOLS))
                    .build(),
            ConfigForm.builder("antigravity", "Antigravity")
                    .known("command", "args", "env", "cwd", "headers", "disabled", "oauth")
                    .types(null, "", null)
                    .files(
                            ".agents/mcp_config.json",
                            "~/.gemini/config/mcp_config.json",
                            "~/.gemini/antigravity/mcp_config.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .keys(of("serverUrl", URL), of("disabledTools", EXCLUDED_TOOLS))
                    .build(),
            ConfigForm.builder("cline", "Cline")
                    .known("command", "args", "env", "cwd", "url", "headers", "disabled", "oauth")
                    .types("stdio", "streamableHttp", "sse")
                    .files(
                            "{config}/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
                            "~/.cline/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .urlAlone(HttpKind.SSE)
                    .keys(
                            of("transport", TRANSPORT),
                            of("transportType", TYPE),
                            of("autoApprove", APPROVED_TOOLS),
                            seconds("timeout", REQUEST_TIMEOUT))
                    .build(),
            ConfigForm.builder("roo", "Roo Code")
                    .known("command", "args", "env", "cwd", "url", "headers", "disabled")
                    .types("stdio", "streamable-http", "sse")
                    .files(
                            ".roo/mcp.json",
                            "{config}/Code/User/globalStorage/rooveterinaryinc.roo-cline/settings/mcp_settings.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.ROO)
                    .urlAlone(null)
                    .keys(
                            of("alwaysAllow", APPROVED_TOOLS),
                            of("disabledTools", EXCLUDED_TOOLS),
                            seconds("timeout", REQUEST_TIMEOUT),
                            none(
                                    "watchPaths",
                                    "it is for those who develop the server: `mcpflux watch` has a key to restart"))
                    .build(),
            ConfigForm.builder("qwen", "Qwen Code")
                    .known("command", "args", "env", "cwd", "headers", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "clientId")
                    .oauth(OAuthSetting.CLIENT_SECRET, "clientSecret")
                    .oauth(OAuthSetting.SCOPES, "scopes[]")
                    .oauth(OAuthSetting.REDIRECT_URI, "redirectUri")
                    .types(null, "", "")
                    .files(".qwen/settings.json", "~/.qwen/settings.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .variables(VariableStyle.GEMINI)
                    .urlAlone(HttpKind.SSE)
                    .off("mcp/excluded")
                    .on("mcp/allowed")
                    .keys(geminiKeys())
                    .build(),
            ConfigForm.builder("gemini", "Gemini CLI")
                    .known("command", "args", "env", "cwd", "headers", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "clientId")
                    .oauth(OAuthSetting.CLIENT_SECRET, "clientSecret")
                    .oauth(OAuthSetting.SCOPES, "scopes[]")
                    .oauth(OAuthSetting.REDIRECT_URI, "redirectUri")
                    .types(null, "", "")
                    .files(".gemini/settings.json", "~/.gemini/settings.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .variables(VariableStyle.GEMINI)
                    .urlAlone(HttpKind.SSE)
                    .off("mcp/excluded")
                    .on("mcp/allowed")
                    .keys(geminiKeys())
                    .build(),
            ConfigForm.builder("codex", "Codex")
                    .known("command", "args", "env", "cwd", "url", "enabled", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "client_id")
                    .types(null, "", null)
                    .files(".codex/config.toml", "~/.codex/config.toml")
                    .roots(map("mcp_servers"))
                    .settings()
                    .variables(VariableStyle.NONE)
                    .keys(
                            of("env_vars", ENVIRONMENT_NAMES),
                            of("bearer_token_env_var", BEARER_VARIABLE),
                            of("http_headers", HEADERS),
                            of("env_http_headers", HEADER_VARIABLES),
                            of("scopes", OAUTH_DETAIL, "scopes"),
                            none("oauth_resource", "the address of the server is used"),
                            of("required", REQUIRED),
                            seconds("startup_timeout_sec", START_TIMEOUT),
                            millis("startup_timeout_ms", START_TIMEOUT),
                            seconds("tool_timeout_sec", REQUEST_TIMEOUT),
                            of("enabled_tools", INCLUDED_TOOLS, FormKey.EMPTY_IS_NONE),
                            of("disabled_tools", EXCLUDED_TOOLS),
                            none(
                                    "supports_parallel_tool_calls",
                                    "calls are made at the same time; `limits` bounds them"),
                            none("experimental_environment", "servers are started on this machine"),
                            of("default_tools_approval_mode", APPROVAL),
                            of("tools", TOOL_APPROVALS))
                    .build(),
            ConfigForm.builder("grok", "Grok CLI")
                    .known("command", "args", "env", "url", "headers")
                    .types(null, "", null)
                    .files(".grok/config.toml", "~/.grok/config.toml")
                    .roots(map("mcp_servers"))
                    .settings()
                    .variables(VariableStyle.NONE)
                    .keys(seconds("startup_timeout_sec", START_TIMEOUT), seconds("tool_timeout_sec", REQUEST_TIMEOUT))
                    .build(),
            ConfigForm.builder("vibe", "Mistral Vibe")
                    .known("command", "args", "env", "url", "headers")
                    .types("stdio", "streamable-http", null)
                    .files(".vibe/config.toml", "~/.vibe/config.toml")
                    .roots(list("mcp_servers"))
                    .settings()
                    .variables(VariableStyle.NONE)
                    .keys(
                            of("transport", TRANSPORT),
                            of("api_key_env", API_KEY_VARIABLE),
                            of("api_key_header", API_KEY_DETAIL),
                            of("api_key_format", API_KEY_DETAIL),
                            of("enabled_tools", INCLUDED_TOOLS),
                            of("disabled_tools", EXCLUDED_TOOLS),
                            seconds("startup_timeout_sec", START_TIMEOUT),
                            seconds("tool_timeout_sec", REQUEST_TIMEOUT))
                    .build(),
            ConfigForm.builder("zed", "Zed")
                    .always("source", "custom")
                    .known("command", "args", "env", "url", "headers", "enabled")
                    .types(null, "", null)
                    .files(".zed/settings.json", "~/.config/zed/settings.json")
                    .roots(map("context_servers"))
                    .settings()
                    .elsewhere("source", "extension")
                    .variables(VariableStyle.NONE)
                    .keys(
                            of("command", COMMAND, "also an object with `path`, `args` and `env`"),
                            of("source", KeyMeaning.NOT_APPLICABLE),
                            none("settings", "they are for an extension of the editor"))
                    .build(),
            ConfigForm.builder("continue", "Continue")
                    .known("command", "args", "env", "cwd", "url")
                    .types("stdio", "streamable-http", "sse")
                    .files("~/.continue/config.yaml", ".continue/mcpServers/mcp.yaml")
                    .roots(list("mcpServers"))
                    .settings()
                    .elsewhere("uses")
                    .variables(VariableStyle.CONTINUE)
                    .keys(
                            of("serverName", KeyMeaning.NOT_APPLICABLE),
                            of("faviconUrl", KeyMeaning.NOT_APPLICABLE),
                            of("sourceFile", KeyMeaning.NOT_APPLICABLE),
                            of("apiKey", BEARER),
                            of("requestOptions", REQUEST_OPTIONS),
                            millis("connectionTimeout", START_TIMEOUT))
                    .build(),
            ConfigForm.builder("goose", "Goose")
                    .always("name", "{name}")
                    .always("enabled", "true")
                    .known("args", "headers", "enabled")
                    .types("stdio", "streamable_http", null)
                    .files("~/.config/goose/config.yaml")
                    .roots(map("extensions"))
                    .settings()
                    .elsewhere("type", "builtin", "platform", "frontend", "inline_python")
                    .variables(VariableStyle.NONE)
                    .keys(
                            of("cmd", COMMAND),
                            of("envs", ENVIRONMENT),
                            of("env_keys", ENVIRONMENT_SECRETS),
                            of("uri", URL_STREAMABLE),
                            seconds("timeout", REQUEST_TIMEOUT),
                            of("available_tools", INCLUDED_TOOLS),
                            of("bundled", KeyMeaning.NOT_APPLICABLE),
                            of("display_name", KeyMeaning.NOT_APPLICABLE))
                    .build(),
            ConfigForm.builder("openhands", "OpenHands")
                    .known("command", "args", "env", "url")
                    .types(null, "", "")
                    .files("~/.openhands/config.toml")
                    .roots(
                            list(List.of("mcp", "stdio_servers"), "stdio"),
                            list(List.of("mcp", "shttp_servers"), "streamable-http"),
                            list(List.of("mcp", "sse_servers"), "sse"))
                    .settings()
                    .variables(VariableStyle.NONE)
                    .keys(of("api_key", BEARER), seconds("timeout", REQUEST_TIMEOUT))
                    .build(),
            ConfigForm.builder("kilo", "Kilo Code")
                    .known("url", "headers", "enabled")
                    .types("local", "remote", null)
                    .files("kilo.json", ".kilo/kilo.json", "~/.config/kilo/kilo.json")
                    .roots(map("mcp"))
                    .settings()
                    .variables(VariableStyle.OPENCODE)
                    .keys(of("command", COMMAND_LINE), of("environment", ENVIRONMENT), millis("timeout", START_TIMEOUT))
                    .build(),
            ConfigForm.builder("crush", "Crush")
                    .known("command", "args", "env", "url", "headers", "disabled")
                    .types("stdio", "http", "sse")
                    .files("crush.json", ".crush.json", "~/.config/crush/crush.json")
                    .roots(map("mcp"))
                    .settings()
                    .variables(VariableStyle.CRUSH)
                    .urlAlone(null)
                    .keys(
                            of("enabled_tools", INCLUDED_TOOLS),
                            of("disabled_tools", EXCLUDED_TOOLS),
                            of("oauth_client_id", OAUTH_DETAIL, "clientId"),
                            of("oauth_client_secret", OAUTH_DETAIL, "clientSecret"),
                            of("oauth_callback_port", OAUTH_DETAIL, "callbackPort"),
                            seconds("timeout", START_TIMEOUT))
                    .build(),
            ConfigForm.builder("opencode", "opencode")
                    .known("cwd", "url", "headers", "enabled", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "clientId")
                    .oauth(OAuthSetting.CLIENT_SECRET, "clientSecret")
                    .oauth(OAuthSetting.SCOPES, "scope")
                    .oauth(OAuthSetting.REDIRECT_URI, "redirectUri")
                    .types("local", "remote", null)
                    .files(
                            "opencode.json",
                            "opencode.jsonc",
                            "~/.config/opencode/opencode.json",
                            "~/.config/opencode/opencode.jsonc")
                    .roots(map("mcp"), map("mcp", "servers"))
                    .settings()
                    .variables(VariableStyle.OPENCODE)
                    .urlAlone(null)
                    .keys(
                            of("command", COMMAND_LINE),
                            of("environment", ENVIRONMENT),
                            of("oauth", OAUTH, FormKey.FALSE_IS_NONE),
                            new FormKey("timeout", START_TIMEOUT, TimeUnit.MILLISECONDS, FormKey.STARTUP_AND_REQUEST))
                    .build(),
            ConfigForm.builder("agents", "the shared .agents folder")
                    .known("command", "args", "env", "url", "headers")
                    .types(null, "http", "sse")
                    .files(".agents/mcp.json", "~/.agents/mcp.json")
                    .roots(map("mcpServers"), map())
                    .variables(VariableStyle.OPENCODE)
                    .build(),
            ConfigForm.builder("amazon-q", "Amazon Q")
                    .known("command", "args", "env", "url", "headers", "disabled", "oauth")
                    .oauth(OAuthSetting.REDIRECT_URI, "redirectUri")
                    .types(null, "http", null)
                    .files(".amazonq/mcp.json", "~/.aws/amazonq/mcp.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .shared("tools", "allowedTools", "toolAliases")
                    .variables(VariableStyle.NONE)
                    .keys(millis("timeout", REQUEST_TIMEOUT), of("oauthScopes", OAUTH_DETAIL, "scopes"))
                    .build(),
            ConfigForm.builder("kiro", "Kiro")
                    .known("command", "args", "env", "url", "headers", "disabled", "oauth")
                    .types(null, "", null)
                    .files(".kiro/settings/mcp.json", "~/.kiro/settings/mcp.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .shared("tools", "allowedTools", "toolAliases")
                    .keys(of("autoApprove", APPROVED_TOOLS), of("disabledTools", EXCLUDED_TOOLS))
                    .build(),
            ConfigForm.builder("copilot", "Copilot CLI")
                    .always("tools", "[*]")
                    .known("command", "args", "env", "url", "headers")
                    .types("local", "http", "sse")
                    .files(".github/mcp.json", "~/.copilot/mcp-config.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.CLAUDE)
                    .keys(
                            of("tools", INCLUDED_TOOLS, FormKey.EMPTY_IS_NONE),
                            millis("timeout", REQUEST_TIMEOUT),
                            DEFER_TOOLS)
                    .build(),
            ConfigForm.builder("amp", "Amp")
                    .known("command", "args", "env", "url", "headers")
                    .types(null, "", null)
                    .files(".amp/settings.json", "~/.config/amp/settings.json")
                    .roots(map("amp.mcpServers"))
                    .settings()
                    .keys(of("includeTools", INCLUDED_TOOLS))
                    .build(),
            ConfigForm.builder("lm-studio", "LM Studio")
                    .known("command", "args", "env", "url", "headers")
                    .types(null, "", null)
                    .files("~/.lmstudio/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .build(),
            ConfigForm.builder("junie", "JetBrains Junie")
                    .known("command", "args", "env", "url", "headers")
                    .types(null, "", null)
                    .files(".junie/mcp/mcp.json", "~/.junie/mcp/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .build(),
            ConfigForm.builder("warp", "Warp")
                    .known("command", "args", "env", "url")
                    .types(null, "", null)
                    .files(".warp/.mcp.json", "~/.warp/.mcp.json")
                    .roots(map("mcpServers"), map("mcp_servers"), map("servers"))
                    .keys(of("working_directory", DIRECTORY))
                    .build(),
            ConfigForm.builder("factory", "Factory Droid")
                    .known("command", "args", "env", "url", "headers", "disabled", "oauth")
                    .types("stdio", "http", "sse")
                    .files(".factory/mcp.json", "~/.factory/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.CLAUDE)
                    .keys(
                            of("disabledTools", EXCLUDED_TOOLS),
                            millis("timeout", REQUEST_TIMEOUT),
                            millis("connectTimeout", START_TIMEOUT))
                    .build(),
            ConfigForm.builder("kimi", "Kimi Code")
                    .known("command", "args", "env", "cwd", "url", "headers", "enabled")
                    .types(null, "http", "sse")
                    .files("~/.kimi-code/mcp.json", "~/.kimi/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .keys(
                            of("transport", TRANSPORT),
                            of("bearerTokenEnvVar", BEARER_VARIABLE),
                            millis("startupTimeoutMs", START_TIMEOUT),
                            millis("toolTimeoutMs", REQUEST_TIMEOUT),
                            of("enabledTools", INCLUDED_TOOLS),
                            of("disabledTools", EXCLUDED_TOOLS))
                    .build(),
            ConfigForm.builder("codebuddy", "CodeBuddy")
                    .known("command", "args", "env", "url", "headers")
                    .types("stdio", "http", "sse")
                    .files(".codebuddy/.mcp.json", "~/.codebuddy/.mcp.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .off("disabledMcpServers")
                    .build(),
            ConfigForm.builder("qoder", "Qoder")
                    .known("command", "args", "env", "url", "headers")
                    .types("stdio", "http", "sse")
                    .files(".qoder/settings.json", "~/.qoder/settings.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .build(),
            ConfigForm.builder("auggie", "Auggie")
                    .known("command", "args", "env", "url", "headers")
                    .types("stdio", "http", "sse")
                    .files(".augment/settings.json", "~/.augment/settings.json")
                    .roots(map("mcpServers"))
                    .settings()
                    .build(),
            ConfigForm.builder("trae", "Trae")
                    .known("command", "args", "env", "url", "headers")
                    .types(null, "", null)
                    .files(".trae/mcp.json", "~/.trae/mcp.json")
                    .roots(map("mcpServers"))
                    .build(),
            ConfigForm.builder("librechat", "LibreChat")
                    .known("command", "args", "env", "url", "headers", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "client_id")
                    .oauth(OAuthSetting.CLIENT_SECRET, "client_secret")
                    .oauth(OAuthSetting.SCOPES, "scope")
                    .oauth(OAuthSetting.REDIRECT_URI, "redirect_uri")
                    .types("stdio", "streamable-http", "sse")
                    .files("librechat.yaml")
                    .roots(map("mcpServers"))
                    .settings()
                    .variables(VariableStyle.LIBRECHAT)
                    .keys(
                            millis("timeout", REQUEST_TIMEOUT),
                            millis("initTimeout", START_TIMEOUT),
                            none("startup", "`lazy` of mcpflux is the opposite"),
                            none("stderr", "it goes to the log of the server"),
                            none("serverInstructions", "it is about what a model is told"),
                            none("requiresOAuth", "the server says so itself"),
                            none("customUserVars", "each user has to be asked for them, and there is one user here"))
                    .build(),
            ConfigForm.builder("inspector", "MCP Inspector")
                    .known("command", "args", "env", "cwd", "url", "headers", "oauth")
                    .types("stdio", "http", "sse")
                    .files("~/.mcp-inspector/mcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .keys(
                            millis("connectionTimeout", START_TIMEOUT),
                            millis("requestTimeout", REQUEST_TIMEOUT),
                            none("protocolEra", "`era` of mcpflux says the same"),
                            none("modernLogLevel", "`--log-level` says the same"),
                            none("roots", "`--root` says the same"),
                            none("metadata", "requests carry what the protocol wants"),
                            none("taskTtl", "the time of a task is given with its call"),
                            none("autoRefreshOnListChanged", "lists are always refreshed"),
                            none("paginatedLists", "lists are always read to their end"),
                            none("advertisedExtensions", "the host declares what it can do"),
                            none("maxFetchRequests", "it is about the window of the inspector"))
                    .build(),
            ConfigForm.builder("fastmcp", "FastMCP")
                    .known("command", "args", "env", "cwd", "url", "headers")
                    .types("stdio", "http", "sse")
                    .files("fastmcp.json")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.NONE)
                    .keys(
                            of("transport", TRANSPORT),
                            of("auth", AUTHORIZATION, FormKey.BEARER),
                            millis("timeout", REQUEST_TIMEOUT),
                            of("tools", TOOL_CHANGES))
                    .build(),
            ConfigForm.builder("mcp-json", "the proposed standard mcp.json")
                    .known("command", "args", "env", "url", "headers", "oauth")
                    .oauth(OAuthSetting.CLIENT_ID, "clientId")
                    .oauth(OAuthSetting.SCOPES, "scopes[]")
                    .oauth(OAuthSetting.REDIRECT_URI, "redirectUri")
                    .types("stdio", "streamable-http", "sse")
                    .roots(map("mcpServers"))
                    .variables(VariableStyle.PROPOSED)
                    .urlAlone(null)
                    .keys(of("transport", TRANSPORT))
                    .build());

    private static final Map<String, ConfigForm> BY_ID = byId();

    private ConfigForms() {}

    private static FormKey[] geminiKeys() {
        return new FormKey[] {
            of("httpUrl", URL_STREAMABLE),
            millis("timeout", REQUEST_TIMEOUT),
            of("trust", TRUST),
            of("includeTools", INCLUDED_TOOLS),
            of("excludeTools", EXCLUDED_TOOLS),
            of("authProviderType", AUTHORIZATION),
            none("targetAudience", "accounts of Google are not used"),
            none("targetServiceAccount", "accounts of Google are not used")
        };
    }

    private static Map<String, ConfigForm> byId() {
        Map<String, ConfigForm> forms = new LinkedHashMap<>();
        forms.put(MCPFLUX.id(), MCPFLUX);
        OTHERS.forEach(form -> forms.put(form.id(), form));
        return forms;
    }

    /** All forms by their ids, ours first. */
    public static Map<String, ConfigForm> all() {
        return java.util.Collections.unmodifiableMap(BY_ID);
    }

    /** The form of this id, or null. */
    public static @Nullable ConfigForm find(String id) {
        return BY_ID.get(id);
    }

    /** What a key means in a form, or in ours where that form says nothing about it; null where neither does. */
    public static @Nullable FormKey key(ConfigForm form, String name) {
        FormKey own = form.key(name);
        return own != null ? own : MCPFLUX.key(name);
    }
}

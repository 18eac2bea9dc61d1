package dev.mcpflux.cli.install;

import dev.mcpflux.host.config.McpConfigurationException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A link that installs a server in Cursor, LM Studio or VS Code. Links may hold secrets, so errors do not quote them; they come
 * from web pages, so what they hold is not trusted.
 */
final class InstallLink {

    private static final int MAX_LINK = 256 * 1024;

    private static final Pattern CURSOR = Pattern.compile(
            "(?i)(?:cursor://anysphere\\.cursor-deeplink/mcp/install|https://(?:www\\.)?cursor\\.com/(?:[a-z-]+/)?(?:install-mcp|link/mcp/install))/?(?:\\?(.*))?",
            Pattern.DOTALL);

    private static final Pattern LM_STUDIO = Pattern.compile(
            "(?i)(?:lmstudio:/?/?add_mcp|https://(?:www\\.)?lmstudio\\.ai/install-mcp)/?(?:\\?(.*))?", Pattern.DOTALL);

    private static final Pattern VS_CODE =
            Pattern.compile("(?i)vscode(?:-insiders)?:/{0,2}mcp/install/?(?:\\?(.*))?", Pattern.DOTALL);

    private static final Pattern VS_CODE_PAGE = Pattern.compile(
            "(?i)https://(?:insiders\\.)?vscode\\.dev/redirect/mcp/install/?(?:\\?(.*))?", Pattern.DOTALL);

    private static final Pattern VS_CODE_REDIRECT = Pattern.compile(
            "(?i)https://(?:insiders\\.)?vscode\\.dev/redirect/?\\?(?:.*&)?url=(vscode.*)", Pattern.DOTALL);

    private static final String CURSOR_FORM = "cursor://anysphere.cursor-deeplink/mcp/install?name=…&config=…";
    private static final String LM_STUDIO_FORM = "lmstudio://add_mcp?name=…&config=…";
    private static final String VS_CODE_FORM = "vscode:mcp/install?{…}";

    private InstallLink() {}

    /** Whether a text looks like an install link of one of these programs, a broken one included. */
    static boolean isLink(String text) {
        return text.matches("(?is)(?:cursor|lmstudio|vscode|vscode-insiders):.*")
                || CURSOR.matcher(text).matches()
                || LM_STUDIO.matcher(text).matches()
                || VS_CODE_PAGE.matcher(text).matches()
                || VS_CODE_REDIRECT.matcher(text).matches();
    }

    /**
     * Reads a link.
     *
     * @param name what the server is called; null to take it from the link
     * @throws McpConfigurationException if it is none
     */
    static Proposal read(String link, @Nullable String name) {
        if (link.length() > MAX_LINK) {
            throw problem("an install link", "expected at most " + MAX_LINK + " characters");
        }
        Matcher cursor = CURSOR.matcher(link);
        if (cursor.matches()) {
            return ofParameters(cursor.group(1), "the link of Cursor", CURSOR_FORM, name);
        }
        Matcher studio = LM_STUDIO.matcher(link);
        if (studio.matches()) {
            return ofParameters(studio.group(1), "the link of LM Studio", LM_STUDIO_FORM, name);
        }
        Matcher redirect = VS_CODE_REDIRECT.matcher(link);
        if (redirect.matches()) {
            // the address is escaped as a whole, or only its query is
            String inner = redirect.group(1);
            return read(
                    inner.matches("(?is)vscode(?:-insiders)?%3A.*") ? decode(inner, "the link of VS Code") : inner,
                    name);
        }
        Matcher code = VS_CODE.matcher(link);
        if (code.matches()) {
            return ofJson(code.group(1), name);
        }
        Matcher page = VS_CODE_PAGE.matcher(link);
        if (page.matches()) {
            return ofParameters(page.group(1), "the link of VS Code", VS_CODE_FORM, name);
        }
        throw problem("an install link", "expected " + CURSOR_FORM + ", " + LM_STUDIO_FORM + " or " + VS_CODE_FORM);
    }

    private static Proposal ofJson(@Nullable String query, @Nullable String name) {
        String source = "the link of VS Code";
        if (query == null || query.isBlank()) {
            throw problem(source, "expected " + VS_CODE_FORM + ", found nothing after install");
        }
        if (query.matches("(?:name|config|inputs)=.*")) {
            return ofParameters(query, source, VS_CODE_FORM, name);
        }
        return EntrySource.read(SourceNode.parse(decode(query, source), source), name, null);
    }

    private static Proposal ofParameters(
            @Nullable String query, String source, String expected, @Nullable String name) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : (query == null ? "" : query.replaceAll("(?s)#.*", "")).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String value = pair.substring(equals + 1);
                // in base64 a plus is a plus; in a form it is a blank
                boolean form = !pair.startsWith("config=") || value.matches("(?is)(?:\\{|%7B).*");
                parameters.putIfAbsent(
                        pair.substring(0, equals).toLowerCase(Locale.ROOT),
                        decode(form ? value.replace('+', ' ') : value, source));
            }
        }
        String config = parameters.get("config");
        if (config == null || config.isBlank()) {
            throw problem(source, "expected " + expected + ", found no config");
        }
        String inputs = parameters.get("inputs");
        return EntrySource.read(
                SourceNode.parse(json(config.strip(), source), source + ", config"),
                name == null ? parameters.get("name") : name,
                inputs == null
                        ? null
                        : SourceNode.parse("{\"inputs\":" + json(inputs.strip(), source) + "}", source + ", inputs"));
    }

    /** Some links hold JSON, some JSON in base64, with either alphabet. */
    private static String json(String text, String source) {
        if (text.startsWith("{") || text.startsWith("[")) {
            return text;
        }
        // a plus that was not escaped has become a blank in some programs
        String standard =
                text.replace('-', '+').replace('_', '/').replace(' ', '+').replaceAll("[\\r\\n]", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(standard.replaceAll("=+$", ""));
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw problem(source, "expected a config in base64, found text that is not");
        }
    }

    private static String decode(String text, String source) {
        try {
            // a plus is a plus here: base64 has it
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw problem(source, "expected a URL, found a % that begins no escape; was the link cut off?");
        }
    }

    private static McpConfigurationException problem(String source, String problem) {
        return new McpConfigurationException(null, source + ": " + problem);
    }
}

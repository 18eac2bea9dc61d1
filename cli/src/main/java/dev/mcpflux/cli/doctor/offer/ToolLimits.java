package dev.mcpflux.cli.doctor.offer;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What providers of models, and clients, take of a tool. All are known from their documents or from their errors. */
public enum ToolLimits {
    OPENAI(
            "OpenAI",
            64,
            1024,
            128,
            List.of("oneOf", "anyOf", "allOf", "enum", "not", "$ref"),
            "errors of the API: getsentry/sentry-mcp issue 106, packit/ai-workflows pull request 619"),
    ANTHROPIC(
            "Anthropic",
            64,
            null,
            null,
            List.of("oneOf", "anyOf", "allOf"),
            "errors of the API: apify/tester-mcp-client issue 11, anthropics/claude-code issue 657"),
    GEMINI("Gemini", 64, null, null, List.of(), "Vertex AI, reference of FunctionDeclaration"),
    CURSOR("Cursor", null, null, 40, List.of(), "its documents in 2025: getsentry/sentry-mcp-stdio issue 3"),
    WINDSURF("Windsurf", null, null, 100, List.of(), "its documents"),
    COPILOT("GitHub Copilot", null, null, 128, List.of(), "its error: microsoft/vscode-copilot-release issue 11653");

    private final String title;
    private final @Nullable Integer nameLength;
    private final @Nullable Integer description;
    private final @Nullable Integer tools;
    private final List<String> rootKeywords;
    private final String source;

    ToolLimits(
            String title,
            @Nullable Integer name,
            @Nullable Integer description,
            @Nullable Integer tools,
            List<String> rootKeywords,
            String source) {
        this.title = title;
        this.nameLength = name;
        this.description = description;
        this.tools = tools;
        this.rootKeywords = rootKeywords;
        this.source = source;
    }

    /** The provider or the client. */
    public String title() {
        return title;
    }

    /** The most characters of a name, which are letters and digits of ASCII, {@code _} and {@code -}; null where not known. */
    public @Nullable Integer nameLength() {
        return nameLength;
    }

    /** The most characters of a description; null where not known. */
    public @Nullable Integer description() {
        return description;
    }

    /** The most tools of a request; null where not known. */
    public @Nullable Integer tools() {
        return tools;
    }

    /** Keywords that it refuses at the root of an input schema. */
    public List<String> rootKeywords() {
        return rootKeywords;
    }

    /** Where this is known from. */
    public String source() {
        return source;
    }

    static String namesRefusing(int length) {
        return titles(limits -> limits.nameLength != null && limits.nameLength < length);
    }

    static String namesWithPattern() {
        return titles(limits -> limits.nameLength != null);
    }

    static String descriptionsRefusing(int length) {
        return titles(limits -> limits.description != null && limits.description < length);
    }

    static String keywordsRefusing(String keyword) {
        return titles(limits -> limits.rootKeywords.contains(keyword));
    }

    /** Those that take fewer tools, with how many they take. */
    static String toolsRefusing(int number) {
        return Arrays.stream(values())
                .filter(limits -> limits.tools != null && limits.tools < number)
                .map(limits -> limits.title + " " + limits.tools)
                .collect(Collectors.joining(", "));
    }

    private static String titles(java.util.function.Predicate<ToolLimits> wanted) {
        return Arrays.stream(values()).filter(wanted).map(ToolLimits::title).collect(Collectors.joining(", "));
    }
}

package dev.mcpflux.host.filter;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Replaces literals and patterns of the application in texts and trees. Returns what it was given where nothing matches. */
final class Redactor implements UnaryOperator<String> {

    /** In characters: how much of a text a pattern sees at a time. */
    static final int WINDOW = 65_536;

    /** The next part begins so much before the end of the last one, for what stands across it. */
    static final int OVERLAP = 8_192;

    /** Each is bounded and does not backtrack far: the texts are those of servers. */
    private static final List<String> CREDENTIALS = List.of(
            "\\b(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}\\b",
            "\\bgh[pousr]_[A-Za-z0-9]{36,255}+",
            "\\bgithub_pat_[A-Za-z0-9_]{22,255}+",
            "\\bglpat-[A-Za-z0-9_-]{20,255}+",
            "\\bAIza[0-9A-Za-z_-]{35}",
            "\\bxox[abeoprs]-[A-Za-z0-9-]{10,255}+",
            "\\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}+",
            "\\bsk-[A-Za-z0-9_-]{20,255}+",
            "\\beyJ[A-Za-z0-9_-]{8,4000}+\\.[A-Za-z0-9_-]{8,4000}+\\.[A-Za-z0-9_-]{8,2000}+",
            "-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[^-]|-(?!----)){0,8000}+-----END [A-Z ]{0,30}PRIVATE KEY-----",
            "(?i)\\bbearer\\s{1,4}+[A-Za-z0-9._~+/-]{16,4000}+={0,2}+");

    private final List<String> literals;
    private final List<Pattern> patterns;
    private final String replacement;

    Redactor(List<String> literals, List<String> patterns, boolean credentials, String replacement) {
        this.literals = literals.stream()
                .flatMap(one -> Stream.of(
                        one, new String(JsonStringEncoder.getInstance().quoteAsCharArray(one))))
                .distinct()
                // one may hold another
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
        List<Pattern> all = new ArrayList<>();
        patterns.forEach(pattern -> all.add(Pattern.compile(pattern)));
        if (credentials) {
            CREDENTIALS.forEach(pattern -> all.add(Pattern.compile(pattern)));
        }
        this.patterns = all;
        this.replacement = replacement;
    }

    /**
     * The text with everything replaced.
     *
     * @throws IllegalStateException if a pattern needs more stack than there is; nothing is passed on unseen
     */
    @Override
    public String apply(String text) {
        String redacted = text;
        for (String literal : literals) {
            redacted = redacted.replace(literal, replacement);
        }
        for (Pattern pattern : patterns) {
            redacted = replaced(pattern, redacted);
        }
        return redacted;
    }

    private String replaced(Pattern pattern, String text) {
        try {
            return replaced(pattern.matcher(text), text);
        } catch (StackOverflowError e) {
            throw new IllegalStateException(
                    "a pattern of the redaction needs too much stack for a text of " + text.length() + " characters",
                    e);
        }
    }

    private String replaced(Matcher matcher, String text) {
        matcher.useAnchoringBounds(false).useTransparentBounds(true);
        StringBuilder redacted = null;
        int copied = 0;
        for (int from = 0; from < text.length(); ) {
            int end = Math.min(text.length(), from + WINDOW);
            matcher.region(from, end);
            if (!matcher.find()) {
                if (end == text.length()) {
                    break;
                }
                from = end - OVERLAP;
            } else if (matcher.end() == end && end < text.length() && matcher.start() > from) {
                // it may go on: the next part begins with it
                from = matcher.start();
            } else if (matcher.end() == matcher.start()) {
                from = matcher.end() + 1;
            } else {
                redacted = redacted == null ? new StringBuilder(text.length()) : redacted;
                redacted.append(text, copied, matcher.start()).append(replacement);
                copied = matcher.end();
                from = copied;
            }
        }
        return redacted == null
                ? text
                : redacted.append(text, copied, text.length()).toString();
    }

    @Nullable
    String orNull(@Nullable String text) {
        return text == null ? null : apply(text);
    }

    @Nullable
    JsonNode orNull(@Nullable JsonNode tree) {
        return tree == null ? null : apply(tree);
    }

    /** The tree with all its texts redacted; the names of members stay. */
    JsonNode apply(JsonNode tree) {
        if (tree.isString()) {
            String text = tree.stringValue();
            String redacted = apply(text);
            return redacted.equals(text) ? tree : JsonNodeFactory.instance.stringNode(redacted);
        }
        if (tree.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(tree.size());
            tree.forEach(element -> copy.add(apply(element)));
            return copy.equals(tree) ? tree : copy;
        }
        if (tree.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            tree.properties().forEach(member -> copy.set(member.getKey(), apply(member.getValue())));
            return copy.equals(tree) ? tree : copy;
        }
        return tree;
    }

    Map<String, JsonNode> trees(Map<String, JsonNode> members) {
        if (members.isEmpty()) {
            return members;
        }
        Map<String, JsonNode> redacted = new LinkedHashMap<>();
        members.forEach((name, value) -> redacted.put(name, apply(value)));
        return redacted;
    }

    Map<String, String> texts(Map<String, String> values) {
        Map<String, String> redacted = new LinkedHashMap<>();
        values.forEach((name, value) -> redacted.put(name, apply(value)));
        return redacted;
    }
}

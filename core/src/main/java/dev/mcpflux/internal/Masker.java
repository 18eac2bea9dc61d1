package dev.mcpflux.internal;

import dev.mcpflux.jsonrpc.JsonRpcError;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Replaces configured secrets, from environment variables or headers, by their names in texts of a server. A token that
 * a server echoes thus never appears in a log, event, exception or recording.
 *
 * <p>It masks each value, and also the secret parts of a value: the credential after a scheme ({@code Bearer X},
 * {@code token=X}), the name and password in {@code Basic}, the pairs of a {@code Cookie}, the user and the secret
 * parameters of a URL, the lines of a key. It recognises each of them as plain text, in JSON, in a URL, in Base64 and
 * in lower case. Values shorter than six characters are considered settings and are not masked.
 *
 * <p>Immutable and thread-safe.
 */
public final class Masker {

    /** A masker without secrets. */
    public static final Masker NONE = new Masker(Map.of(), Map.of());

    /** Shorter values ({@code 1}, {@code true}, {@code info}) are settings; masking them would destroy most texts. */
    private static final int MIN_LENGTH = 6;

    /**
     * In a value of several lines, shorter lines are not secret. {@code -----END KEY-----} is longer, but well known.
     */
    private static final int MIN_LINE = 16;

    private static final int MIN_SEGMENT = 20;

    private static final Pattern SCHEME = Pattern.compile(
            "(?i)\\s*(bearer|basic|token|apikey|api-key|digest|negotiate|ntlm|dpop|hoba|hmac|aws4-hmac-sha256|key|secret)"
                    + "(?:\\s+|\\s*[:=]\\s*)\"?(\\S.*?)\"?\\s*");

    /** The names of headers whose value may be an unknown scheme followed by a credential. */
    private static final Pattern CREDENTIAL_NAME = Pattern.compile("(?i).*(auth|token|key|secret|credential).*");

    private static final Pattern ANY_SCHEME = Pattern.compile("\\s*[A-Za-z][\\w.-]*\\s+(\\S+)\\s*");
    private static final Pattern PAIR = Pattern.compile("([\\w.\\-\\[\\]]+)=\"?([^\\s\";,&]+)");
    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i).*(auth|token|key|secret|credential|passw|pwd|sig|session|sid|code|jwt).*");
    private static final Pattern WITH_AUTHORITY = Pattern.compile("(?i)[a-z][a-z0-9+.-]*://(?:([^/?#@]*)@)?.*");
    private static final Pattern RANDOM = Pattern.compile("(?=.*\\d)(?=.*[A-Za-z])[\\w~.%-]+");

    private final Map<String, String> configured;
    private final List<Map.Entry<String, String>> secrets;

    /** Masks the values of these maps. */
    public Masker(Map<String, String> environment, Map<String, String> others) {
        this(merged(environment, others));
    }

    private Masker(Map<String, String> configured) {
        this.configured = configured;
        Map<String, String> forms = new HashMap<>();
        configured.forEach((name, value) -> new Forms(name, forms).addValue(value));
        secrets = forms.entrySet().stream()
                // the longest first, because one value may contain another
                .sorted(Comparator.<Map.Entry<String, String>>comparingInt(
                                e -> e.getKey().length())
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .toList();
    }

    private static Map<String, String> merged(Map<String, String> some, Map<String, String> others) {
        Map<String, String> all = new HashMap<>(some);
        // a name in both maps has two values, and both are secret
        others.forEach((name, value) -> {
            String free = name;
            while (all.containsKey(free) && !value.equals(all.get(free))) {
                free += "'";
            }
            all.put(free, value);
        });
        return all;
    }

    /** A masker with additional secrets: the headers of a caller are secrets of its calls. */
    public Masker with(Map<String, String> more) {
        return more.isEmpty() ? this : new Masker(merged(configured, more));
    }

    /** A masker with the secrets in the URL of a server as well. */
    public Masker withUrl(URI url) {
        Map<String, String> parts = new HashMap<>();
        new Forms("url", parts).addUrl(url.toString(), true);
        Map<String, String> more = new HashMap<>();
        parts.keySet().forEach(part -> more.put(more.isEmpty() ? "url" : "url " + (more.size() + 1), part));
        return with(more);
    }

    /** Replaces each secret in the text by {@code ${name}}. */
    public String mask(String text) {
        String masked = text;
        for (Map.Entry<String, String> secret : secrets) {
            if (masked.contains(secret.getKey())) {
                masked = masked.replace(secret.getKey(), "${" + secret.getValue() + "}");
            }
        }
        return masked;
    }

    /** Masks every text in a protocol error, including the names and values of its data. */
    public static JsonRpcError mask(JsonRpcError error, UnaryOperator<String> mask) {
        JsonNode data = error.data();
        return new JsonRpcError(error.code(), mask.apply(error.message()), data == null ? null : mask(data, mask));
    }

    /** Masks every text in a JSON tree; returns the same tree if it contains no secret. */
    public static JsonNode mask(JsonNode tree, UnaryOperator<String> mask) {
        if (tree.isString()) {
            String text = tree.stringValue();
            String masked = mask.apply(text);
            return masked.equals(text) ? tree : JsonNodeFactory.instance.stringNode(masked);
        }
        if (tree.isNumber()) {
            // a secret may consist of digits
            String text = tree.toString();
            String masked = mask.apply(text);
            return masked.equals(text) ? tree : JsonNodeFactory.instance.stringNode(masked);
        }
        if (tree instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(array.size());
            boolean same = true;
            for (JsonNode one : array) {
                JsonNode masked = mask(one, mask);
                same &= masked.equals(one);
                copy.add(masked);
            }
            return same ? tree : copy;
        }
        if (tree instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            boolean same = true;
            for (Map.Entry<String, JsonNode> one : object.properties()) {
                String name = mask.apply(one.getKey());
                JsonNode masked = mask(one.getValue(), mask);
                same &= name.equals(one.getKey()) && masked.equals(one.getValue());
                copy.set(name, masked);
            }
            return same ? tree : copy;
        }
        return tree;
    }

    /** The representations of the secrets of one value. */
    private static final class Forms {
        private final String name;
        private final Map<String, String> forms;

        Forms(String name, Map<String, String> forms) {
            this.name = name;
            this.forms = forms;
        }

        void addValue(@Nullable String value) {
            if (value == null) {
                return;
            }
            add(value);
            add(value.strip());
            Matcher scheme = SCHEME.matcher(value);
            if (scheme.matches()) {
                addCredential(scheme.group(1), scheme.group(2));
            } else if (CREDENTIAL_NAME.matcher(name).matches()) {
                Matcher any = ANY_SCHEME.matcher(value);
                if (any.matches()) {
                    add(any.group(1));
                }
            }
            addPairs(value, name.equalsIgnoreCase("cookie") || scheme.matches());
            addUrl(value, false);
            if (value.indexOf('\n') >= 0) {
                value.lines()
                        .map(String::strip)
                        .filter(line -> line.length() >= MIN_LINE)
                        .forEach(this::add);
            }
        }

        private void addCredential(String scheme, String credential) {
            add(credential);
            if (scheme.equalsIgnoreCase("basic")) {
                String decoded = decoded(credential);
                add(decoded);
                add(decoded.substring(decoded.indexOf(':') + 1));
            }
        }

        private static String decoded(String base64) {
            try {
                return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return "";
            }
        }

        private void addPairs(String value, boolean all) {
            Matcher pair = PAIR.matcher(value);
            while (pair.find()) {
                if (all || SECRET_NAME.matcher(pair.group(1)).matches()) {
                    add(pair.group(2));
                    add(unescaped(pair.group(2)));
                }
            }
        }

        /**
         * Adds the secrets in a URL.
         *
         * @param all whether to treat all values of the query, and random-looking parts of the path, as secrets
         */
        void addUrl(String url, boolean all) {
            Matcher matcher = WITH_AUTHORITY.matcher(url);
            if (!matcher.matches()) {
                return;
            }
            String user = matcher.group(1);
            if (user != null) {
                add(user);
                add(unescaped(user));
                String password = user.substring(user.indexOf(':') + 1);
                add(password);
                add(unescaped(password));
            }
            if (!all) {
                return;
            }
            int query = url.indexOf('?');
            if (query >= 0) {
                addPairs(url.substring(query + 1), true);
            }
            String path = query < 0 ? url : url.substring(0, query);
            for (String segment : path.split("/")) {
                if (segment.length() >= MIN_SEGMENT && RANDOM.matcher(segment).matches() && segment.indexOf(':') < 0) {
                    String host = URI.create(path).getRawAuthority();
                    if (host == null || !host.endsWith(segment)) {
                        add(segment);
                    }
                }
            }
        }

        private static String unescaped(String text) {
            try {
                return URLDecoder.decode(text, StandardCharsets.UTF_8);
            } catch (IllegalArgumentException e) {
                return text;
            }
        }

        private void add(String secret) {
            if (secret.length() < MIN_LENGTH) {
                return;
            }
            put(secret);
            put(secret.toLowerCase(Locale.ROOT));
            put(secret.toUpperCase(Locale.ROOT));
            put(new String(JsonStringEncoder.getInstance().quoteAsCharArray(secret)));
            String percent = URLEncoder.encode(secret, StandardCharsets.UTF_8);
            put(percent);
            put(percent.replace("+", "%20"));
            put(percent.toLowerCase(Locale.ROOT));
            for (String form : encoded(secret)) {
                put(form);
            }
        }

        private static List<String> encoded(String secret) {
            byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
            List<String> all = new ArrayList<>();
            all.add(Base64.getEncoder().withoutPadding().encodeToString(bytes));
            all.add(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
            return all;
        }

        private void put(String form) {
            forms.putIfAbsent(form, name);
        }
    }
}

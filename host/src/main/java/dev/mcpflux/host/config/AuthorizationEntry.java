package dev.mcpflux.host.config;

import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the entry of a server says about its authorization, in the words of this host and in those of others: {@code auth},
 * {@code oauth}, {@code headersHelper}, {@code authProviderType}.
 */
final class AuthorizationEntry {

    private static final String WORDS = "expected \"none\", \"static\", \"helper\" or \"oauth\"";

    private static final String DISCOVERED = "it is found out from the metadata of the server";

    /** Details of OAuth that others have, in their normal form, and why they mean nothing here. */
    private static final Map<String, String> NOT_APPLICABLE = Map.of(
            "authorizationurl", DISCOVERED,
            "tokenurl", DISCOVERED,
            "registrationurl", DISCOVERED,
            "revocationurl", DISCOVERED,
            "tokenparamname", "a token is sent in a header, and never in a URL",
            "audiences", "a token is asked for the address of the server",
            "resource", "a token is asked for the address of the server");

    private final ConfigText text;
    private final String name;
    private final JsonNode entry;
    private final String pointer;
    private final EntryValues values;

    AuthorizationEntry(ConfigText text, String name, JsonNode entry, String pointer, EntryValues values) {
        this.text = text;
        this.name = name;
        this.entry = entry;
        this.pointer = pointer;
        this.values = values;
    }

    ServerAuthorization read() {
        String auth = values.only("auth");
        String oauth = values.only("oauth");
        String helper = values.only("headersHelper");
        List<Template> command = command(helper);
        ServerAuthorization described = described(oauth);
        JsonNode word = entry.path(auth);
        if (word.isMissingNode() || word.isNull()) {
            if (command != null && described != null) {
                throw values.problem(helper, "expected either a helper or \"oauth\"; this server has both");
            }
            return command != null
                    ? new ServerAuthorization.Helper(command)
                    : described == null ? ServerAuthorization.unspecified() : described;
        }
        if (word.isObject()) {
            return new ServerAuthorization.OAuth(settings(auth));
        }
        return switch (String.valueOf(values.string(auth)).strip().toLowerCase(Locale.ROOT)) {
            case "none" -> new ServerAuthorization.HeadersOnly();
            case "static" -> {
                if (entry.path(values.usual("headers")).isEmpty()) {
                    throw values.problem(auth, "is \"static\", and there are no \"headers\"");
                }
                yield new ServerAuthorization.HeadersOnly();
            }
            case "helper" -> {
                if (command == null) {
                    throw values.problem(auth, "is \"helper\", and there is no \"headersHelper\", the command to run");
                }
                yield new ServerAuthorization.Helper(command);
            }
            case "google_credentials", "service_account_impersonation" ->
                throw values.problem(
                        auth,
                        "accounts of Google are not supported; write \"headersHelper\", a program that prints headers, such"
                                + " as one that gets a token from gcloud");
            case "oauth", "dynamic_discovery" -> described == null ? ServerAuthorization.oauth() : described;
            default -> throw values.problem(auth, WORDS + found(word));
        };
    }

    /** A word is quoted; what has digits in it may be a token. */
    private static String found(JsonNode word) {
        String raw = word.asString("");
        return ", found " + (raw.matches("[A-Za-z_-]{1,20}") ? "\"" + raw + "\"" : "another string");
    }

    /** A program and its arguments; of one string, the words. */
    private @Nullable List<Template> command(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isArray()) {
            List<Template> words = values.arguments(key);
            if (words.isEmpty()) {
                throw values.problem(key, "expected a program and its arguments, found an empty array");
            }
            return words;
        }
        Template line = values.template(key);
        List<Template> words = new ArrayList<>();
        if (line != null) {
            // no shell reads it, so quotes would mean nothing
            if (line.text().indexOf('"') >= 0 || line.text().indexOf('\'') >= 0) {
                throw values.problem(
                        key, "expected an array of strings, since no shell reads the quotes of this string");
            }
            for (String word : line.text().strip().split("\\s+")) {
                words.add(values.styled(word, ConfigText.member(pointer, key)));
            }
        }
        return words;
    }

    private @Nullable ServerAuthorization described(String key) {
        JsonNode node = entry.path(key);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isBoolean()) {
            return node.booleanValue() ? ServerAuthorization.oauth() : new ServerAuthorization.HeadersOnly();
        }
        if (!node.isObject()) {
            throw values.problem(key, "expected an object, found " + ConfigText.kind(node));
        }
        return node.path("enabled").isBoolean() && !node.path("enabled").booleanValue()
                ? new ServerAuthorization.HeadersOnly()
                : new ServerAuthorization.OAuth(settings(key));
    }

    private Map<OAuthSetting, Template> settings(String key) {
        String place = ConfigText.member(pointer, key);
        Map<OAuthSetting, Template> settings = new EnumMap<>(OAuthSetting.class);
        entry.path(key).forEachEntry((member, value) -> {
            String at = ConfigText.member(place, member);
            OAuthSetting setting = setting(member);
            if (setting == null) {
                unknown(member, at);
                return;
            }
            if (!value.isNull() && settings.put(setting, value(setting, value, at)) != null) {
                throw text.problem(name, at, "means the same as another key of this object");
            }
        });
        return settings;
    }

    private void unknown(String member, String place) {
        String reason = NOT_APPLICABLE.get(EntryKeys.normal(member));
        if (reason != null) {
            text.note(place, ConfigText.quoted(member) + " is not applicable: " + reason);
        } else if (!member.equals("enabled")) {
            values.warn(place, "unknown key " + ConfigText.quoted(member) + " is ignored" + near(member));
        }
    }

    private static String near(String member) {
        String wanted = EntryKeys.normal(member);
        for (OAuthSetting setting : OAuthSetting.values()) {
            if (EditDistance.of(wanted, EntryKeys.normal(setting.key())) < 3) {
                return "; did you mean \"" + setting.key() + "\"?";
            }
        }
        return "";
    }

    private Template value(OAuthSetting setting, JsonNode value, String place) {
        if (setting == OAuthSetting.SCOPES && value.isArray()) {
            List<String> words = new ArrayList<>();
            for (JsonNode word : value) {
                if (!word.isString()) {
                    throw text.problem(name, place, "expected an array of strings");
                }
                words.add(word.stringValue());
            }
            return values.styled(String.join(" ", words), place);
        }
        return values.scalar(value, place);
    }

    private static @Nullable OAuthSetting setting(String member) {
        String wanted = EntryKeys.normal(member);
        for (OAuthSetting setting : OAuthSetting.values()) {
            String other = setting.other();
            if (EntryKeys.normal(setting.key()).equals(wanted)
                    || (other != null && EntryKeys.normal(other).equals(wanted))) {
                return setting;
            }
        }
        return null;
    }

    /** Whether two words mean the same detail of OAuth. */
    static boolean isSame(String one, String other) {
        OAuthSetting setting = setting(one);
        return setting != null && setting == setting(other);
    }
}

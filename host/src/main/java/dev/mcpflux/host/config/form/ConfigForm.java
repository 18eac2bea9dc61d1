package dev.mcpflux.host.config.form;

import dev.mcpflux.host.variable.VariableStyle;
import dev.mcpflux.transport.http.HttpKind;
import dev.mcpflux.transport.http.auth.OAuthSetting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The form in which a client writes its servers down. Immutable; {@link ConfigForms} has all of them. */
public final class ConfigForm {

    private final String id;
    private final String title;
    private final List<String> files;
    private final List<FormRoot> roots;
    private final boolean settings;
    private final String nameKey;
    private final VariableStyle variables;
    private final @Nullable HttpKind urlAlone;
    private final List<FormKey> keys;
    private final List<String> known;
    private final Map<String, String> always;
    private final @Nullable String processType;
    private final Map<HttpKind, String> remoteTypes;
    private final List<String> offLists;
    private final List<String> onLists;
    private final List<String> shared;
    private final Map<OAuthSetting, String> oauth;
    private final String elsewhereKey;
    private final List<String> elsewhere;
    private final Map<String, FormKey> byName = new LinkedHashMap<>();

    private ConfigForm(Builder from) {
        id = from.id;
        title = from.title;
        files = List.copyOf(from.files);
        roots = List.copyOf(from.roots);
        settings = from.settings;
        nameKey = from.nameKey;
        variables = from.variables;
        urlAlone = from.urlAlone;
        keys = List.copyOf(from.keys);
        known = List.copyOf(from.known);
        always = Collections.unmodifiableMap(new LinkedHashMap<>(from.always));
        processType = from.processType;
        remoteTypes = Collections.unmodifiableMap(new EnumMap<>(from.remoteTypes));
        offLists = List.copyOf(from.offLists);
        onLists = List.copyOf(from.onLists);
        shared = List.copyOf(from.shared);
        oauth = Collections.unmodifiableMap(new EnumMap<>(from.oauth));
        elsewhereKey = from.elsewhereKey;
        elsewhere = List.copyOf(from.elsewhere);
        for (FormKey key : keys) {
            if (byName.putIfAbsent(normal(key.key()), key) != null) {
                throw new IllegalArgumentException(id + " has two rows for " + key.key());
            }
        }
    }

    static Builder builder(String id, String title) {
        return new Builder(id, title);
    }

    /** Names it on a command line: {@code claude-code}. */
    public String id() {
        return id;
    }

    /** The client, for a person. */
    public String title() {
        return title;
    }

    /**
     * Where its files are. {@code ~} is the home directory of the user, <code>{config}</code> where programs keep their settings on
     * this system, and everything else is relative to the directory of a project. The one that is written comes first.
     */
    public List<String> files() {
        return files;
    }

    /** Where servers may stand; at least one of them is there. */
    public List<FormRoot> roots() {
        return roots;
    }

    /** Whether its files hold other settings as well, so that keys beside the servers are no mistake. */
    public boolean settings() {
        return settings;
    }

    /** The key that names a server of a list. */
    public String nameKey() {
        return nameKey;
    }

    /** How it writes variables, and what it does with one that is not set. */
    public VariableStyle variables() {
        return variables;
    }

    /** How it reaches a server that has an address and no transport; null where that is a mistake. */
    public @Nullable HttpKind urlAlone() {
        return urlAlone;
    }

    /** The keys that mean something else in this form than in others, or that others do not have. */
    public List<FormKey> keys() {
        return keys;
    }

    /** The keys of ours that the client understands as well, as they are. */
    public List<String> known() {
        return known;
    }

    /**
     * Members that it wants in every entry: a text; <code>{name}</code> for the name of the server, {@code true}, or {@code [*]} for
     * an array of {@code *}.
     */
    public Map<String, String> always() {
        return always;
    }

    /** What it calls the transport of a process; null where it does not name it. */
    public @Nullable String processType() {
        return processType;
    }

    /**
     * What it calls the transports of HTTP; the empty text where it does not name one. Without an entry for {@link HttpKind#SSE}
     * the client does not have that transport, and without any it reaches no server by a URL.
     */
    public Map<HttpKind, String> remoteTypes() {
        return remoteTypes;
    }

    /** Lists of names elsewhere in the file that switch servers off; members are parted by a slash. */
    public List<String> offLists() {
        return offLists;
    }

    /** Lists of names elsewhere in the file that switch all other servers off, where they are given. */
    public List<String> onLists() {
        return onLists;
    }

    /** Keys beside the servers that say something about all of them. */
    public List<String> shared() {
        return shared;
    }

    /**
     * The details of OAuth that it has, and what it calls them; with {@code []} behind the name of one that is an array there. Empty
     * where it has those of ours, if any.
     */
    public Map<OAuthSetting, String> oauth() {
        return oauth;
    }

    /** Whether an entry is no server of its own, but something that the client brings with it or keeps elsewhere. */
    public boolean isElsewhere(JsonNode entry) {
        JsonNode kind = entry.path(elsewhereKey);
        return elsewhere.isEmpty() ? !kind.isMissingNode() : elsewhere.contains(kind.asString(""));
    }

    /** What a key means in this form, or null where the form says nothing about it. */
    public @Nullable FormKey key(String name) {
        return byName.get(normal(name));
    }

    /** Without the differences between {@code httpUrl}, {@code http_url} and {@code HTTPURL}. */
    static String normal(String key) {
        return key.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
    }

    @Override
    public String toString() {
        return id;
    }

    /** Collects the table of one form. */
    static final class Builder {
        private final String id;
        private final String title;
        private final List<String> files = new ArrayList<>();
        private final List<FormRoot> roots = new ArrayList<>();
        private final List<FormKey> keys = new ArrayList<>();
        private final List<String> offLists = new ArrayList<>();
        private final List<String> onLists = new ArrayList<>();
        private List<String> known = List.of();
        private final Map<String, String> always = new LinkedHashMap<>();
        private @Nullable String processType;
        private final Map<HttpKind, String> remoteTypes = new EnumMap<>(HttpKind.class);
        private String elsewhereKey = "";
        private List<String> elsewhere = List.of();
        private List<String> shared = List.of();
        private final Map<OAuthSetting, String> oauth = new EnumMap<>(OAuthSetting.class);
        private boolean settings;
        private String nameKey = "name";
        private VariableStyle variables = VariableStyle.MCPFLUX;
        private @Nullable HttpKind urlAlone = HttpKind.AUTO;

        private Builder(String id, String title) {
            this.id = id;
            this.title = title;
        }

        Builder files(String... paths) {
            files.addAll(List.of(paths));
            return this;
        }

        Builder roots(FormRoot... places) {
            roots.addAll(List.of(places));
            return this;
        }

        Builder settings() {
            settings = true;
            return this;
        }

        Builder variables(VariableStyle style) {
            variables = style;
            return this;
        }

        Builder urlAlone(@Nullable HttpKind kind) {
            urlAlone = kind;
            return this;
        }

        Builder keys(FormKey... rows) {
            keys.addAll(List.of(rows));
            return this;
        }

        /** The keys of ours that the client understands. */
        Builder known(String... keys) {
            known = List.of(keys);
            return this;
        }

        /** A member that it wants in every entry. */
        Builder always(String key, String value) {
            always.put(key, value);
            return this;
        }

        /** What it calls the transports: of a process, Streamable HTTP, and HTTP+SSE; null for one that it does not name. */
        Builder types(@Nullable String process, String streamable, @Nullable String sse) {
            processType = process;
            remoteTypes.put(HttpKind.STREAMABLE, streamable);
            remoteTypes.put(HttpKind.AUTO, streamable);
            if (sse != null) {
                remoteTypes.put(HttpKind.SSE, sse);
            }
            return this;
        }

        /** Keys beside the servers that say something about all of them. */
        Builder shared(String... keys) {
            shared = List.of(keys);
            return this;
        }

        /** A detail of OAuth that it has, and what it calls it. */
        Builder oauth(OAuthSetting setting, String name) {
            oauth.put(setting, name);
            return this;
        }

        /** Entries of these kinds are things that the client brings with it or keeps elsewhere; of any kind, where none is named. */
        Builder elsewhere(String key, String... values) {
            elsewhereKey = key;
            elsewhere = List.of(values);
            return this;
        }

        Builder off(String... lists) {
            offLists.addAll(List.of(lists));
            return this;
        }

        Builder on(String... lists) {
            onLists.addAll(List.of(lists));
            return this;
        }

        ConfigForm build() {
            return new ConfigForm(this);
        }
    }
}

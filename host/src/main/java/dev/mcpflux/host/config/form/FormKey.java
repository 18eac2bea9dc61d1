package dev.mcpflux.host.config.form;

import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A key of a client's form.
 *
 * @param key as the client writes it; differences of case and of {@code _} and {@code -} do not count
 * @param meaning what it means here
 * @param unit the unit of a bare number, for times; null for everything else
 * @param detail what {@code meaning} needs to be known besides, such as the detail of OAuth; or why it is not applicable
 */
public record FormKey(
        String key,
        KeyMeaning meaning,
        @Nullable TimeUnit unit,
        @Nullable String detail) {

    /** The detail of a list of tools that offers none where it is empty; others offer all then. */
    public static final String EMPTY_IS_NONE = "an empty list offers none";

    /** The detail of an authorization that is a bearer token unless it is {@code oauth}. */
    public static final String BEARER = "`oauth`, or else a bearer token";

    /** The detail of an authorization that is an object with the details of OAuth. */
    public static final String CLIENT = "an object with `CLIENT_ID`, `CLIENT_SECRET` and `scopes`";

    /** The detail of an OAuth that may be switched off. */
    public static final String FALSE_IS_NONE = "`false` for requests that are not authorized";

    /** The detail of a time that may also be an object of two: {@code startup} and {@code request}. */
    public static final String STARTUP_AND_REQUEST =
            "also an object with `startup` and `request`, which is the limit of each request";

    public FormKey {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(meaning, "meaning");
    }

    static FormKey of(String key, KeyMeaning meaning) {
        return new FormKey(key, meaning, null, null);
    }

    static FormKey of(String key, KeyMeaning meaning, String detail) {
        return new FormKey(key, meaning, null, detail);
    }

    /** A time whose bare numbers are seconds. */
    static FormKey seconds(String key, KeyMeaning meaning) {
        return new FormKey(key, meaning, TimeUnit.SECONDS, null);
    }

    /** A time whose bare numbers are milliseconds. */
    static FormKey millis(String key, KeyMeaning meaning) {
        return new FormKey(key, meaning, TimeUnit.MILLISECONDS, null);
    }

    /** One of the two times of an object; null for another member. */
    public static @Nullable FormKey time(String member, FormKey of) {
        KeyMeaning meaning = member.equals("startup")
                ? KeyMeaning.START_TIMEOUT
                : member.equals("request") ? KeyMeaning.REQUEST_TIMEOUT : null;
        return meaning == null ? null : new FormKey(member, meaning, of.unit(), null);
    }

    /** What means nothing here. */
    static FormKey none(String key, String why) {
        return new FormKey(key, KeyMeaning.NOT_APPLICABLE, null, why);
    }
}

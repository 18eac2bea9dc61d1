package dev.mcpflux.host.config.form;

import java.util.List;
import java.util.Objects;

/**
 * A key of our own form.
 *
 * @param name the key
 * @param type what its value is
 * @param usual what holds without it, for documents; empty where there is nothing to say
 * @param text what it means, for documents
 * @param words the words that it may be, where it is one of a few; empty for any
 * @param members its members, where it is an object with a fixed set of them
 * @param others what it may be called besides
 */
public record ConfigKey(
        String name,
        Type type,
        String usual,
        String text,
        List<String> words,
        List<ConfigKey> members,
        List<String> others) {

    /**
     * What a value is. In arrays and objects of texts a number or a boolean stands for its text. Of the keys of an entry, other
     * values than texts may also be given by a text with a variable; within their objects they may not.
     */
    public enum Type {
        /** A text. */
        TEXT,
        /** A text; a number or a boolean stands for its text. */
        SCALAR,
        /** An array of texts. */
        TEXTS,
        /** An array of texts that are not empty, with one at least. */
        PATTERNS,
        /** A text, or an array of texts. */
        TEXT_OR_TEXTS,
        /** An object of texts. */
        TEXT_MAP,
        /** True or false, also as a text, which may hold a variable. */
        FLAG,
        /** A time, such as {@code 30s}; a bare number is seconds. */
        TIME,
        /** An object of times. */
        TIME_MAP,
        /** A whole number that is not negative. */
        WHOLE,
        /** A number. */
        NUMBER,
        /** One of a few words. */
        WORD,
        /** An object of such words. */
        WORD_MAP,
        /** An object with members. */
        OBJECT,
        /** One of a few words, or an object with members. */
        WORD_OR_OBJECT,
        /** True or false, or an object with members. */
        FLAG_OR_OBJECT,
        /** A size in bytes, such as {@code 512m}. */
        SIZE,
        /** An array of texts, or an object with members. */
        PATTERNS_OR_OBJECT,
        /** True or false, or an array of texts. */
        FLAG_OR_TEXTS
    }

    public ConfigKey {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        words = List.copyOf(words);
        members = List.copyOf(members);
        others = List.copyOf(others);
    }

    static ConfigKey of(String name, Type type, String usual, String text) {
        return new ConfigKey(name, type, usual, text, List.of(), List.of(), List.of());
    }

    /** The same with the words that it may be. */
    ConfigKey words(String... values) {
        return new ConfigKey(name, type, usual, text, List.of(values), members, others);
    }

    /** The same with members. */
    ConfigKey members(ConfigKey... keys) {
        return new ConfigKey(name, type, usual, text, words, List.of(keys), others);
    }

    /** The same with other names. */
    ConfigKey others(String... names) {
        return new ConfigKey(name, type, usual, text, words, members, List.of(names));
    }
}

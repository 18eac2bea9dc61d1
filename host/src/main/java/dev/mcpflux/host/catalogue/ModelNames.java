package dev.mcpflux.host.catalogue;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names of tools that providers of models accept: {@code ^[a-zA-Z0-9_-]{1,64}$}.
 *
 * <p>A qualified name that is one already stays. Any other is derived: what is not accepted becomes {@code _}, several of
 * them one, and a hash of the exact qualified name follows. So a name depends on its own tool only, and not on which
 * others there are or in which order. A qualified name holds {@code __}, which a derived one never does: no tool can have
 * the derived name of another as its own.
 */
final class ModelNames {

    static final int MAX_LENGTH = 64;

    private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
    private static final int HASH_DIGITS = 12;

    private ModelNames() {}

    static String of(String qualified) {
        return isAccepted(qualified) ? qualified : derived(qualified);
    }

    private static boolean isAccepted(String name) {
        return !name.isEmpty() && name.length() <= MAX_LENGTH && name.chars().allMatch(ModelNames::isAccepted);
    }

    private static boolean isAccepted(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static String derived(String qualified) {
        int most = MAX_LENGTH - HASH_DIGITS - 1;
        StringBuilder name = new StringBuilder(MAX_LENGTH);
        for (int i = 0; i < qualified.length() && name.length() < most; i++) {
            char c = isAccepted(qualified.charAt(i)) ? qualified.charAt(i) : '_';
            boolean again = c == '_' && (name.isEmpty() || name.charAt(name.length() - 1) == '_');
            if (!again) {
                name.append(c);
            }
        }
        if (!name.isEmpty() && name.charAt(name.length() - 1) != '_') {
            name.append('_');
        }
        return name.append(hash(qualified)).toString();
    }

    /** Sixty bits, five of them a digit. */
    private static String hash(String text) {
        byte[] bytes = new byte[text.length() * 2];
        for (int i = 0; i < text.length(); i++) {
            // character by character: an encoder would make one of all halves of surrogate pairs
            bytes[2 * i] = (byte) (text.charAt(i) >> 8);
            bytes[2 * i + 1] = (byte) text.charAt(i);
        }
        byte[] digest = sha256(bytes);
        long bits = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            bits = (bits << 8) | (digest[i] & 0xFF);
        }
        StringBuilder hash = new StringBuilder(HASH_DIGITS);
        for (int i = 0; i < HASH_DIGITS; i++) {
            hash.append(DIGITS.charAt((int) ((bits >>> (5 * i)) & 31)));
        }
        return hash.toString();
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

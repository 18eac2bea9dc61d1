package dev.mcpflux.cli;

import dev.mcpflux.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line as it was typed. In the C locale the JVM knows ASCII only and replaces each other byte by a question
 * mark. On Linux the original bytes can still be read, and they are nearly always UTF-8.
 */
final class NativeArguments {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private NativeArguments() {}

    /** Returns the arguments, with the ones that the JVM could not decode restored where possible. */
    static String[] recover(String[] args) {
        if (!Terminal.asciiOnly()) {
            return args;
        }
        try {
            return recover(args, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException e) {
            return args;
        }
    }

    /**
     * Replaces the arguments that the JVM could not decode by the last words of the native command line.
     *
     * @param line words, each followed by a zero byte
     */
    static String[] recover(String[] args, byte[] line) {
        List<byte[]> words = new ArrayList<>();
        int begin = 0;
        for (int i = 0; i < line.length; i++) {
            if (line[i] == 0) {
                words.add(java.util.Arrays.copyOfRange(line, begin, i));
                begin = i + 1;
            }
        }
        int before = words.size() - args.length;
        if (before < 0) {
            return args;
        }
        String[] recovered = args.clone();
        for (int i = 0; i < args.length; i++) {
            String word = same(args[i], words.get(before + i)) ? utf8(words.get(before + i)) : null;
            if (word != null) {
                recovered[i] = word;
            }
        }
        return recovered;
    }

    /** Whether the JVM decodes the bytes of a word to this argument. */
    private static boolean same(String argument, byte[] word) {
        if (argument.length() != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            boolean ascii = word[i] >= 0;
            if (ascii ? argument.charAt(i) != word[i] : argument.charAt(i) != '?' && argument.charAt(i) != '\uFFFD') {
                return false;
            }
        }
        return true;
    }

    private static @Nullable String utf8(byte[] word) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(word))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** An error message for text that cannot be passed to the system; null if it can. */
    static @Nullable String unusable(String text) {
        return Terminal.asciiOnly() && !StandardCharsets.US_ASCII.newEncoder().canEncode(text)
                ? "'" + text + "' cannot be used in this locale, which supports ASCII only; set LC_ALL=C.UTF-8"
                : null;
    }
}

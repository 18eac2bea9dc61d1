package dev.mcpflux.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line as it was typed. Where the locale is that of C, the JVM knows ASCII only and hands over a question mark for
 * each other byte; on Linux the bytes are still there to be read, and they are UTF-8 nearly everywhere.
 */
final class NativeArguments {

    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private NativeArguments() {}

    /** Whether the locale of this JVM knows nothing but ASCII. */
    static boolean asciiOnly() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return Charset.isSupported(name) && Charset.forName(name).equals(StandardCharsets.US_ASCII);
    }

    /** The arguments, with what the JVM could not read put right where that is possible. */
    static String[] recover(String[] args) {
        if (!asciiOnly()) {
            return args;
        }
        try {
            return recover(args, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException e) {
            return args;
        }
    }

    /**
     * Takes the last words of a native command line for those that do not fit to what the JVM read.
     *
     * @param line words, each with a zero byte behind it
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

    /** Whether an argument is what the JVM makes of the bytes of a word. */
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

    /** Where a text cannot be handed to the system, what to say; else null. */
    static @Nullable String unusable(String text) {
        return asciiOnly() && !StandardCharsets.US_ASCII.newEncoder().canEncode(text)
                ? "'" + text + "' cannot be used in this locale, which knows ASCII only; set LC_ALL=C.UTF-8"
                : null;
    }
}

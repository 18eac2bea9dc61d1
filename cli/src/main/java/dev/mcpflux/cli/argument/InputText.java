package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads text of files and of standard input for one command, bounded; standard input has one reader. */
public final class InputText {

    /** Larger than any allowed message. */
    private static final int MAX_BYTES = 64 << 20;

    private final @Nullable Supplier<InputStream> standardInput;
    private final String used;
    private @Nullable String reader;

    private InputText(@Nullable Supplier<InputStream> standardInput, String used) {
        this.standardInput = standardInput;
        this.used = used;
    }

    /** Reads files, and standard input once. */
    public static InputText of(Supplier<InputStream> standardInput) {
        return new InputText(standardInput, "");
    }

    /**
     * Reads files only.
     *
     * @param used what standard input is used for, for the message
     */
    public static InputText ofFiles(String used) {
        return new InputText(null, used);
    }

    /**
     * The text of standard input, without a byte order mark.
     *
     * @param reader the option or argument that takes it, for messages
     * @throws UsageException if it is taken already, or is not text
     */
    public String standardInput(String reader) {
        Supplier<InputStream> input = standardInput;
        if (input == null) {
            throw new UsageException(reader + ": standard input is " + used);
        }
        if (this.reader != null) {
            throw new UsageException(
                    reader + ": standard input is taken by " + this.reader + " already; write one of them into a file");
        }
        this.reader = reader;
        return read(reader, "standard input", input.get());
    }

    /**
     * The text of a file, without a byte order mark.
     *
     * @throws UsageException if it cannot be read, or is not text
     */
    public String file(String reader, String name) {
        Path file = path(reader, name);
        try (InputStream in = Files.newInputStream(file)) {
            return read(reader, "" + file, in);
        } catch (NoSuchFileException e) {
            throw new UsageException(reader + ": " + file + ": there is no such file");
        } catch (IOException e) {
            throw new UsageException(reader + ": " + file + " cannot be read: " + reason(e));
        }
    }

    private static Path path(String reader, String name) {
        if (name.isEmpty()) {
            throw new UsageException(reader + ": expected a path, found ''");
        }
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new UsageException(reader + ": '" + name + "' is not a path: " + e.getReason());
        }
    }

    private static String read(String reader, String source, InputStream in) {
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new UsageException(reader + ": " + source + " holds more than " + MAX_BYTES + " bytes");
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UsageException(reader + ": " + source + " is not UTF-8 text");
        } catch (IOException e) {
            throw new UsageException(reader + ": " + source + " cannot be read: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e instanceof AccessDeniedException ? "access denied" : String.valueOf(e.getMessage());
    }
}

package dev.mcpflux.host.config.document;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes of a file and the text that they are. */
record FileText(byte[] bytes, String text) {

    static FileText of(Path file) {
        byte[] bytes = bytes(file);
        try {
            return new FileText(
                    bytes,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException e) {
            throw failed("it is not UTF-8 text" + (isUtf16(bytes) ? " but UTF-16; save it as UTF-8" : ""), e);
        }
    }

    static byte[] bytes(Path file) {
        if (Files.isDirectory(file)) {
            throw new DocumentException("it cannot be read: it is a directory");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(ConfigDocument.MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw failed("there is no such file", e);
        } catch (IOException e) {
            throw failed("it cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > ConfigDocument.MAX_BYTES) {
            throw new DocumentException("it is larger than " + (ConfigDocument.MAX_BYTES >> 20) + " MiB");
        }
        return bytes;
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length > 1 && ((bytes[0] == -1 && bytes[1] == -2) || (bytes[0] == -2 && bytes[1] == -1));
    }

    private static DocumentException failed(String reason, IOException cause) {
        return new DocumentException(null, 0, 0, reason, cause);
    }
}

package dev.mcpflux.cli.content;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The endings of file names by media type. An unknown type never becomes a part of a name. */
final class MediaTypes {

    private static final Map<String, String> EXTENSIONS = Map.ofEntries(
            Map.entry("image/png", "png"),
            Map.entry("image/jpeg", "jpg"),
            Map.entry("image/jpg", "jpg"),
            Map.entry("image/gif", "gif"),
            Map.entry("image/webp", "webp"),
            Map.entry("image/avif", "avif"),
            Map.entry("image/bmp", "bmp"),
            Map.entry("image/tiff", "tiff"),
            Map.entry("image/svg+xml", "svg"),
            Map.entry("audio/wav", "wav"),
            Map.entry("audio/x-wav", "wav"),
            Map.entry("audio/wave", "wav"),
            Map.entry("audio/mpeg", "mp3"),
            Map.entry("audio/mp3", "mp3"),
            Map.entry("audio/mp4", "m4a"),
            Map.entry("audio/aac", "aac"),
            Map.entry("audio/ogg", "ogg"),
            Map.entry("audio/flac", "flac"),
            Map.entry("audio/webm", "weba"),
            Map.entry("video/mp4", "mp4"),
            Map.entry("video/webm", "webm"),
            Map.entry("text/plain", "txt"),
            Map.entry("text/markdown", "md"),
            Map.entry("text/html", "html"),
            Map.entry("text/css", "css"),
            Map.entry("text/csv", "csv"),
            Map.entry("text/xml", "xml"),
            Map.entry("application/json", "json"),
            Map.entry("application/xml", "xml"),
            Map.entry("application/yaml", "yaml"),
            Map.entry("application/pdf", "pdf"),
            Map.entry("application/zip", "zip"),
            Map.entry("application/gzip", "gz"));

    private MediaTypes() {}

    /**
     * The ending for a type.
     *
     * @param type a media type, which may have parameters
     * @param unknown the ending for any other type
     */
    static String extension(@Nullable String type, String unknown) {
        if (type == null) {
            return unknown;
        }
        int end = type.indexOf(';');
        String name = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        String known = EXTENSIONS.get(name);
        if (known != null) {
            return known;
        }
        return name.endsWith("+json") ? "json" : name.endsWith("+xml") ? "xml" : unknown;
    }
}

package dev.mcpflux.host.filter;

import dev.mcpflux.error.McpValidationException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a part of a kept result is read.
 *
 * @param id of the result
 * @param part its number, from 0
 * @param offset where the page begins
 * @param limit how much is wanted; negative for as much as fits
 * @param search a text to look for; null for a page
 */
record KeptUri(
        String id,
        int part,
        int offset,
        int limit,
        @Nullable String search) {

    static final String PREFIX = HostCall.ReadResource.HOST_SCHEME + "//results/";

    /** From the beginning of a part. */
    static String of(String id, int part) {
        return PREFIX + id + (part == 0 ? "" : "/" + part);
    }

    static String page(String id, int part, int offset, int limit) {
        return of(id, part) + "?offset=" + offset + (limit < 0 ? "" : "&limit=" + limit);
    }

    /**
     * Reads a URI with the prefix.
     *
     * @throws McpValidationException if it has a query that means nothing
     */
    static KeptUri parse(String uri) {
        int query = uri.indexOf('?');
        String path = uri.substring(PREFIX.length(), query < 0 ? uri.length() : query);
        int slash = path.indexOf('/');
        List<String> problems = new ArrayList<>();
        int part = slash < 0 ? 0 : number("the part", path.substring(slash + 1), 0, problems);
        int offset = 0;
        int limit = -1;
        String search = null;
        for (String parameter :
                query < 0 ? new String[0] : uri.substring(query + 1).split("&")) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            switch (name) {
                case "offset" -> offset = number(name, value, 0, problems);
                case "limit" -> limit = number(name, value, 1, problems);
                case "search" -> search = decoded(value, problems);
                case "" -> {}
                default -> problems.add("offset, limit and search are known, not '" + name + "'");
            }
        }
        if (search != null && search.isEmpty()) {
            problems.add("search is empty");
        }
        if (!problems.isEmpty()) {
            throw new McpValidationException(null, "resource '" + uri + "'", problems, null);
        }
        return new KeptUri(slash < 0 ? path : path.substring(0, slash), part, offset, limit, search);
    }

    private static int number(String name, String value, int least, List<String> problems) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below
        }
        problems.add(name + " is not a number from " + least + " to " + Integer.MAX_VALUE);
        return 0;
    }

    private static String decoded(String value, List<String> problems) {
        try {
            return URLDecoder.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            problems.add("search is not encoded");
            return "";
        }
    }

    /** For examples in texts. */
    static String search(String id, String text) {
        return of(id, 0) + "?search=" + URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

package dev.mcpflux.transport.http.headers;

import java.util.List;

/**
 * A parameter of a tool that a header repeats.
 *
 * @param path the names of the properties that lead to its value in the arguments
 * @param header the whole name of the header, in the case that the tool declares
 */
record ParameterHeader(List<String> path, String header) {

    ParameterHeader {
        path = List.copyOf(path);
    }
}

package dev.mcpflux.transport.http;

import java.util.List;

/**
 * A parameter of a tool that a header mirrors.
 *
 * @param path where its value is in the arguments, by the names of properties
 * @param header the whole name of the header, in the case that the tool declares
 */
record ParameterHeader(List<String> path, String header) {

    ParameterHeader {
        path = List.copyOf(path);
    }
}

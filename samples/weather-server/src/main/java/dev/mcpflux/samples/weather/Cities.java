package dev.mcpflux.samples.weather;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The cities that the server knows, found by name, ignoring case and accents. */
final class Cities {

    private static final String RESOURCE = "cities.csv";

    private final List<City> all;

    private Cities(List<City> all) {
        this.all = all;
    }

    /**
     * Reads the cities embedded in the jar.
     *
     * <p>This blocks on the jar file: call it before the conversation starts, so that no event thread ever reads a file.
     */
    static Cities embedded() {
        try (InputStream in = Objects.requireNonNull(Cities.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return new Cities(reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(City::parse)
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<City> all() {
        return all;
    }

    /**
     * Finds a city.
     *
     * <p>The names are folded for each search: a few dozen take microseconds, whereas an index would load Unicode's
     * tables into every start.
     *
     * @throws ToolFailure when there is none of that name; the message names those which are spelled nearly so
     */
    City find(String name) {
        String wanted = Names.fold(name);
        return all.stream()
                .filter(city -> Names.fold(city.name()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> new ToolFailure("Unknown city '" + name + "'. " + hint(name)));
    }

    private String hint(String name) {
        List<String> names = all.stream().map(City::name).toList();
        List<String> near = Names.near(name, names);
        // no similar name: the model needs the whole list; otherwise the correct spelling is enough
        return near.isEmpty()
                ? "Known cities: " + String.join(", ", names) + "."
                : "Did you mean " + String.join(" or ", near) + "?";
    }
}

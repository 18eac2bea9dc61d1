package dev.mcpflux.samples.weather;

import java.util.List;

/**
 * The command line.
 *
 * @param offer what the server offers
 * @param name the name it gives itself in {@code serverInfo}
 * @param help whether to print the usage and end
 */
record Options(Offer offer, String name, boolean help) {

    static final Options DEFAULT = new Options(Offer.ALL, "weather-server", false);

    static final String USAGE = """
            Usage: weather-server [--offer=%s] [--name=NAME] [--help]

            An MCP server over stdio. It ends when its standard input does.

              --offer=...   what to offer: weather (weather_lookup, forecast, a prompt, a resource),
                            time (current_time) or all (default)
              --name=NAME   the name of the server (default %s)
              --help        print this and end
            """.formatted(Offer.choices(), DEFAULT.name);

    private static final String OFFER = "--offer=";
    private static final String NAME = "--name=";

    /**
     * Reads the command line; of options given twice the last one counts.
     *
     * @throws IllegalArgumentException when an option is not known or has a wrong value, with a message for the user
     */
    static Options parse(List<String> args) {
        Options options = DEFAULT;
        for (String arg : args) {
            options = options.with(arg);
        }
        return options;
    }

    private Options with(String arg) {
        if (arg.equals("--help")) {
            return new Options(offer, name, true);
        }
        if (arg.startsWith(OFFER)) {
            String value = arg.substring(OFFER.length());
            return new Options(
                    Offer.of(value)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "--offer must be one of " + Offer.choices() + ", not '" + value + "'")),
                    name,
                    help);
        }
        if (arg.startsWith(NAME)) {
            if (arg.length() == NAME.length()) {
                throw new IllegalArgumentException("--name must not be empty");
            }
            return new Options(offer, arg.substring(NAME.length()), help);
        }
        throw new IllegalArgumentException("unknown option '" + arg + "'");
    }
}

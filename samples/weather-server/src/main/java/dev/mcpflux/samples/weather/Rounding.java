package dev.mcpflux.samples.weather;

/** One decimal is what a thermometer shows; more would look like precision the data does not have. */
final class Rounding {

    private Rounding() {}

    static double tenth(double value) {
        double rounded = Math.round(value * 10) / 10.0;
        // no "-0.0" on the wire
        return rounded == 0 ? 0 : rounded;
    }
}

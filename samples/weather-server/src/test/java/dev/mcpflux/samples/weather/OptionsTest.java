package dev.mcpflux.samples.weather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {

    @Test
    void offersEverythingByDefault() {
        Options options = Options.parse(List.of());

        assertThat(options).isEqualTo(Options.DEFAULT);
        assertThat(options.offer().weather()).isTrue();
        assertThat(options.offer().time()).isTrue();
    }

    @Test
    void takesOptions() {
        assertThat(Options.parse(List.of("--offer=time", "--name=clock")))
                .isEqualTo(new Options(Offer.TIME, "clock", false));
        assertThat(Options.parse(List.of("--help")).help()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--offer=tides", "--offer", "--name=", "--verbose", "weather", ""})
    void refusesOthers(String arg) {
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> Options.parse(List.of(arg)));
    }
}

package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTextTest {

    @Test
    void sizesAreReadable() {
        assertThat(TableText.size(null)).isEqualTo("-");
        assertThat(TableText.size(999L)).isEqualTo("999 B");
        assertThat(TableText.size(1000L)).isEqualTo("1.0 kB");
        assertThat(TableText.size(999_960L)).isEqualTo("1.0 MB");
        assertThat(TableText.size(Long.MAX_VALUE)).isEqualTo("9.2 EB");
    }
}

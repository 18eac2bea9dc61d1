package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextColumnsTest {

    @ParameterizedTest
    @CsvSource({"abc,3", "日本,4", "한,2", "é,1", "e\u0301,1", "😀,2", "✅,2", "⏳,2", "→,1", "…,1", "★,1", "'',0"})
    void countsColumns(String text, int columns) {
        assertThat(TextColumns.width(text)).isEqualTo(columns);
    }

    @Test
    void wideCharactersAreNotHalved() {
        assertThat(TextColumns.cut("日本語", 6)).isEqualTo("日本語");
        assertThat(TextColumns.cut("日本語", 5)).isEqualTo("日本…");
        assertThat(TextColumns.cut("日本語", 4)).isEqualTo("日…");
        assertThat(TextColumns.cut("a😀b", 3)).isEqualTo("a…");
    }
}

package dev.mcpflux.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.cli.terminal.TextColumns;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DocumentTest {

    private static final Document DOCUMENT = Document.builder("files")
            .field("Name", "files")
            .field("What it does", "Reads and writes files in the directories that it was given, and nothing else")
            .field("Process", null)
            .heading("Tools")
            .table(Listing.<String>builder().column("TOOL", name -> name).build(), List.of("read", "write"))
            .heading("Notes")
            .text("first\nsecond")
            .json(Map.of("name", "files"))
            .build();

    @Test
    void labelsAreAligned() {
        assertThat(DOCUMENT.text(60, true, false, false)).isEqualToNormalizingNewlines("""
                Name:         files
                What it does: Reads and writes files in the directories
                              that it was given, and nothing else
                Process:      -

                Tools
                TOOL
                read
                write

                Notes
                first
                second
                """);
    }

    @Test
    void linesFitTheTerminal() {
        for (int columns = 40; columns < 100; columns++) {
            int most = columns;
            assertThat(DOCUMENT.text(columns, true, false, false).lines())
                    .allSatisfy(line -> assertThat(TextColumns.width(line)).isLessThanOrEqualTo(most));
        }
    }

    @Test
    void hostileTextIsSafe() {
        String text = Document.builder("x\033[2J")
                .field("a\033[2J", "b\033[2J\u202e\nmcpflux: forged")
                .heading("c\033]0;x\007")
                .text("d\u009b31m")
                .build()
                .text(60, true, false, false);

        assertThat(text).doesNotContain("\033", "\u202e", "\u009b", "\007").doesNotContain("\nmcpflux: forged");
    }
}

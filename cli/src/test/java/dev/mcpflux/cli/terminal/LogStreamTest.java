package dev.mcpflux.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogStreamTest {

    private final List<String> notes = new ArrayList<>();
    private final PrintStream stream = LogStream.of(notes::add);

    @Test
    void eachLineIsANote() {
        stream.println("[INFO] a");
        stream.print("b");
        stream.print('c');
        stream.println(1);
        stream.printf("%s%n", "d");
        stream.writeBytes("e\nf\n".getBytes(StandardCharsets.UTF_8));
        stream.println();

        assertThat(notes).containsExactly("[INFO] a", "bc1", "d", "e", "f", "");
    }

    @Test
    void stackTracesAreNotes() {
        new IllegalStateException("x\u001b[2J").printStackTrace(stream);

        assertThat(notes.get(0)).isEqualTo("java.lang.IllegalStateException: x\u001b[2J");
        assertThat(notes.get(1)).startsWith("\tat ");
    }
}

package dev.mcpflux.cli.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.mcpflux.cli.output.Output;
import dev.mcpflux.cli.output.UsageException;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.CallToolResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResultDisplayTest {

    private static final String ALL = """
            {"content": [{"type": "text", "text": "hello"},
              {"type": "image", "data": "AAEC", "mimeType": "image/png"},
              {"type": "audio", "data": "AAEC", "mimeType": "../../etc/passwd"},
              {"type": "resource", "resource": {"uri": "file:///etc/passwd", "text": "a,b", "mimeType": "text/csv; x=y"}},
              {"type": "resource", "resource": {"uri": "a://b", "blob": "AAEC"}},
              {"type": "resource_link", "uri": "a://b", "name": "n"}],
             "structuredContent": {"n": 1}}""";

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    // -- saving

    @Test
    void everyPieceIsSavedUnderASafeName() throws IOException {
        Path made = directory.resolve("a/b");
        int code = display(false, Terminal.Target.OTHER, made, true, ImageProtocol.NONE)
                .print("s", "../x y", result(ALL));

        assertThat(code).isZero();
        assertThat(names(made))
                .containsExactlyInAnyOrder(
                        "x-y-1.txt",
                        "x-y-2.png",
                        "x-y-3.bin",
                        "x-y-4.csv",
                        "x-y-5.bin",
                        "x-y-6.json",
                        "x-y-structured.json");
        assertThat(Files.readString(made.resolve("x-y-1.txt"))).isEqualTo("hello");
        assertThat(Files.readAllBytes(made.resolve("x-y-2.png"))).containsExactly(0, 1, 2);
        assertThat(Files.readString(made.resolve("x-y-4.csv"))).isEqualTo("a,b");
        assertThat(McpJson.mapper().readTree(Files.readString(made.resolve("x-y-structured.json"))))
                .isEqualTo(McpJson.mapper().readTree("{\"n\": 1}"));
        assertThat(text(out).lines()).hasSize(7).allMatch(line -> line.startsWith(made.toString()));
    }

    @Test
    void nothingIsOverwritten() throws IOException {
        Files.writeString(directory.resolve("t-1.txt"), "mine");
        for (int i = 0; i < 2; i++) {
            int ignored = display(false, Terminal.Target.OTHER, directory, true, ImageProtocol.NONE)
                    .print("s", "t", result("{\"content\": [{\"type\": \"text\", \"text\": \"new\"}]}"));
        }

        assertThat(names(directory)).containsExactlyInAnyOrder("t-1.txt", "t-1-2.txt", "t-1-3.txt");
        assertThat(Files.readString(directory.resolve("t-1.txt"))).isEqualTo("mine");
    }

    @Test
    void directoryThatIsAFileIsReported() throws IOException {
        Path file = Files.writeString(directory.resolve("f"), "x");

        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> display(false, Terminal.Target.OTHER, file, true, ImageProtocol.NONE)
                        .print("s", "t", result(ALL)))
                .withMessage("the directory " + file + " cannot be made: it is a file");
    }

    @Test
    void documentIsPrintedBesideTheFiles() throws IOException {
        int code = display(true, Terminal.Target.OTHER, directory, true, ImageProtocol.NONE)
                .print("s", "t", result(ALL));

        assertThat(code).isZero();
        assertThat(McpJson.mapper()
                        .readTree(text(out))
                        .at("/structuredContent/n")
                        .intValue())
                .isEqualTo(1);
        assertThat(names(directory)).hasSize(7);
        assertThat(text(err).lines()).hasSize(7).allMatch(line -> line.startsWith("mcpflux: saved "));
    }

    // -- images

    @Test
    void terminalShowsPng() {
        String image = Base64.getEncoder().encodeToString(png(2, 2, 5_000));
        for (Map.Entry<ImageProtocol, String> each : Map.of(
                        ImageProtocol.KITTY, "\u001b_Ga=T,f=100,q=2,m=1;", ImageProtocol.ITERM2, "\u001b]1337;File=")
                .entrySet()) {
            out.reset();
            int code = display(false, Terminal.Target.TERMINAL, null, true, each.getKey())
                    .print("s", "t", result(image("image/png", image)));

            assertThat(code).isZero();
            assertThat(text(out)).startsWith(each.getValue()).doesNotContain("saved as");
            assertThat(text(out).replaceAll("\u001b_G[^;]*;|\u001b\\\\|\u001b\\][^:]*:|\u0007|\n", ""))
                    .isEqualTo(image);
        }
    }

    @Test
    void pipeGetsNoImage() throws IOException {
        String image = Base64.getEncoder().encodeToString(png(2, 2, 10));
        int code = display(false, Terminal.Target.PIPE, null, true, ImageProtocol.KITTY)
                .print("s", "t", result(image("image/png", image)));

        assertThat(code).isZero();
        assertThat(text(out)).doesNotContain("\u001b");
        Path saved = saved();
        assertThat(Files.readAllBytes(saved)).isEqualTo(png(2, 2, 10));
        Files.delete(saved);
        Files.delete(saved.getParent());
    }

    @ParameterizedTest
    @CsvSource({"2,2,true", "0,2,false", "2,-1,false", "10001,2,false", "9000,9000,false", "6000,6000,true"})
    void onlySaneImagesAreShown(int width, int height, boolean shown) {
        assertThat(PngImage.isShowable(png(width, height, 10))).isEqualTo(shown);
    }

    @Test
    void otherBytesAreNoPng() {
        byte[] image = png(2, 2, 10);
        assertThat(PngImage.isShowable(new byte[0])).isFalse();
        assertThat(PngImage.isShowable("GIF89a and more than enough".getBytes(StandardCharsets.UTF_8)))
                .isFalse();
        image[13] = 'X';
        assertThat(PngImage.isShowable(image)).isFalse();
        assertThat(PngImage.isShowable(png(2, 2, 17 << 20))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TERM=xterm-kitty                                    | KITTY
            TERM=xterm-256color KITTY_WINDOW_ID=1               | KITTY
            TERM=xterm-ghostty                                  | KITTY
            TERM=xterm-256color TERM_PROGRAM=ghostty            | KITTY
            TERM=xterm-256color TERM_PROGRAM=iTerm.app          | ITERM2
            TERM=xterm-256color TERM_PROGRAM=WezTerm            | ITERM2
            TERM=xterm-256color                                 | NONE
            TERM=xterm-256color TERM_PROGRAM=vscode KITTY_WINDOW_ID=1 | NONE
            TERM=xterm-kitty TMUX=/tmp/x                        | NONE
            TERM=xterm-kitty STY=1                              | NONE
            TERM=screen-256color KITTY_WINDOW_ID=1              | NONE
            TERM=tmux-256color TERM_PROGRAM=iTerm.app           | NONE
            TERM=dumb KITTY_WINDOW_ID=1                         | NONE
            X=y                                                 | NONE
            """)
    void protocolIsThatOfAKnownTerminal(String environment, ImageProtocol protocol) {
        Map<String, String> variables = Stream.of(environment.split(" "))
                .map(each -> each.split("="))
                .collect(java.util.stream.Collectors.toMap(each -> each[0], each -> each[1]));

        assertThat(ImageProtocol.of(variables::get)).isEqualTo(protocol);
    }

    @Test
    void withoutImagesTheyAreMentioned() {
        int code = display(false, Terminal.Target.TERMINAL, null, false, ImageProtocol.KITTY)
                .print("s", "t", result(image("image/png", "no base64!")));

        assertThat(code).isZero();
        assertThat(text(out)).startsWith("[image image/png, about ").doesNotContain("saved as", "\u001b");
    }

    // -- mistakes of a server

    @Test
    void mistakeInBase64NamesTheContent() {
        for (boolean json : List.of(false, true)) {
            ResultDisplay display = display(json, Terminal.Target.OTHER, directory, true, ImageProtocol.NONE);
            CallToolResult result = result("""
                    {"content": [{"type": "text", "text": "a"}, {"type": "image", "data": "AA=A", "mimeType": "image/png"}]}""");

            assertThatExceptionOfType(McpProtocolException.class)
                    .isThrownBy(() -> display.print("srv", "t", result))
                    .withMessageContaining("content 2 (image) is not Base64")
                    .withMessageContaining("srv");
            assertThat(text(out)).isEmpty();
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void hostileTypeReachesNoTerminal() throws IOException {
        int code = display(false, Terminal.Target.TERMINAL, null, true, ImageProtocol.KITTY)
                .print("s", "t", result(image("\\u001b[2J\\n/../x", "AAEC")));

        assertThat(code).isZero();
        assertThat(text(out)).doesNotContain("\u001b").endsWith("-1.bin]\n");
        Path saved = saved();
        Files.delete(saved);
        Files.delete(saved.getParent());
    }

    // -- helpers

    private ResultDisplay display(
            boolean json, Terminal.Target target, Path save, boolean media, ImageProtocol protocol) {
        return new ResultDisplay(
                new Output(json, out, target, new PrintWriter(err, true, StandardCharsets.UTF_8)),
                save,
                media,
                protocol);
    }

    private Path saved() {
        return Path.of(text(out).replaceFirst("(?s).*saved as (.*)\\].*", "$1"));
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String image(String type, String data) {
        return "{\"content\": [{\"type\": \"image\", \"mimeType\": \"" + type + "\", \"data\": \"" + data + "\"}]}";
    }

    /** The beginning of a PNG image. */
    private static byte[] png(int width, int height, int more) {
        return ByteBuffer.allocate(24 + more)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'})
                .putInt(width)
                .putInt(height)
                .array();
    }

    private static CallToolResult result(String json) {
        return McpJson.bind(McpJson.mapper().readTree(json), CallToolResult.class);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}

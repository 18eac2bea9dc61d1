package dev.mcpflux.testing.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each snippet of docs/testing.md stands in the test that is linked after it, so it compiles and passes. */
class DocumentSnippetsTest {

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)\\n```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+\\.java)\\)");

    /** Without the indentation, which differs. */
    private static String lines(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }

    @TestFactory
    List<DynamicTest> snippetsAreCompiled() throws IOException {
        String document = Files.readString(DOCS.resolve("testing.md"));
        List<DynamicTest> tests = new ArrayList<>();
        Matcher snippet = SNIPPET.matcher(document);
        while (snippet.find()) {
            String code = snippet.group(1);
            Matcher link = LINK.matcher(document);
            assertThat(link.find(snippet.end())).as("a test is linked after").isTrue();
            Path source = DOCS.resolve(link.group(1));
            String first = code.lines().skip(1).findFirst().orElse(code);
            tests.add(DynamicTest.dynamicTest(
                    first.strip(),
                    () -> assertThat(lines(Files.readString(source))).contains(lines(code))));
        }
        assertThat(tests).hasSizeGreaterThan(10);
        return tests;
    }
}

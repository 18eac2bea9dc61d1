package dev.mcpflux.cli.argument;

import dev.mcpflux.cli.output.UsageException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The words behind the name of a tool, with the files and the standard input that they name already read: reading blocks, and
 * a call must not.
 */
public final class ArgumentWords {

    /** A word, and the text that it stands for. */
    record ReadWord(ArgumentWord word, String content) {}

    private final List<ReadWord> words = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();
    private @Nullable String object;
    private String source = "";
    private boolean written;

    private ArgumentWords() {}

    /**
     * Reads words like {@code key=value}; one word {@code -} or {@code @file} names a whole object. Blocks. What is wrong with
     * one of several words is kept for {@link ToolArguments}.
     *
     * @param args the value of {@code --args}, which the words change: JSON, {@code @file} or {@code -}; null without it
     * @throws UsageException if a whole object cannot be read, or is not alone
     */
    public static ArgumentWords read(@Nullable String args, List<String> words, InputText input) {
        ArgumentWords read = new ArgumentWords();
        List<String> whole = words.stream().filter(ArgumentWord::isWhole).toList();
        if (!whole.isEmpty() && (words.size() > 1 || args != null)) {
            throw new UsageException("'" + whole.get(0) + "' is a whole object and must be the only argument;"
                    + " --args takes one together with others");
        } else if (!whole.isEmpty()) {
            read.take(whole.get(0), "'" + whole.get(0) + "'", input);
        } else {
            if (args != null) {
                read.take(args, "--args", input);
            }
            words.forEach(word -> read.add(word, input));
        }
        return read;
    }

    /** The whole object as text; null without one. */
    @Nullable
    String object() {
        return object;
    }

    /** Whether the whole object was written as a word, so that it may refer to results. */
    boolean objectIsWritten() {
        return written;
    }

    /** The texts that may refer to earlier results: those that were written as words. */
    public List<String> written() {
        List<String> texts = new ArrayList<>();
        if (object != null && written) {
            texts.add(object);
        }
        words.stream()
                .filter(read -> read.word().source() == ArgumentWord.Source.WORD)
                .forEach(read -> texts.add(read.content()));
        return texts;
    }

    /** Where the whole object was given, for messages. */
    String source() {
        return source;
    }

    List<ReadWord> words() {
        return words;
    }

    List<String> problems() {
        return problems;
    }

    /** The keys whose values could not be read. */
    List<String> unread() {
        return unread;
    }

    /** A JSON object begins with a brace, so these forms are unambiguous. */
    private void take(String given, String source, InputText input) {
        this.source = source;
        if (given.equals(ArgumentWord.STANDARD_INPUT) || given.equals("@-")) {
            object = input.standardInput(source);
        } else {
            written = !given.startsWith("@");
            object = written ? given : input.file(source, given.substring(1));
        }
    }

    private void add(String text, InputText input) {
        try {
            ArgumentWord word = ArgumentWord.of(text);
            unread.add(word.key());
            words.add(new ReadWord(word, content(word, input)));
            unread.remove(unread.size() - 1);
        } catch (UsageException e) {
            problems.add(e.getMessage());
        }
    }

    private static String content(ArgumentWord word, InputText input) {
        String name = "'" + word.key() + "'";
        return switch (word.source()) {
            case WORD -> word.text();
            case STANDARD_INPUT -> input.standardInput(name);
            case FILE -> {
                try {
                    yield input.file(name, word.text());
                } catch (UsageException e) {
                    String literal = ArgumentWord.of(word.key(), "@" + word.text());
                    throw word.json()
                            ? e
                            : new UsageException(e.getMessage() + "; for the text itself write '" + literal + "'");
                }
            }
        };
    }
}

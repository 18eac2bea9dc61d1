package dev.mcpflux.cli.output;

import dev.mcpflux.cli.terminal.Screen;
import dev.mcpflux.cli.terminal.Terminal;
import dev.mcpflux.client.ToolSignal;
import dev.mcpflux.text.SafeText;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows progress on standard error: a bar on a terminal, otherwise one line for each step. */
public interface ProgressDisplay extends AutoCloseable {

    void show(ToolSignal.Progress step);

    @Override
    void close();

    static ProgressDisplay create(Output output, String tool) {
        return Terminal.interactive() ? new Bar(output.screen(), tool) : new Lines(output);
    }

    /** Prints one line for each step. */
    record Lines(Output output) implements ProgressDisplay {
        @Override
        public void show(ToolSignal.Progress step) {
            String total = step.total() == null ? "" : "/" + number(step.total());
            output.note("[" + number(step.progress()) + total + "]"
                    + (step.message() == null ? "" : " " + SafeText.line(step.message())));
        }

        private static String number(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }

        @Override
        public void close() {}
    }

    /** A bar that appears with the first step, so that a tool without progress shows none. */
    final class Bar implements ProgressDisplay {
        /** Steps may be fractions; the bar counts integers. */
        private static final int SCALE = 1000;

        private final Screen screen;
        private final String tool;
        private @Nullable ProgressBar bar;

        public Bar(Screen screen, String tool) {
            this.screen = screen;
            this.tool = tool;
        }

        @Override
        public synchronized void show(ToolSignal.Progress step) {
            ProgressBar shown = bar;
            if (shown == null) {
                bar = shown = new ProgressBarBuilder()
                        .setTaskName(SafeText.line(tool, 40))
                        .setInitialMax(-1)
                        .setUnit("", SCALE)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(100)
                        .setConsumer(new Drawing(screen))
                        .build();
            }
            if (step.total() != null) {
                shown.maxHint((long) (step.total() * SCALE));
            }
            shown.stepTo((long) (step.progress() * SCALE));
            if (step.message() != null) {
                shown.setExtraMessage(SafeText.line(step.message(), 200));
            }
        }

        @Override
        public synchronized void close() {
            if (bar != null) {
                bar.close();
            }
        }

        /**
         * Draws on the screen that notes and questions use as well. The bar is drawn and closed by its own thread,
         * which may do either once too often.
         */
        private static final class Drawing implements ProgressBarConsumer {
            private final Screen screen;
            // used only for the width of the terminal
            private final ProgressBarConsumer console = new ConsoleProgressBarConsumer(System.err);
            private boolean done;

            Drawing(Screen screen) {
                this.screen = screen;
            }

            @Override
            public int getMaxRenderedLength() {
                return console.getMaxRenderedLength();
            }

            @Override
            public synchronized void accept(String rendered) {
                if (!done) {
                    screen.bar(rendered);
                }
            }

            @Override
            public synchronized void close() {
                if (!done) {
                    done = true;
                    screen.barDone();
                }
            }
        }
    }
}

package dev.mcpflux.cli;

import dev.mcpflux.session.ToolSignal;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Shows progress on standard error: a bar on a terminal, a line for each step elsewhere. */
interface ProgressDisplay extends AutoCloseable {

    void show(ToolSignal.Progress step);

    @Override
    void close();

    static ProgressDisplay create(Output output, String tool) {
        return terminal() ? new Bar(tool) : new Lines(output);
    }

    // a null console is what JDK 17 to 21 say where there is no terminal
    @SuppressWarnings("SystemConsoleNull")
    private static boolean terminal() {
        java.io.Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // since JDK 22 there is a console object without a terminal, too
            return (Boolean) java.io.Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** One line a step. */
    record Lines(Output output) implements ProgressDisplay {
        @Override
        public void show(ToolSignal.Progress step) {
            String total = step.total() == null ? "" : "/" + number(step.total());
            output.note(
                    "[" + number(step.progress()) + total + "]" + (step.message() == null ? "" : " " + step.message()));
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
        /** Steps may be fractions; the bar counts in whole numbers. */
        private static final int SCALE = 1000;

        private final String tool;
        private @Nullable ProgressBar bar;

        Bar(String tool) {
            this.tool = tool;
        }

        @Override
        public synchronized void show(ToolSignal.Progress step) {
            ProgressBar shown = bar;
            if (shown == null) {
                bar = shown = new ProgressBarBuilder()
                        .setTaskName(tool)
                        .setInitialMax(-1)
                        .setUnit("", SCALE)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(100)
                        .build();
            }
            if (step.total() != null) {
                shown.maxHint((long) (step.total() * SCALE));
            }
            shown.stepTo((long) (step.progress() * SCALE));
            if (step.message() != null) {
                shown.setExtraMessage(step.message());
            }
        }

        @Override
        public synchronized void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }
}

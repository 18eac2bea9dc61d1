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
        return Terminal.interactive() ? new Bar(output.screen(), tool) : new Lines(output);
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
    final class Bar implements ProgressDisplay, Screen.Bar {
        /** Steps may be fractions; the bar counts in whole numbers. */
        private static final int SCALE = 1000;

        private final Screen screen;
        private final String tool;
        private volatile @Nullable ProgressBar bar;

        Bar(Screen screen, String tool) {
            this.screen = screen;
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
                screen.bar(this);
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
                screen.bar(null);
                bar.close();
            }
        }

        // not synchronized: the screen calls these, and is called while the lock of this is held
        @Override
        public void pause() {
            ProgressBar shown = bar;
            if (shown != null) {
                shown.pause();
            }
        }

        @Override
        public void resume() {
            ProgressBar shown = bar;
            if (shown != null) {
                shown.resume().refresh();
            }
        }
    }
}

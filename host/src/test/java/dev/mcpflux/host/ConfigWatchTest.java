package dev.mcpflux.host;

import static dev.mcpflux.host.RunningHost.subscribed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.McpConfigurationException;
import dev.mcpflux.host.event.HostChange;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.host.server.ServerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Changes of a file, and what a host makes of them. */
class ConfigWatchTest {

    @TempDir
    private Path directory;

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private long clock = 1_000_000;

    private Path file() {
        return directory.resolve("mcp.json");
    }

    /** Writes the file, with a time of its own, however fast the test is. */
    private void write(String text) {
        try {
            Files.writeString(file(), text);
            Files.setLastModifiedTime(file(), FileTime.fromMillis(clock += 1000));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private TestSubscriber<Path> watch() {
        return subscribed(new ConfigWatch(file(), time, Schedulers.immediate()).changes());
    }

    private void look() {
        time.advanceTimeBy(ConfigWatch.LOOK);
    }

    @Test
    void fileIsReportedOnceAtFirst() {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        look();
        assertThat(watch.getReceivedOnNext()).containsExactly(file());
    }

    @Test
    void changeIsReportedWhenItHasSettled() {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        write("b");
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(1);
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(2);
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(2);
    }

    @Test
    void fileThatIsStillWrittenIsNotReported() {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        for (int i = 0; i < 10; i++) {
            write("b" + i);
            look();
        }
        assertThat(watch.getReceivedOnNext()).hasSize(1);
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(2);
    }

    @Test
    void replacedFileOfTheSameSizeAndTimeIsReported() throws IOException {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        Path other = Files.writeString(directory.resolve("other"), "b");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file()));
        Files.move(other, file(), StandardCopyOption.REPLACE_EXISTING);
        look();
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(2);
    }

    @Test
    void deletedFileIsReportedAndItsReturnToo() throws IOException {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        Files.delete(file());
        look();
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(2);
        write("a");
        look();
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(3);
    }

    @Test
    void fileThatIsGoneForAMomentIsNoChange() throws IOException {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        Path away = Files.move(file(), directory.resolve("away"));
        look();
        Files.move(away, file());
        look();
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(1);
    }

    @Test
    void changeBackBeforeItSettledIsNoChange() {
        write("a");
        TestSubscriber<Path> watch = watch();
        look();
        look();
        write("b");
        look();
        clock -= 2000;
        write("a");
        look();
        look();
        look();
        assertThat(watch.getReceivedOnNext()).hasSize(1);
    }

    @Test
    void cancellationEndsTheLooking() {
        write("a");
        TestSubscriber<Path> watch = watch();
        watch.cancel();
        time.advanceTimeBy(ConfigWatch.LOOK.multipliedBy(100));
        assertThat(watch.getReceivedOnNext()).isEmpty();
    }

    // -- a host that follows a file; its real reader has threads, so the test reads as the host does

    private static String servers(String... names) {
        StringBuilder json = new StringBuilder("{\"mcpServers\": {");
        for (int i = 0; i < names.length; i++) {
            json.append(i == 0 ? "" : ",").append("\"" + names[i] + "\": {\"command\": \"x\", \"disabled\": true}");
        }
        return json.append("}}").toString();
    }

    private final RunningHost it = RunningHost.of();
    private final List<HostChange> changes = new java.util.concurrent.CopyOnWriteArrayList<>();

    private Disposable follow(UnaryOperator<HostConfig> adjust) {
        return it.host.follow(file(), adjust, Schedulers.immediate()).subscribe(changes::add);
    }

    /** Looks until there is something to see. */
    private void until(java.util.function.BooleanSupplier condition) {
        for (int looks = 0; !condition.getAsBoolean(); looks++) {
            if (looks > 100) {
                throw new AssertionError("nothing happens: " + it.names() + it.events);
            }
            it.pass(ConfigWatch.LOOK);
        }
    }

    @Test
    void hostFollowsTheFile() {
        write(servers("x"));
        Disposable following = follow(config -> config);
        until(() -> changes.size() == 1);
        assertThat(it.names()).containsExactly("x");
        write(servers("x", "y"));
        until(() -> changes.size() == 2);
        assertThat(changes.get(1).added()).containsExactly("y");
        assertThat(changes.get(1).unchanged()).containsExactly("x");
        following.dispose();
        it.close();
    }

    @Test
    void invalidFileChangesNothingAndIsReported() {
        write(servers("x"));
        follow(config -> config);
        until(() -> changes.size() == 1);
        write("{\"mcpServers\": {");
        until(() -> !it.events(HostEvent.ReloadFailed.class).isEmpty());
        HostEvent.ReloadFailed failed = it.events(HostEvent.ReloadFailed.class).get(0);
        assertThat(failed.server()).isEmpty();
        assertThat(failed.error()).isInstanceOf(McpConfigurationException.class);
        assertThat(it.names()).containsExactly("x");
        write(servers("y"));
        until(() -> changes.size() == 2);
        assertThat(it.names()).containsExactly("y");
        it.close();
    }

    @Test
    void missingFileIsReported() {
        follow(config -> config);
        until(() -> !it.events(HostEvent.ReloadFailed.class).isEmpty());
        assertThat(changes).isEmpty();
        it.close();
    }

    @Test
    void invalidEntryKeepsItsServer() {
        write("{\"mcpServers\": {\"a\": {\"command\": \"x\", \"disabled\": true}}}");
        follow(config -> config);
        until(() -> changes.size() == 1);
        write("{\"mcpServers\": {\"a\": {\"command\": 17}, \"b\": {\"command\": \"x\", \"disabled\": true}}}");
        until(() -> changes.size() == 2);
        assertThat(changes.get(1).unchanged()).containsExactly("a");
        assertThat(it.state("a")).isEqualTo(ServerState.DISABLED);
        assertThat(it.events(HostEvent.ReloadFailed.class))
                .extracting(HostEvent.ReloadFailed::server)
                .containsExactly("a");
        it.close();
    }

    @Test
    void adjustmentThatThrowsChangesNothing() {
        write(servers("x"));
        follow(config -> {
            throw new IllegalStateException("not today");
        });
        until(() -> !it.events(HostEvent.ReloadFailed.class).isEmpty());
        assertThat(it.events(HostEvent.ReloadFailed.class).get(0).error()).hasMessage("not today");
        assertThat(it.names()).isEmpty();
        it.close();
    }

    @Test
    void adjustmentKeepsServersThatAreNotInTheFile() {
        write(servers("x"));
        follow(config -> config.mutate().server(it.server("mine")).build());
        until(() -> changes.size() == 1);
        assertThat(it.names()).containsExactly("x", "mine");
        assertThat(it.state("mine")).isEqualTo(ServerState.READY);
        it.close();
    }

    @Test
    void followingEndsWithTheHost() {
        write(servers("x"));
        TestSubscriber<HostChange> following =
                subscribed(it.host.follow(file(), config -> config, Schedulers.immediate()));
        it.close();
        assertThat(following.isTerminatedComplete()).isTrue();
    }
}

package dev.mcpflux.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.host.config.ServerDefinition;
import dev.mcpflux.host.config.ServerOptions;
import dev.mcpflux.host.server.ServerHealth;
import dev.mcpflux.host.server.ServerHealth.Level;
import dev.mcpflux.host.server.ServerState;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How healthy a host is. */
class HostHealthTest {

    private RunningHost it = new RunningHost();

    @AfterEach
    void close() {
        it.close();
    }

    private void start(ServerDefinition... servers) {
        RunningHost.subscribed(it.host.apply(it.config(servers)));
        RunningHost.subscribed(it.host.start());
    }

    private ServerDefinition required(String name) {
        return it.server(name).with(options -> options.required(true));
    }

    private Level level() {
        return it.host.health().level();
    }

    private ServerHealth of(String name) {
        return it.host.health().servers().stream()
                .filter(server -> server.server().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void emptyHostIsUp() {
        assertThat(it.host.health()).isEqualTo(new HostHealth(Level.UP, java.util.List.of()));
    }

    @Test
    void hostIsUpWhereAllServersAre() {
        start(it.server("a"), required("b"));
        assertThat(level()).isEqualTo(Level.UP);
        assertThat(of("b")).isEqualTo(new ServerHealth("b", Level.UP, ServerState.READY, Instant.EPOCH, true, null));
    }

    @Test
    void optionalServerThatIsDownDegrades() {
        it.faulty("a").refuse();
        start(it.server("a"), required("b"));
        assertThat(level()).isEqualTo(Level.DEGRADED);
        assertThat(of("a").level()).isEqualTo(Level.DOWN);
        assertThat(of("a").reason()).isEqualTo("it does not start");
    }

    @Test
    void requiredServerThatIsDownMakesItDown() {
        start(required("a"), it.server("b"));
        it.faulty("a").crash();
        assertThat(level()).isEqualTo(Level.DOWN);
        it.pass(Duration.ofSeconds(1));
        assertThat(level()).isEqualTo(Level.UP);
    }

    @Test
    void downIsNotHiddenByServersAfterIt() {
        start(required("a"), it.server("b"), it.server("c"));
        it.faulty("a").crash();
        it.faulty("c").crash();
        assertThat(level()).isEqualTo(Level.DOWN);
    }

    @Test
    void switchedOffServerDoesNotCount() {
        start(it.server("a"), required("b").with(options -> options.disabled("a test")));
        assertThat(level()).isEqualTo(Level.UP);
        assertThat(it.host.health().servers()).extracting(ServerHealth::server).containsExactly("a");
    }

    @Test
    void idleServerIsUp() {
        start(required("a").with(options -> options.lifetime(life -> life.lazy(true))));
        assertThat(of("a").state()).isEqualTo(ServerState.IDLE);
        assertThat(level()).isEqualTo(Level.UP);
    }

    @Test
    void invalidServerHasItsReason() {
        start(new ServerDefinition.Invalid("bad", "it is wrong", null, ServerOptions.defaults()));
        assertThat(of("bad").level()).isEqualTo(Level.DOWN);
        assertThat(of("bad").reason()).contains("it is wrong");
    }

    @Test
    void startingServerIsDownWithItsState() {
        it.faulty("a").opening(reactor.core.publisher.Mono.never());
        start(it.server("a"));
        assertThat(of("a").level()).isEqualTo(Level.DOWN);
        assertThat(of("a").reason()).isEqualTo("it is starting");
    }

    @Test
    void stateHasItsBeginning() {
        start(it.server("a"));
        it.pass(Duration.ofSeconds(5));
        it.faulty("a").crash();
        assertThat(of("a").since()).isEqualTo(Instant.ofEpochSecond(5));
        it.pass(Duration.ofMillis(100));
        assertThat(of("a").since()).isEqualTo(Instant.ofEpochSecond(5));
    }

    @Test
    void requiredServerInQuarantineIsDown() {
        start(required("a").with(options -> options.restart(restart -> restart.maxRestarts(0))));
        it.faulty("a").crash();
        assertThat(of("a").state()).isEqualTo(ServerState.QUARANTINED);
        assertThat(level()).isEqualTo(Level.DOWN);
    }
}

package dev.mcpflux.transport.stdio;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class BlockHoundTest {

    /** If this call is not detected, no other test would detect a blocking call either. */
    @Test
    void theCanaryIsCaught() {
        assertThatThrownBy(() -> Mono.fromRunnable(() -> LockSupport.parkNanos(1_000_000))
                        .subscribeOn(Schedulers.parallel())
                        .block())
                .hasCauseInstanceOf(BlockingOperationError.class);
    }
}

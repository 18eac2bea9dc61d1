package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** A registry that keeps what was started and stopped, and writes into carriers as a propagator does. */
final class RecordedObservations {

    private final ObservationRegistry registry = ObservationRegistry.create();
    private final List<Observation.Context> started = new CopyOnWriteArrayList<>();
    private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

    RecordedObservations(Map<String, String> propagated) {
        registry.observationConfig().observationHandler(new ObservationHandler<>() {
            @Override
            public boolean supportsContext(Observation.Context context) {
                return true;
            }

            @Override
            public void onStart(Observation.Context context) {
                started.add(context);
                if (context instanceof McpCallContext call) {
                    propagated.forEach((key, value) -> call.getSetter().set(call.getCarrier(), key, value));
                }
            }

            @Override
            public void onStop(Observation.Context context) {
                stopped.add(context);
            }
        });
    }

    ObservationRegistry registry() {
        return registry;
    }

    /** What has not ended. */
    List<String> running() {
        return started.stream()
                .filter(context -> !stopped.contains(context))
                .map(Observation.Context::getContextualName)
                .toList();
    }

    /** Each end, by its contextual name. */
    List<String> stopped() {
        return stopped.stream().map(Observation.Context::getContextualName).toList();
    }

    /** The only one of this contextual name that has ended. */
    Observation.Context ended(String name) {
        List<Observation.Context> found = stopped.stream()
                .filter(context -> name.equals(context.getContextualName()))
                .toList();
        assertThat(found).as("%s in %s", name, stopped()).hasSize(1);
        return found.get(0);
    }

    static Map<String, String> map(KeyValues values) {
        return values.stream().collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    }
}

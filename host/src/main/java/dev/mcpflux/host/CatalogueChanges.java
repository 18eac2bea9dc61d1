package dev.mcpflux.host;

import dev.mcpflux.client.SessionEvent;
import dev.mcpflux.host.catalogue.CatalogueChange;
import dev.mcpflux.host.catalogue.CatalogueEntry;
import dev.mcpflux.host.event.HostEvent;
import dev.mcpflux.internal.EventSink;
import dev.mcpflux.protocol.ListKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Compares the lists of a host with what they were before, whenever they may have changed; see {@link McpHost#catalogueChanges}. */
final class CatalogueChanges {

    private final List<CatalogueLists<? extends CatalogueEntry>> lists;
    private final HostEvents events;

    CatalogueChanges(List<CatalogueLists<? extends CatalogueEntry>> lists, HostEvents events) {
        this.lists = List.copyOf(lists);
        this.events = events;
    }

    private record Place(String server, ListKind kind) {}

    private record Step(Map<Place, List<CatalogueEntry>> now, List<CatalogueChange> changes) {}

    /** Keyed by the caller that the context of the subscriber names, as the lists are. */
    Flux<CatalogueChange> changes() {
        Flux<HostEvent> triggers = EventSink.direct(events.flux())
                .filter(CatalogueChanges::mayChange)
                .onBackpressureLatest();
        return Flux.defer(() -> {
            Step none = new Step(Map.of(), List.of());
            return triggers.map(event -> true)
                    .startWith(true)
                    .onBackpressureLatest()
                    .concatMap(again -> read(), 1)
                    .scan(none, CatalogueChanges::step)
                    // nothing, and what there was at first
                    .skip(2)
                    .concatMapIterable(Step::changes);
        });
    }

    private static boolean mayChange(HostEvent event) {
        if (event instanceof HostEvent.StateChanged changed) {
            return changed.from() != changed.to();
        }
        return event instanceof HostEvent.ServersChanged
                || (event instanceof HostEvent.FromServer from && from.event() instanceof SessionEvent.ListChanged);
    }

    private Mono<Map<Place, List<CatalogueEntry>>> read() {
        return Flux.fromIterable(lists)
                .flatMapSequential(CatalogueLists::entriesOfRunning)
                .collect(
                        LinkedHashMap::new,
                        (all, entry) -> all.computeIfAbsent(
                                        new Place(entry.server(), entry.kind()), place -> new ArrayList<>())
                                .add(entry));
    }

    private static Step step(Step before, Map<Place, List<CatalogueEntry>> now) {
        Set<Place> places = new LinkedHashSet<>(now.keySet());
        places.addAll(before.now().keySet());
        List<CatalogueChange> changes = new ArrayList<>();
        for (Place place : places) {
            CatalogueChange change = CatalogueChange.between(
                    place.server(),
                    place.kind(),
                    before.now().getOrDefault(place, List.of()),
                    now.getOrDefault(place, List.of()));
            if (change != null) {
                changes.add(change);
            }
        }
        return new Step(now, changes);
    }
}

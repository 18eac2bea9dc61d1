package dev.mcpflux.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.protocol.ServerCapabilities.ListCapability;
import dev.mcpflux.protocol.ServerCapabilities.ResourcesCapability;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ListKindTest {

    private static final ServerCapabilities NONE =
            new ServerCapabilities(null, null, null, null, null, null, null, null, Map.of());
    private static final ServerCapabilities LISTS = new ServerCapabilities(
            new ListCapability(true),
            new ListCapability(null),
            new ResourcesCapability(null, true),
            null,
            null,
            null,
            null,
            null,
            Map.of());

    @ParameterizedTest
    @EnumSource
    void everyKindIsFoundByItsMethod(ListKind kind) {
        assertThat(ListKind.ofMethod(kind.method())).isEqualTo(kind);
        assertThat(ListKind.ofNotification(kind.notification())).isEqualTo(kind.reportedAs());
        assertThat(kind.isOfferedBy(NONE)).isFalse();
        assertThat(kind.isReportedBy(NONE)).isFalse();
        assertThat(kind.isOfferedBy(LISTS)).isTrue();
        assertThat(kind.isIn(Subscriptions.SubscriptionFilter.lists())).isTrue();
        assertThat(kind.isIn(Subscriptions.SubscriptionFilter.tasks("t"))).isFalse();
    }

    @Test
    void onlyDeclaredListsReportChanges() {
        assertThat(ListKind.values())
                .filteredOn(kind -> kind.isReportedBy(LISTS))
                .containsExactly(ListKind.TOOLS, ListKind.RESOURCES, ListKind.RESOURCE_TEMPLATES);
    }

    @Test
    void otherMethodsReadNoList() {
        assertThat(ListKind.ofMethod(Methods.TASKS_LIST)).isNull();
        assertThat(ListKind.ofNotification(Methods.TOOLS_LIST)).isNull();
    }
}

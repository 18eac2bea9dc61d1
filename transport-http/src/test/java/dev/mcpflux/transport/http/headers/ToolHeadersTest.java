package dev.mcpflux.transport.http.headers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.jsonrpc.McpJson;
import dev.mcpflux.protocol.ListToolsResult;
import dev.mcpflux.transport.Caller;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ToolHeadersTest {

    @Test
    void headersOfAllCallersAreBoundedInBytes() {
        ToolHeaders known = new ToolHeaders("s", text -> text, event -> {}, 1000);
        String name = "x".repeat(300);
        ListToolsResult page = McpJson.mapper()
                .readValue("{\"tools\":[{\"name\":\"" + name + "\",\"inputSchema\":{}}]}", ListToolsResult.class);
        for (int i = 0; i < 20; i++) {
            known.read(Caller.of("c" + i, Map.of()), page);
            // the same page again weighs no more
            known.read(Caller.of("c" + i, Map.of()), page);
        }
        assertThat(known.of(Caller.of("c0", Map.of()), name)).isNull();
        assertThat(known.of(Caller.of("c18", Map.of()), name)).isNotNull();
        known.read(Caller.of("c0", Map.of()), page);
        assertThat(known.of(Caller.of("c0", Map.of()), name)).isNotNull();
    }
}

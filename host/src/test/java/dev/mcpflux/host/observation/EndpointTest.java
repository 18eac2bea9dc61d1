package dev.mcpflux.host.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.transport.spi.Connection;
import dev.mcpflux.transport.spi.Transport;
import org.junit.jupiter.api.Test;

class EndpointTest {

    private static Endpoint of(String origin, boolean remote) {
        return Endpoint.of(new Transport() {
            @Override
            public String name() {
                return "s";
            }

            @Override
            public String origin() {
                return origin;
            }

            @Override
            public boolean remote() {
                return remote;
            }

            @Override
            public Connection connection() {
                throw new UnsupportedOperationException();
            }
        });
    }

    @Test
    void urlsAreHttpOverTcp() {
        assertThat(of("http://127.0.0.1:8080", true)).isEqualTo(new Endpoint("tcp", "http", "127.0.0.1", 8080));
        assertThat(of("https://example.com", true)).isEqualTo(new Endpoint("tcp", "http", "example.com", 443));
        assertThat(of("http://example.com", true)).isEqualTo(new Endpoint("tcp", "http", "example.com", 80));
    }

    @Test
    void socketsAreTcpOrUnix() {
        assertThat(of("tcp://example.com:99", true)).isEqualTo(new Endpoint("tcp", null, "example.com", 99));
        assertThat(of("unix:/run/s.sock", true)).isEqualTo(new Endpoint("unix", null, "/run/s.sock", -1));
    }

    @Test
    void othersAreUnknown() {
        assertThat(of("s", false)).isEqualTo(Endpoint.UNKNOWN);
        assertThat(of("what ever", true)).isEqualTo(Endpoint.UNKNOWN);
        assertThat(of("ftp://example.com", true)).isEqualTo(Endpoint.UNKNOWN);
    }
}

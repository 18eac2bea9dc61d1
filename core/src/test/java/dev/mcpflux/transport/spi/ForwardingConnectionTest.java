package dev.mcpflux.transport.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForwardingConnectionTest {

    private final Connection inner = Multiplexer.over("s", events -> new TestStream());

    private final Transport transport = new Transport() {
        @Override
        public String name() {
            return "s";
        }

        @Override
        public String origin() {
            return "https://example.org";
        }

        @Override
        public boolean remote() {
            return true;
        }

        @Override
        public Connection connection() {
            return inner;
        }
    };

    @ParameterizedTest
    @ValueSource(classes = {Connection.class, Transport.class})
    void decoratorsOverrideEveryMethod(Class<?> type) {
        Class<?> decorator = type == Connection.class ? ForwardingConnection.class : DecoratedTransport.class;
        assertThat(type.getDeclaredMethods())
                // methods that are the same for all decorators
                .filteredOn(method -> !method.getName().equals("with") && !method.isSynthetic())
                .isNotEmpty()
                .allSatisfy(method -> assertThat(Arrays.stream(decorator.getDeclaredMethods()))
                        .anyMatch(own -> overrides(own, method)));
    }

    private static boolean overrides(Method own, Method method) {
        return own.getName().equals(method.getName())
                && Arrays.equals(own.getParameterTypes(), method.getParameterTypes());
    }

    @Test
    void connectionsHaveNoDefaultMethods() {
        assertThat(Connection.class.getDeclaredMethods())
                .filteredOn(method -> !method.isSynthetic())
                .allMatch(method -> Modifier.isAbstract(method.getModifiers()));
    }

    @Test
    void decoratedTransportKeepsItsNameAndOrigin() {
        Transport decorated = transport.with(ForwardingConnection::new);
        assertThat(decorated.name()).isEqualTo("s");
        assertThat(decorated.origin()).isEqualTo("https://example.org");
        assertThat(decorated.remote()).isTrue();
    }

    @Test
    void lastDecoratorIsOutermost() {
        class Outer extends ForwardingConnection {
            Outer(Connection connection) {
                super(connection);
            }

            Connection decorated() {
                return delegate();
            }
        }
        Connection outer =
                transport.with(ForwardingConnection::new).with(Outer::new).connection();
        assertThat(outer).isInstanceOf(Outer.class);
        Connection between = ((Outer) outer).decorated();
        assertThat(between).isExactlyInstanceOf(ForwardingConnection.class);
        assertThat(((ForwardingConnection) between).delegate()).isSameAs(inner);
    }
}

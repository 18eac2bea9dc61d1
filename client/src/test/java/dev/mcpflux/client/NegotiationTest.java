package dev.mcpflux.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mcpflux.error.McpException;
import dev.mcpflux.error.McpHeaderMismatchException;
import dev.mcpflux.error.McpMissingCapabilityException;
import dev.mcpflux.error.McpPeerErrorException;
import dev.mcpflux.error.McpProtocolException;
import dev.mcpflux.error.McpUnsupportedVersionException;
import dev.mcpflux.protocol.Implementation;
import dev.mcpflux.testing.ScriptedPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Decisions after the first response of a server (2026-07-28: basic/versioning; basic/transports/stdio). */
class NegotiationTest {

    private final ScriptedPeer peer = ScriptedPeer.named("s");

    private Mono<PeerInfo> negotiated(EraPolicy policy) {
        return McpSession.use(
                        peer.transport(),
                        SessionOptions.builder().era(policy).build(),
                        session -> Mono.justOrEmpty(session.peer()))
                .single();
    }

    private Mono<PeerInfo> negotiated() {
        return negotiated(EraPolicy.AUTO);
    }

    private void agreesOnLegacy() {
        StepVerifier.create(negotiated())
                .assertNext(info -> assertThat(info.revision()).isEqualTo(ProtocolRevision.V2025_11_25))
                .verifyComplete();
        peer.verify();
    }

    /** Expects the handshake on the same connection: this peer serves only one. */
    private ScriptedPeer expectsInitialize() {
        return peer.expect("initialize")
                .reply("{'protocolVersion':'2025-11-25','capabilities':{}}")
                .expect("notifications/initialized");
    }

    private void failsWith(EraPolicy policy, Class<? extends McpException> type, String... parts) {
        StepVerifier.create(negotiated(policy))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(type)
                        .hasMessageStartingWith("server 's': ")
                        .hasMessageContainingAll(parts));
        peer.verify();
        assertThat(peer.closed()).isTrue();
    }

    // results of the probe

    @ParameterizedTest
    @ValueSource(
            strings = {"['2026-07-28']", "['2025-11-25','2026-07-28']", "['2099-01-01','2026-07-28','2024-11-05']"})
    void selectsNewestCommonRevision(String supported) {
        peer.expect("server/discover")
                .reply("{'resultType':'complete','supportedVersions':" + supported
                        + ",'capabilities':{'tools':{},'resources':{'subscribe':true}},"
                        + "'instructions':'be kind','ttlMs':0,'cacheScope':'private','_meta':{"
                        + "'io.modelcontextprotocol/serverInfo':{'name':'n','version':'2','title':'N'}}}");
        StepVerifier.create(negotiated())
                .assertNext(info -> {
                    assertThat(info.revision()).isEqualTo(ProtocolRevision.V2026_07_28);
                    assertThat(info.era()).isEqualTo(ProtocolEra.MODERN);
                    assertThat(info.server()).isEqualTo(new Implementation("n", "2", "N", null, null, null));
                    assertThat(info.instructions()).isEqualTo("be kind");
                    assertThat(info.capabilities().tools()).isNotNull();
                    assertThat(info.capabilities().prompts()).isNull();
                    assertThat(info.capabilities().resources()).isNotNull();
                })
                .verifyComplete();
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void missingServerInfoUsesConfiguredName() {
        peer.expect("server/discover").reply("{'supportedVersions':['2026-07-28']}");
        StepVerifier.create(negotiated())
                .assertNext(info -> {
                    assertThat(info.server()).isEqualTo(new Implementation("s", "unknown"));
                    assertThat(info.instructions()).isNull();
                    assertThat(info.capabilities().tools()).isNull();
                })
                .verifyComplete();
    }

    @Test
    void legacyOnlyDiscoveryLeadsToHandshake() {
        peer.expect("server/discover")
                .reply("{'resultType':'complete','supportedVersions':['2025-11-25','2025-06-18'],"
                        + "'capabilities':{},'ttlMs':0,'cacheScope':'private'}");
        expectsInitialize();
        agreesOnLegacy();
    }

    @Test
    void noCommonRevisionFailsAndNamesBothSides() {
        peer.expect("server/discover").reply("{'supportedVersions':['2099-01-01','2100-01-01']}");
        failsWith(EraPolicy.AUTO, McpProtocolException.class, "2099-01-01, 2100-01-01", "2026-07-28", "2025-11-25");
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "\"ok\"",
                "{\"supportedVersions\":[]}",
                "{\"supportedVersions\":{\"a\":1}}",
                "{\"tools\":[],\"content\":[]}"
            })
    void invalidDiscoveryMeansLegacyServer(String result) {
        peer.expect("server/discover").reply(result);
        expectsInitialize();
        agreesOnLegacy();
    }

    // errors of the probe

    @ParameterizedTest
    @ValueSource(ints = {-32601, -32602, -32000, -32603, -32600, -32002, -32042, -1, 0, 404})
    void otherErrorLeadsToHandshakeOnSameConnection(int code) {
        peer.expect("server/discover").replyError(code, "no");
        expectsInitialize();
        agreesOnLegacy();
        assertThat(peer.receivedMethods())
                .containsExactly("server/discover", "initialize", "notifications/initialized");
    }

    @Test
    void legacyOnlyVersionErrorLeadsToHandshake() {
        peer.expect("server/discover").replyError(unsupported("['2025-11-25','2025-06-18']", true));
        expectsInitialize();
        agreesOnLegacy();
    }

    @Test
    void versionErrorMayOmitRequestedVersion() {
        peer.expect("server/discover").replyError(unsupported("['2025-11-25']", false));
        expectsInitialize();
        agreesOnLegacy();
    }

    @Test
    void unknownRevisionsFailAndAreNamed() {
        peer.expect("server/discover").replyError(unsupported("['2099-01-01']", true));
        failsWith(EraPolicy.AUTO, McpProtocolException.class, "2099-01-01", "2026-07-28");
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void versionErrorNamingOursIsRetriedOnce() {
        peer.expect("server/discover").replyError(unsupported("['2026-07-28']", true));
        peer.expect("server/discover").replyError(unsupported("['2026-07-28']", true));
        failsWith(EraPolicy.AUTO, McpUnsupportedVersionException.class, "server/discover failed");
        assertThat(peer.receivedMethods()).containsExactly("server/discover", "server/discover");
    }

    @Test
    void contradictoryVersionErrorFallsBackToLegacy() {
        peer.expect("server/discover").replyError(unsupported("['2026-07-28','2025-11-25']", true));
        peer.expect("server/discover").replyError(unsupported("['2026-07-28','2025-11-25']", true));
        expectsInitialize();
        agreesOnLegacy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"code\":-32022,\"message\":\"no\"}", "{\"code\":-32022,\"message\":\"no\",\"data\":{}}"})
    void versionErrorWithoutRevisionsIsModernError(String error) {
        peer.expect("server/discover").replyError(error);
        failsWith(EraPolicy.AUTO, McpUnsupportedVersionException.class, "server/discover failed: no (-32022)");
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void headerMismatchIsModernError() {
        peer.expect("server/discover").replyError(-32020, "header mismatch");
        failsWith(EraPolicy.AUTO, McpHeaderMismatchException.class, "header mismatch (-32020)");
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void missingCapabilityIsModernError() {
        peer.expect("server/discover")
                .replyError("{'code':-32021,'message':'missing','data':{'requiredCapabilities':{'sampling':{}}}}");
        StepVerifier.create(negotiated())
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOfSatisfying(
                                McpMissingCapabilityException.class,
                                missing -> assertThat(missing.requiredCapabilities())
                                        .hasToString("{\"sampling\":{}}")));
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    private static String unsupported(String supported, boolean requested) {
        return "{'code':-32022,'message':'Unsupported protocol version','data':{'supported':" + supported
                + (requested ? ",'requested':'2026-07-28'" : "") + "}}";
    }

    // policies that allow one era only

    @ParameterizedTest
    @CsvSource({"-32601", "-32602", "-32000"})
    void modernOnlyRejectsLegacyServer(int code) {
        peer.expect("server/discover").replyError(code, "what?");
        StepVerifier.create(negotiated(EraPolicy.MODERN))
                .verifyErrorSatisfies(e -> assertThat(e)
                        .isInstanceOf(McpProtocolException.class)
                        .hasMessage("server 's': it does not speak the modern era of the protocol,"
                                + " and only that era is allowed")
                        .hasCauseInstanceOf(McpPeerErrorException.class));
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
        assertThat(peer.closed()).isTrue();
    }

    @Test
    void modernOnlyErrorNamesLegacyRevisions() {
        peer.expect("server/discover").reply("{'supportedVersions':['2025-11-25']}");
        failsWith(EraPolicy.MODERN, McpProtocolException.class, "2025-11-25 only");
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void modernOnlyAcceptsModernServer() {
        peer.discovery();
        StepVerifier.create(negotiated(EraPolicy.MODERN))
                .assertNext(info -> assertThat(info.era()).isEqualTo(ProtocolEra.MODERN))
                .verifyComplete();
        assertThat(peer.receivedMethods()).containsExactly("server/discover");
    }

    @Test
    void legacyOnlyDoesNotProbe() {
        expectsInitialize();
        StepVerifier.create(negotiated(EraPolicy.LEGACY))
                .assertNext(info -> assertThat(info.era()).isEqualTo(ProtocolEra.LEGACY))
                .verifyComplete();
        assertThat(peer.receivedMethods()).containsExactly("initialize", "notifications/initialized");
    }

    @Test
    void legacyOnlyDoesNotProbeModernServer() {
        peer.expect("initialize").replyError(-32601, "this server speaks 2026-07-28");
        failsWith(EraPolicy.LEGACY, McpPeerErrorException.class, "initialize failed: this server speaks 2026-07-28");
        assertThat(peer.receivedMethods()).containsExactly("initialize");
    }
}

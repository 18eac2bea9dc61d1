package dev.mcpflux.auth.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.dpop.DPoPProofFactory;
import com.nimbusds.oauth2.sdk.dpop.DefaultDPoPProofFactory;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.DPoPAccessToken;
import com.nimbusds.openid.connect.sdk.Nonce;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The key that tokens are bound to, and the nonces that servers have given for its proofs (RFC 9449). Any thread may use it. */
final class DpopKey {

    /** What this side can sign with, best first. */
    private static final List<JWSAlgorithm> ALGORITHMS =
            List.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.PS256, JWSAlgorithm.RS256);

    private static final int RSA_BITS = 2048;
    private static final int MAX_ORIGINS = 16;
    private static final int MAX_NONCE = 1024;

    private final String jwk;
    private final DPoPProofFactory factory;
    private final Map<String, String> nonces = new ConcurrentHashMap<>();

    private DpopKey(JWK key, JWSAlgorithm algorithm) throws JOSEException {
        this.jwk = key.toJSONString();
        this.factory = new DefaultDPoPProofFactory(key, algorithm);
    }

    /**
     * A new key.
     *
     * @param offered the algorithms that the authorization server accepts; null if it does not say
     * @return null if this side has none of them
     */
    static @Nullable DpopKey generate(@Nullable List<String> offered) {
        for (JWSAlgorithm algorithm : ALGORITHMS) {
            if (offered == null || offered.contains(algorithm.getName())) {
                try {
                    return new DpopKey(key(algorithm), algorithm);
                } catch (JOSEException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return null;
    }

    private static JWK key(JWSAlgorithm algorithm) throws JOSEException {
        if (algorithm.equals(JWSAlgorithm.ES256) || algorithm.equals(JWSAlgorithm.ES384)) {
            Curve curve = algorithm.equals(JWSAlgorithm.ES256) ? Curve.P_256 : Curve.P_384;
            return new ECKeyGenerator(curve).algorithm(algorithm).generate();
        }
        return new RSAKeyGenerator(RSA_BITS).algorithm(algorithm).generate();
    }

    /** A key that was kept; null if it cannot be read. */
    static @Nullable DpopKey read(String jwk) {
        try {
            JWK key = JWK.parse(jwk);
            return new DpopKey(key, JWSAlgorithm.parse(key.getAlgorithm().getName()));
        } catch (ParseException | JOSEException | RuntimeException e) {
            return null;
        }
    }

    /** The private key. */
    String jwk() {
        return jwk;
    }

    /**
     * A proof for one request; no two are equal.
     *
     * @param accessToken that the request carries; null for a request to a token endpoint
     */
    String proof(String method, URI url, @Nullable String accessToken) {
        String nonce = nonces.get(Problems.origin(url));
        URI bare = URI.create(WellKnown.root(url) + (url.getRawPath() == null ? "" : url.getRawPath()));
        AccessToken token = accessToken == null ? null : new DPoPAccessToken(accessToken);
        try {
            return (token == null
                            ? factory.createDPoPJWT(method, bare, nonce == null ? null : new Nonce(nonce))
                            : factory.createDPoPJWT(method, bare, token, nonce == null ? null : new Nonce(nonce)))
                    .serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps the nonce of a server for the next proof; whether it is another one than before. */
    boolean nonce(URI url, String nonce) {
        if (nonce.isEmpty()
                || nonce.length() > MAX_NONCE
                || (nonces.size() >= MAX_ORIGINS && !nonces.containsKey(Problems.origin(url)))) {
            return false;
        }
        return !nonce.equals(nonces.put(Problems.origin(url), nonce));
    }

    /** Whether a proof was made with the nonce that the server of this address has given last. */
    boolean hasCurrentNonce(String proof, URI url) {
        try {
            String used = SignedJWT.parse(proof).getJWTClaimsSet().getStringClaim("nonce");
            return Objects.equals(used, nonces.get(Problems.origin(url)));
        } catch (ParseException e) {
            return true;
        }
    }

    /** Shows nothing of the key. */
    @Override
    public String toString() {
        return "DpopKey";
    }
}

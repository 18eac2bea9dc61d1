package dev.mcpflux.auth.oauth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The private key of a client, which signs its assertions (RFC 7523, 2.2). */
final class ClientKey {

    private static final long LIFE = 300_000;
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";

    private final PrivateKey key;
    private final JWSAlgorithm algorithm;
    private final @Nullable String id;

    private ClientKey(PrivateKey key, JWSAlgorithm algorithm, @Nullable String id) {
        this.key = key;
        this.algorithm = algorithm;
        this.id = id;
    }

    /**
     * Reads a key.
     *
     * @param text PEM or JWK
     * @param algorithm null for what fits the key
     * @throws IllegalArgumentException if the text is no private key; the message does not quote it
     */
    static ClientKey read(String text, @Nullable String algorithm) {
        String stripped = text.strip();
        try {
            if (stripped.startsWith("{")) {
                JWK jwk = JWK.parse(stripped);
                PrivateKey key = jwk instanceof ECKey ec
                        ? ec.toPrivateKey()
                        : jwk instanceof RSAKey rsa ? rsa.toPrivateKey() : null;
                if (key != null) {
                    return new ClientKey(key, algorithm(key, algorithm), jwk.getKeyID());
                }
            } else if (stripped.startsWith(BEGIN)) {
                byte[] bytes = Base64.getMimeDecoder()
                        .decode(stripped.substring(BEGIN.length(), stripped.indexOf("-----END")));
                PrivateKey key = pkcs8(bytes);
                return new ClientKey(key, algorithm(key, algorithm), null);
            }
        } catch (ParseException | JOSEException | GeneralSecurityException | RuntimeException e) {
            // without its cause, which may quote the key
        }
        throw new IllegalArgumentException(
                "expected a private key of type EC or RSA, as JWK or as PEM ('" + BEGIN + "')");
    }

    private static PrivateKey pkcs8(byte[] bytes) throws GeneralSecurityException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(bytes);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(spec);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("RSA").generatePrivate(spec);
        }
    }

    private static JWSAlgorithm algorithm(PrivateKey key, @Nullable String configured) {
        if (configured != null) {
            return JWSAlgorithm.parse(configured);
        }
        if (key instanceof ECPrivateKey ec) {
            Curve curve = Curve.forECParameterSpec(ec.getParams());
            return Curve.P_384.equals(curve)
                    ? JWSAlgorithm.ES384
                    : Curve.P_521.equals(curve) ? JWSAlgorithm.ES512 : JWSAlgorithm.ES256;
        }
        return JWSAlgorithm.RS256;
    }

    /**
     * Authenticates a client.
     *
     * @param audience the issuer of the authorization server
     * @param now in milliseconds
     */
    @SuppressWarnings("JavaUtilDate")
    PrivateKeyJWT authentication(String clientId, String audience, long now) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(clientId)
                .subject(clientId)
                .audience(audience)
                .issueTime(new Date(now))
                .expirationTime(new Date(now + LIFE))
                .jwtID(UUID.randomUUID().toString())
                .build();
        SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(id).build(), claims);
        try {
            jwt.sign(signer());
        } catch (JOSEException e) {
            throw new IllegalArgumentException("the private key does not fit the algorithm " + algorithm, e);
        }
        return new PrivateKeyJWT(jwt);
    }

    private JWSSigner signer() throws JOSEException {
        return key instanceof ECPrivateKey ec ? new ECDSASigner(ec) : new RSASSASigner(key);
    }

    /** Shows the algorithm only. */
    @Override
    public String toString() {
        return "ClientKey[" + algorithm + "]";
    }
}

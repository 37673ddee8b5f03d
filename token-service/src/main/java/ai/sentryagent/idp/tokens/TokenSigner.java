package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.token.Claims;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;

/** Signs claims on threads of its own, as many as there are cores: a signature takes a millisecond of CPU. */
final class TokenSigner {
    private final WorkerExecutor pool;
    private final JWSHeader header;
    private final JWSSigner signer;

    TokenSigner(Vertx vertx, SigningKey key) {
        this.pool =
                vertx.createSharedWorkerExecutor("signing", Runtime.getRuntime().availableProcessors());
        this.header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(Claims.TYPE)
                .keyID(key.kid())
                .build();
        this.signer = new RSASSASigner(key.privateKey());
    }

    /** The compact serialization, RFC 7515 §7.1. */
    Future<String> sign(JWTClaimsSet claims) {
        return pool.executeBlocking(
                () -> {
                    SignedJWT jwt = new SignedJWT(header, claims);
                    jwt.sign(signer);
                    return jwt.serialize();
                },
                false);
    }

    /** Signs once, so that the first client does not wait for classes to load. */
    Future<Void> warmUp() {
        return sign(new JWTClaimsSet.Builder().build()).mapEmpty();
    }

    Future<Void> close() {
        return pool.close();
    }
}

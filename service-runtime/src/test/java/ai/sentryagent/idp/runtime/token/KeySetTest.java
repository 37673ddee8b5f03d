package ai.sentryagent.idp.runtime.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.tokens.Jwks;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who vouches for a token, as keys come and go. */
final class KeySetTest {
    private final RSAKey old = key("old");
    private final RSAKey young = key("young");
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Future<Jwks> published = jwks(old);
    private int asked;
    private final Vertx vertx = Vertx.vertx();
    private final KeySet keys = new KeySet(
            vertx,
            () -> {
                asked++;
                return published;
            },
            at(() -> now));

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void aKeyThatIsPublishedNoMoreIsForgottenWhenTheyAreLoadedAgain() {
        keys.load().await();
        assertThat(knows("old")).isTrue();
        published = jwks(young);
        keys.load().await();
        assertThat(knows("old")).isFalse();
        assertThat(knows("young")).isTrue();
    }

    @Test
    void whileTheKeysCannotBeHadWhatIsKnownStaysForAMinute() {
        keys.load().await();
        published = Future.failedFuture("away");
        now = now.plus(Duration.ofSeconds(60));
        assertThatThrownBy(() -> keys.load().await()).hasMessage("away");
        assertThat(knows("old")).isTrue();
        now = now.plus(Duration.ofSeconds(1));
        assertThatThrownBy(() -> knows("old")).as("it may have been withdrawn").hasMessage("away");
    }

    @Test
    void whoeverWasIdleAsksBeforeItBelievesAKey() {
        keys.load().await();
        published = jwks(young);
        now = now.plus(Duration.ofHours(1));
        assertThat(knows("old")).isFalse();
        assertThat(knows("young")).isTrue();
    }

    @Test
    void aThousandWaitForKeysAndNoMore() {
        keys.load().await();
        now = now.plus(Duration.ofSeconds(2));
        Promise<Jwks> answer = Promise.promise();
        published = answer.future();
        List<Future<Optional<JWSVerifier>>> waiting = Stream.generate(() -> keys.find("young", JWSAlgorithm.RS256))
                .limit(1_000)
                .toList();
        assertThat(keys.find("young", JWSAlgorithm.RS256).cause()).isInstanceOf(ServiceException.class);
        assertThat(keys.find("old", JWSAlgorithm.RS256).isComplete())
                .as("what is known needs no wait")
                .isTrue();
        answer.complete(new Jwks(List.of(young.toPublicJWK().toJSONObject()), 0));
        waiting.forEach(found -> assertThat(found.await()).isPresent());
        assertThat(knows("young")).isTrue();
    }

    @Test
    void anUnknownKeyIsAskedForFortyTimesASecondWhateverIsPresented() {
        keys.load().await();
        now = now.plus(Duration.ofSeconds(2));
        assertThat(knows("a")).isFalse();
        assertThat(asked).isEqualTo(2);
        published = jwks(old, young);
        Promise<List<Future<Boolean>>> inOneTurn = Promise.promise();
        vertx.runOnContext(turn ->
                inOneTurn.complete(Stream.of("b", "c", "young").map(this::known).toList()));
        List<Future<Boolean>> waiting = inOneTurn.future().await();
        assertThat(waiting.stream().map(known -> known.await())).containsExactly(false, false, true);
        assertThat(asked).as("for all of them once").isEqualTo(3);
    }

    @Test
    void whatWasAskedBeforeSaysNothingOfAKeyThatIsLookedForSince() {
        keys.load().await();
        Promise<Jwks> slow = Promise.promise();
        published = slow.future();
        keys.load();
        Future<Boolean> looked = known("young");
        published = jwks(old, young);
        vertx.setTimer(100, later -> slow.complete(jwks(old).result()));
        assertThat(looked.await()).isTrue();
    }

    @Test
    void aVerifierIsTheSameForAsLongAsItsKeyIsPublished() {
        keys.load().await();
        JWSVerifier first = verifier();
        keys.load().await();
        assertThat(verifier()).isSameAs(first);
        published = jwks(key("old"));
        keys.load().await();
        assertThat(verifier()).as("another key by this name").isNotSameAs(first);
    }

    private JWSVerifier verifier() {
        return keys.find("old", JWSAlgorithm.RS256).await().orElseThrow();
    }

    private boolean knows(String kid) {
        return known(kid).await();
    }

    private Future<Boolean> known(String kid) {
        return keys.find(kid, JWSAlgorithm.RS256).map(Optional::isPresent);
    }

    private static Future<Jwks> jwks(RSAKey... keys) {
        return Future.succeededFuture(new Jwks(
                List.of(keys).stream()
                        .map(key -> key.toPublicJWK().toJSONObject())
                        .toList(),
                300));
    }

    private static RSAKey key(String kid) {
        try {
            return new RSAKeyGenerator(2_048)
                    .keyID(kid)
                    .algorithm(JWSAlgorithm.RS256)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Clock at(InstantSource source) {
        return source.withZone(ZoneOffset.UTC);
    }
}

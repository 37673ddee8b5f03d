package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.credentials.AuthenticateClient;
import ai.sentryagent.idp.schema.credentials.CredentialStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the credential whose secret was shown. */
final class SecretCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCheck.class);

    private final Database database;
    private final CredentialTable credentials;
    private final SecretKeeper keeper;
    private final HashedSecrets hashed;

    SecretCheck(Database database, CredentialTable credentials, SecretKeeper keeper, HashedSecrets hashed) {
        this.database = database;
        this.credentials = credentials;
        this.keeper = keeper;
        this.hashed = hashed;
    }

    /**
     * The answer.
     *
     * @param credential the live credential whose secret it is; null when there is none
     * @param reason why there is none, for the investigator only
     */
    record Verdict(@Nullable StoredCredential credential, String reason) {}

    /** One secret that may have been meant. */
    private record Candidate(@Nullable StoredCredential credential, StoredSecret secret) {}

    /** Fails with SERVICE_UNAVAILABLE when none matches of those that could be asked, and another could not be. */
    Future<Verdict> find(UUID clientId, List<StoredCredential> stored, AuthenticateClient request, Instant now) {
        // what cannot be a secret is checked all the same, cut to what can be
        boolean plausible = ClientSecret.isPlausible(request.clientSecret());
        String text = plausible ? request.clientSecret() : "implausible";
        ShownSecret shown = hashed.shown(text);
        List<Candidate> candidates = candidates(stored, request.cheapOnly(), now);
        candidates.removeIf(candidate -> keeper.isPlainlyAnother(candidate.secret(), text));
        keeper.decoys(clientId, candidates.stream().map(Candidate::secret).toList(), request.cheapOnly())
                .forEach(decoy -> candidates.add(new Candidate(null, decoy)));
        return firstMatch(
                        candidates.iterator(),
                        candidate -> keeper.matches(clientId, candidate.secret(), shown, request.cheapOnly()),
                        null)
                .map(match -> {
                    StoredCredential credential = match == null || !plausible ? null : match.credential();
                    if (credential == null) {
                        return new Verdict(null, "wrong_secret");
                    }
                    addFingerprint(credential, match.secret(), shown.mac());
                    CredentialStatus status = credential.status(now);
                    return status == CredentialStatus.ACTIVE
                            ? new Verdict(credential, "")
                            : new Verdict(null, status.word());
                });
    }

    /**
     * Live secrets first, and of those the cheap ones. Dead ones are looked at too where that costs nothing: that someone
     * still uses one is what an investigator must know, where it is written down.
     */
    private List<Candidate> candidates(List<StoredCredential> stored, boolean cheapOnly, Instant now) {
        List<Candidate> live = new ArrayList<>();
        List<Candidate> dead = new ArrayList<>();
        for (StoredCredential credential : stored) {
            boolean active = credential.status(now) == CredentialStatus.ACTIVE;
            (active && !isDestroyed(credential.secret()) ? live : dead)
                    .add(new Candidate(credential, credential.secret()));
            StoredSecret previous = credential.previous();
            if (active && previous != null && credential.isPreviousAccepted(now)) {
                live.add(new Candidate(credential, previous));
            }
        }
        dead.removeIf(candidate -> cheapOnly || keeper.isCostly(candidate.secret()));
        live.sort(Comparator.comparing(candidate -> keeper.isCostly(candidate.secret())));
        live.addAll(dead);
        return live;
    }

    private static boolean isDestroyed(StoredSecret secret) {
        return secret instanceof VaultedSecret inVault && inVault.ended();
    }

    /** @param away why one before could not be asked; null when all could */
    private static Future<@Nullable Candidate> firstMatch(
            Iterator<Candidate> candidates, Function<Candidate, Future<Boolean>> check, @Nullable Throwable away) {
        if (!candidates.hasNext()) {
            return away == null ? Future.succeededFuture(null) : Future.failedFuture(away);
        }
        Candidate candidate = candidates.next();
        return check.apply(candidate)
                .compose(
                        matches -> matches ? Future.succeededFuture(candidate) : firstMatch(candidates, check, away),
                        failure -> firstMatch(candidates, check, candidate.credential() == null ? away : failure));
    }

    /** A secret that was stored without a pepper, or under another one, gets its fingerprint when it is shown. */
    private void addFingerprint(StoredCredential credential, StoredSecret matched, @Nullable String mac) {
        if (mac != null
                && matched instanceof HashedSecret hash
                && hash.equals(credential.secret())
                && hashed.wantsFingerprint(hash)) {
            credentials
                    .addMac(database.client(), credential.credentialId(), hash, mac)
                    .onFailure(failure -> LOG.atWarn()
                            .addKeyValue("credentialId", credential.credentialId())
                            .addKeyValue("cause", failure.getMessage())
                            .log("The fingerprint was not stored"));
        }
    }
}

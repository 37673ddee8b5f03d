package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.credentials.AuthenticateClient;
import ai.sentryagent.idp.schema.credentials.CredentialStatus;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the credential whose secret was shown. */
final class SecretCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SecretCheck.class);

    private final Database database;
    private final CredentialTable credentials;
    private final SecretVault vault;
    private final StoredSecret decoy;

    /**
     * A check.
     *
     * @param decoy a secret that nobody knows, checked where there is nothing to check, so that time tells nothing
     */
    SecretCheck(Database database, CredentialTable credentials, SecretVault vault, StoredSecret decoy) {
        this.database = database;
        this.credentials = credentials;
        this.vault = vault;
        this.decoy = decoy;
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

    Future<Verdict> find(List<StoredCredential> stored, AuthenticateClient request, Instant now) {
        List<Candidate> candidates = candidates(stored, now);
        // what cannot be a secret is checked all the same, cut to what can be
        boolean plausible = ClientSecret.isPlausible(request.clientSecret());
        String text = plausible ? request.clientSecret() : "implausible";
        return firstMatch(candidates, 0, text, request.cheapOnly()).map(match -> {
            StoredCredential credential = match == null || !plausible ? null : match.credential();
            if (credential == null) {
                return new Verdict(null, "wrong_secret");
            }
            addFingerprint(credential, match.secret(), text);
            CredentialStatus status = credential.status(now);
            return status == CredentialStatus.ACTIVE ? new Verdict(credential, "") : new Verdict(null, status.word());
        });
    }

    /** Live secrets first. Dead ones are looked at too: that someone still uses one is what an investigator must know. */
    private List<Candidate> candidates(List<StoredCredential> stored, Instant now) {
        List<Candidate> live = new ArrayList<>();
        List<Candidate> dead = new ArrayList<>();
        for (StoredCredential credential : stored) {
            boolean active = credential.status(now) == CredentialStatus.ACTIVE;
            (active ? live : dead).add(new Candidate(credential, credential.secret()));
            StoredSecret previous = credential.previous();
            if (active && previous != null && credential.isPreviousAccepted(now)) {
                live.add(new Candidate(credential, previous));
            }
        }
        dead.removeIf(candidate -> vault.wantsSlowCheck(candidate.secret()));
        live.addAll(dead);
        if (live.isEmpty()) {
            live.add(new Candidate(null, decoy));
        }
        return live;
    }

    private Future<@Nullable Candidate> firstMatch(
            List<Candidate> candidates, int index, String text, boolean cheapOnly) {
        if (index == candidates.size()) {
            return Future.succeededFuture(null);
        }
        Candidate candidate = candidates.get(index);
        return vault.matches(candidate.secret(), text, cheapOnly)
                .compose(matches -> matches
                        ? Future.succeededFuture(candidate)
                        : firstMatch(candidates, index + 1, text, cheapOnly));
    }

    /** A secret that was stored without a pepper, or under another one, gets its fingerprint when it is shown. */
    private void addFingerprint(StoredCredential credential, StoredSecret matched, String text) {
        String mac = vault.fingerprint(text);
        if (mac != null && matched.equals(credential.secret()) && vault.wantsFingerprint(matched)) {
            credentials
                    .addMac(database.client(), credential.credentialId(), matched, mac)
                    .onFailure(failure -> LOG.atWarn()
                            .addKeyValue("credentialId", credential.credentialId())
                            .addKeyValue("cause", failure.getMessage())
                            .log("The fingerprint was not stored"));
        }
    }
}

package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** What somebody outside checks evidence with: written from RFC 9162 and the API's documentation, not from our code. */
final class RfcProofs {
    private static final List<String> FIELDS = List.of(
            "eventId",
            "agentId",
            "action",
            "outcome",
            "ipAddress",
            "userAgent",
            "metadata",
            "timestamp",
            "requestId",
            "actorId");
    private static final ObjectMapper SORTED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private RfcProofs() {}

    /** RFC 9162 §2.1.3.2. */
    static boolean isIncluded(long leafIndex, long treeSize, String leafData, JsonNode path, String rootHash) {
        long fn = leafIndex;
        long sn = treeSize - 1;
        byte[] r = sha256(new byte[] {0}, unhex(leafData));
        for (JsonNode each : path) {
            byte[] p = unhex(each.asText());
            if (sn == 0) {
                return false;
            }
            if (fn % 2 == 1 || fn == sn) {
                r = sha256(new byte[] {1}, p, r);
                while (fn % 2 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                r = sha256(new byte[] {1}, r, p);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(r, unhex(rootHash));
    }

    /** RFC 9162 §2.1.4.2. */
    static boolean isConsistent(long first, long second, JsonNode path, String firstHash, String secondHash) {
        if (first == second) {
            return path.isEmpty() && firstHash.equals(secondHash);
        }
        List<byte[]> consistency = new ArrayList<>();
        if (Long.bitCount(first) == 1) {
            consistency.add(unhex(firstHash));
        }
        path.forEach(each -> consistency.add(unhex(each.asText())));
        if (path.isEmpty()) {
            return false;
        }
        long fn = first - 1;
        long sn = second - 1;
        while (fn % 2 == 1) {
            fn >>= 1;
            sn >>= 1;
        }
        byte[] fr = consistency.get(0);
        byte[] sr = consistency.get(0);
        for (byte[] c : consistency.subList(1, consistency.size())) {
            if (sn == 0) {
                return false;
            }
            if (fn % 2 == 1 || fn == sn) {
                fr = sha256(new byte[] {1}, c, fr);
                sr = sha256(new byte[] {1}, c, sr);
                while (fn % 2 == 0 && fn != 0) {
                    fn >>= 1;
                    sn >>= 1;
                }
            } else {
                sr = sha256(new byte[] {1}, sr, c);
            }
            fn >>= 1;
            sn >>= 1;
        }
        return sn == 0 && Arrays.equals(fr, unhex(firstHash)) && Arrays.equals(sr, unhex(secondHash));
    }

    static boolean isSigned(JsonNode checkpoint, String pem) {
        String text = "AgentIdP audit checkpoint v1\n";
        for (String member : List.of("issuer", "treeSize", "rootHash", "chainHash", "timestamp", "keyId")) {
            text += checkpoint.path(member).asText() + "\n";
        }
        try {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(key(pem));
            signature.update(text.getBytes(StandardCharsets.UTF_8));
            return signature.verify(
                    Base64.getDecoder().decode(checkpoint.path("signature").asText()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static PublicKey key(String pem) throws GeneralSecurityException {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
    }

    /** The hash of an event that the API tells, in the chain. */
    static String chainHash(String previous, long sequence, JsonNode event) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write(1);
        encoded.writeBytes(ByteBuffer.allocate(8).putLong(sequence).array());
        for (String name : FIELDS) {
            JsonNode value = event.path(name);
            if (value.isNull()) {
                encoded.writeBytes(ByteBuffer.allocate(4).putInt(-1).array());
            } else {
                byte[] utf8 = text(name, value).getBytes(StandardCharsets.UTF_8);
                encoded.writeBytes(ByteBuffer.allocate(4).putInt(utf8.length).array());
                encoded.writeBytes(utf8);
            }
        }
        return HexFormat.of().formatHex(sha256(unhex(previous), encoded.toByteArray()));
    }

    private static String text(String name, JsonNode value) {
        if (name.equals("timestamp")) {
            return String.valueOf(ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(value.asText())));
        }
        if (name.equals("outcome")) {
            return value.asText().toUpperCase(Locale.ROOT);
        }
        try {
            return name.equals("metadata")
                    ? SORTED.writeValueAsString(SORTED.treeToValue(value, Object.class))
                    : value.asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            Arrays.stream(parts).forEach(digest::update);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 9162 §2.1.1. */
    static String root(List<byte[]> leaves) {
        return HexFormat.of().formatHex(mth(leaves));
    }

    private static byte[] mth(List<byte[]> d) {
        if (d.size() < 2) {
            return d.isEmpty() ? sha256() : sha256(new byte[] {0}, d.get(0));
        }
        int k = Integer.highestOneBit(d.size() - 1);
        return sha256(new byte[] {1}, mth(d.subList(0, k)), mth(d.subList(k, d.size())));
    }

    static byte[] unhex(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** Asks the product for the proof of an event, and checks it by itself. */
    static void assertProved(Management management, String eventId) {
        JsonNode proof = management.get("/api/v1/audit/" + eventId + "/proof").json();
        JsonNode checkpoint = proof.path("checkpoint");
        assertThat(isIncluded(
                        proof.path("leafIndex").asLong(),
                        checkpoint.path("treeSize").asLong(),
                        proof.path("hash").asText(),
                        proof.path("path"),
                        checkpoint.path("rootHash").asText()))
                .isTrue();
        assertThat(chainHash(
                        proof.path("previousHash").asText(),
                        proof.path("sequence").asLong(),
                        proof.path("event")))
                .isEqualTo(proof.path("hash").asText());
    }
}

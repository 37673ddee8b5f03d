package ai.sentryagent.idp.tokens;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts private keys for the database: AES-256-GCM (NIST SP 800-38D), bound to the key's name, so that no sealed key can
 * be put in the place of another. Written as a byte of version, 12 of nonce, the ciphertext and its tag.
 */
final class KeySeal {
    private static final byte VERSION = 1;
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final List<SecretKey> keys;

    /** @param keys the first seals, each may open */
    private KeySeal(List<SecretKey> keys) {
        this.keys = keys;
    }

    /**
     * Reads {@code KEY_ENCRYPTION_KEY}: 32 bytes as 64 hex digits or in base64; several, separated by commas, while one takes
     * over from another.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    static KeySeal of(String setting) {
        return new KeySeal(Stream.of(setting.split(",", -1))
                .map(String::strip)
                .map(KeySeal::key)
                .toList());
    }

    private static SecretKey key(String text) {
        String message = "must be 32 bytes, as 64 hex digits or in base64";
        byte[] bytes;
        try {
            bytes = text.length() == 2 * KEY_BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(message, e);
        }
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(message);
        }
        return new SecretKeySpec(bytes, "AES");
    }

    byte[] seal(SecureRandom random, String kid, String text) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, keys.get(0), nonce, kid).doFinal(text.getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.allocate(1 + NONCE_BYTES + sealed.length)
                    .put(VERSION)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has AES-GCM", e);
        }
    }

    /** Empty when it was sealed with another key, for another name, or changed since. */
    Optional<String> open(String kid, byte[] sealed) {
        if (sealed.length <= 1 + NONCE_BYTES || sealed[0] != VERSION) {
            return Optional.empty();
        }
        return keys.stream().flatMap(key -> open(key, kid, sealed).stream()).findFirst();
    }

    private static Optional<String> open(SecretKey key, String kid, byte[] sealed) {
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 1 + NONCE_BYTES);
        byte[] text = Arrays.copyOfRange(sealed, 1 + NONCE_BYTES, sealed.length);
        try {
            return Optional.of(
                    new String(cipher(Cipher.DECRYPT_MODE, key, nonce, kid).doFinal(text), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String kid) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(kid.getBytes(StandardCharsets.US_ASCII));
        return cipher;
    }
}

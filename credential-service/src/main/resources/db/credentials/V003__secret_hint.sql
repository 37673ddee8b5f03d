-- 16 bits of a secret that was made here, so that few guesses cost a slow hash; absent when the secret was not made here
ALTER TABLE credentials
    ADD COLUMN secret_hint   varchar(4),
    ADD COLUMN previous_hint varchar(4);

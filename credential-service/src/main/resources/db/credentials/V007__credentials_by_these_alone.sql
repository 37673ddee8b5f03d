-- By itself, because whoever reads credentials waits for this, and did not while the others were made.
DROP INDEX credentials_client;

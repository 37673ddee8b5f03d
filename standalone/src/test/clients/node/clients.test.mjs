// openid-client and jose against a running server, told nothing but the issuer and a client's id and secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import * as client from 'openid-client';

const { AGENTIDP_ISSUER: issuer, AGENTIDP_CLIENT_ID: id, AGENTIDP_CLIENT_SECRET: secret } = process.env;

const ways = { client_secret_basic: client.ClientSecretBasic(secret), client_secret_post: client.ClientSecretPost(secret) };

const discovered = (authentication, algorithm) =>
  client.discovery(new URL(issuer), id, undefined, authentication, {
    algorithm,
    execute: [client.allowInsecureRequests],
  });

for (const [way, authentication] of Object.entries(ways)) {
  for (const algorithm of ['oauth2', 'oidc']) {
    test(`a token lives and ends by ${way} and ${algorithm} discovery`, async () => {
      const config = await discovered(authentication, algorithm);
      const metadata = config.serverMetadata();
      const token = await client.clientCredentialsGrant(config, { scope: 'data:read' });
      assert.equal(token.token_type, 'bearer');
      assert.equal(token.scope, 'data:read');

      const { payload } = await jwtVerify(token.access_token, createRemoteJWKSet(new URL(metadata.jwks_uri)), {
        issuer: metadata.issuer,
        audience: metadata.issuer,
        typ: 'at+jwt',
        algorithms: ['RS256'],
        requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
      });
      assert.equal(payload.sub, id);
      assert.equal(payload.client_id, id);

      const described = await client.tokenIntrospection(config, token.access_token);
      assert.equal(described.active, true);
      assert.equal(described.jti, payload.jti);

      await client.tokenRevocation(config, token.access_token);
      assert.deepEqual({ ...(await client.tokenIntrospection(config, token.access_token)) }, { active: false });
    });
  }
}

test('a wrong secret is told apart from everything else', async () => {
  const config = await discovered(client.ClientSecretBasic('wrong'), 'oauth2');
  await assert.rejects(client.clientCredentialsGrant(config), (failure) => {
    assert.equal(failure.code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE' || failure.error === 'invalid_client', true, String(failure));
    return true;
  });
});

test('a forged token is refused', async () => {
  const config = await discovered(client.ClientSecretBasic(secret), 'oauth2');
  const token = await client.clientCredentialsGrant(config);
  const [header, , signature] = token.access_token.split('.');
  const claims = Buffer.from(JSON.stringify({ iss: issuer, aud: issuer, sub: id, exp: 9999999999 })).toString('base64url');
  const forged = `${header}.${claims}.${signature}`;
  await assert.rejects(jwtVerify(forged, createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri))));
  assert.deepEqual({ ...(await client.tokenIntrospection(config, forged)) }, { active: false });
});

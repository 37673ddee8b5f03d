"""Authlib against a running server, told nothing but the issuer and a client's id and secret."""

import os
import unittest

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.jose.errors import JoseError

ISSUER = os.environ["AGENTIDP_ISSUER"]
CLIENT_ID = os.environ["AGENTIDP_CLIENT_ID"]
CLIENT_SECRET = os.environ["AGENTIDP_CLIENT_SECRET"]


def get(url):
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    return answer.json()


METADATA = get(ISSUER + "/.well-known/oauth-authorization-server")


def verified(token):
    """The claims of a token, checked as RFC 9068 section 4 says."""
    keys = JsonWebKey.import_key_set(get(METADATA["jwks_uri"]))
    claims = JsonWebToken(["RS256"]).decode(
        token,
        keys,
        claims_options={
            "iss": {"essential": True, "value": METADATA["issuer"]},
            "aud": {"essential": True, "value": METADATA["issuer"]},
            "exp": {"essential": True},
        },
    )
    claims.validate()
    return claims


class Clients(unittest.TestCase):
    def test_a_token_lives_and_ends(self):
        for way in ("client_secret_basic", "client_secret_post"):
            with self.subTest(way), OAuth2Session(
                CLIENT_ID,
                CLIENT_SECRET,
                token_endpoint_auth_method=way,
                revocation_endpoint_auth_method=way,
                scope="data:read",
            ) as session:
                token = session.fetch_token(METADATA["token_endpoint"], grant_type="client_credentials")
                claims = verified(token["access_token"])
                self.assertEqual(claims["sub"], CLIENT_ID)
                self.assertEqual(claims.header["typ"], "at+jwt")

                described = session.introspect_token(METADATA["introspection_endpoint"], token=token["access_token"])
                self.assertEqual(described.json()["jti"], claims["jti"])

                session.revoke_token(METADATA["revocation_endpoint"], token=token["access_token"])
                ended = session.introspect_token(METADATA["introspection_endpoint"], token=token["access_token"])
                self.assertEqual(ended.json(), {"active": False})

    def test_a_wrong_secret_is_an_invalid_client(self):
        with OAuth2Session(CLIENT_ID, "wrong") as session, self.assertRaises(OAuthError) as refused:
            session.fetch_token(METADATA["token_endpoint"], grant_type="client_credentials")
        self.assertEqual(refused.exception.error, "invalid_client")

    def test_a_forged_token_is_refused(self):
        with OAuth2Session(CLIENT_ID, CLIENT_SECRET) as session:
            token = session.fetch_token(METADATA["token_endpoint"], grant_type="client_credentials")["access_token"]
        header, payload, signature = token.split(".")
        with self.assertRaises(JoseError):
            verified(".".join((header, payload[:-4] + "AAAA", signature)))


if __name__ == "__main__":
    unittest.main()

"""Bearer tokens: only the issuer's own signature, for us, now, with a role we know."""

import base64
import hmac
import json
import threading
import time
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from serving.access import tokens as module
from serving.access.tokens import Tokens
from serving.errors import NotKnown

ISSUER, AUDIENCE, SKEW = "https://id.example", "playcall", 60.0
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def published(**keys) -> str:
    found = []
    for kid, key in keys.items():
        maker = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
        found.append(json.loads(maker.to_jwk(key.public_key())) | {"kid": kid, "use": "sig"})
    return json.dumps({"keys": found})


def claims(**changes) -> dict:
    told = {"iss": ISSUER, "aud": AUDIENCE, "sub": "anna", "exp": time.time() + 600, "tenant": "default", "role": "agent"}
    return {name: value for name, value in (told | {"certificates": ["credit"]} | changes).items() if value is not None}


def signed(key=RSA, algorithm: str = "RS256", kid: str = "one", **changes) -> str:
    return jwt.encode(claims(**changes), key, algorithm, headers={"kid": kid})


@pytest.fixture
def place(tmp_path):
    path = tmp_path / "jwks.json"
    path.write_text(published(one=RSA, curve=EC))
    return path


@pytest.fixture
def tokens(place) -> Tokens:
    return Tokens(ISSUER, AUDIENCE, str(place), SKEW)


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "one"), (RSA, "PS384", "one"), (EC, "ES256", "curve")])
def test_a_token_of_the_issuer_says_who_in_which_tenant_and_with_what_certificates(tokens, key, algorithm, kid):
    principal, lives = tokens.verify(signed(key, algorithm, kid))
    assert (principal.key_id, principal.tenant, principal.role) == ("oidc:anna", "default", "agent")
    assert principal.certificates == {"credit"}
    assert 0 < lives <= 600 + SKEW


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"aud": "another-product"}, "udience"),
        ({"exp": -SKEW - 5}, "expired"),
        ({"nbf": SKEW + 60}, "not yet valid"),
        ({"exp": None}, "exp"),
        ({"sub": None}, "sub"),
        ({"tenant": None}, "tenant"),
        ({"tenant": 7}, "tenant"),
        ({"role": "king"}, "outsourced_agent"),
        ({"role": ["agent"]}, "role"),
    ],
)
def test_a_wrong_claim_is_refused_and_named(tokens, changes, says):
    told = {name: value + time.time() if isinstance(value, float) else value for name, value in changes.items()}
    with pytest.raises(NotKnown, match=says):
        tokens.verify(signed(**told))


def test_the_issuers_clock_may_differ_by_the_stated_skew(tokens):
    tokens.verify(signed(exp=time.time() - SKEW + 20))
    tokens.verify(signed(nbf=time.time() + SKEW - 20))


def test_a_foreign_key_is_refused_though_it_bears_a_known_name(tokens):
    with pytest.raises(NotKnown):
        tokens.verify(signed(OTHER))
    with pytest.raises(NotKnown, match="does not publish"):
        tokens.verify(signed(OTHER, kid="unheard"))


def unsigned(header: dict, signature: bytes = b"") -> tuple[str, bytes]:
    def part(value: dict) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(claims())}", signature


def test_alg_none_is_refused(tokens):
    for name in ("none", "None", "NONE"):
        head, _ = unsigned({"alg": name, "kid": "one", "typ": "JWT"})
        with pytest.raises(NotKnown):
            tokens.verify(f"{head}.")


def test_the_public_key_is_no_shared_secret(tokens, place):
    pem = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    head, _ = unsigned({"alg": "HS256", "kid": "one", "typ": "JWT"})
    for secret in (pem, pem.strip(), place.read_bytes()):
        forged = base64.urlsafe_b64encode(hmac.new(secret, head.encode(), sha256).digest()).rstrip(b"=").decode()
        with pytest.raises(NotKnown):
            tokens.verify(f"{head}.{forged}")


def test_a_shared_secret_among_the_published_keys_is_left_out(place):
    secret = {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode(), "kid": "shared"}
    place.write_text(json.dumps({"keys": [secret, *json.loads(published(one=RSA))["keys"]]}))
    tokens = Tokens(ISSUER, AUDIENCE, str(place), SKEW)
    tokens.verify(signed())
    with pytest.raises(NotKnown):
        tokens.verify(jwt.encode(claims(), b"k" * 32, "HS256", headers={"kid": "shared"}))


@pytest.mark.parametrize("nonsense", ["a.b.c", "..", "e30.e30.e30", "ä.ö.ü", "x" * 5000 + ".y.z"])
def test_nonsense_is_refused_like_any_other_token(tokens, nonsense):
    with pytest.raises(NotKnown):
        tokens.verify(nonsense)


def test_a_rotated_key_is_taken_up_and_the_old_one_dropped(tokens, place, monkeypatch):
    tokens.verify(signed())
    place.write_text(published(two=OTHER))
    monkeypatch.setattr(module, "REFRESH_AT_MOST_EVERY_SECONDS", 0.0)
    tokens.verify(signed(OTHER, kid="two"))
    with pytest.raises(NotKnown):
        tokens.verify(signed())


def test_invented_key_names_do_not_make_us_ask_the_issuer_each_time(tokens, monkeypatch):
    asked = []
    monkeypatch.setattr(module, "read_keyset", asked.append)
    for number in range(50):
        with pytest.raises(NotKnown):
            tokens.verify(signed(OTHER, kid=f"invented-{number}"))
    assert len(asked) == 1


def test_while_the_issuer_is_away_the_last_keys_stay_good(tokens, place, monkeypatch):
    tokens.verify(signed())
    place.unlink()
    monkeypatch.setattr(module, "KEYS_LIVE_SECONDS", 0.0)
    assert tokens.verify(signed())[0].key_id == "oidc:anna"


def test_keys_are_fetched_from_an_address_too():
    class Issuer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(published(one=RSA).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Issuer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        tokens = Tokens(ISSUER, AUDIENCE, f"http://127.0.0.1:{server.server_port}/jwks", SKEW)
        assert tokens.verify(signed())[0].tenant == "default"
    finally:
        server.shutdown()
        server.server_close()


def test_over_the_net_keys_come_encrypted_or_not_at_all():
    with pytest.raises(NotKnown):
        Tokens(ISSUER, AUDIENCE, "http://id.example/jwks", SKEW).verify(signed())

"""Who is let in: every token that Microsoft would not have made, each refused for its own reason."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import jwt
import pytest

from bot.channels.teams.activities import read
from bot.channels.teams.connector import Http
from bot.channels.teams_auth.fetching import fetching
from bot.channels.teams_auth.keys import NOT_SOONER, KeyRing, KeysError
from bot.channels.teams_auth.validation import LEEWAY, LONGEST_TOKEN, Refused, Validator
from tests.channels.teams.world import APP, TENANT, World, jwk, make_key, public_pem


@dataclass
class Gate:
    world: World
    http: Http
    now: float = 0.0
    ring: KeyRing = field(init=False)
    validator: Validator = field(init=False)

    def __post_init__(self) -> None:
        self.ring = KeyRing(f"{self.world.url}/openid", fetching(self.http.session), lambda: self.now)
        self.validator = Validator(self.ring, APP, TENANT)

    async def reason(self, authorization: str, **activity: Any) -> str:
        """Why the header is refused with a message; "" when it is let in."""
        given = read(json.dumps(self.world.activity("hej", **activity)).encode())
        try:
            await self.validator.check(authorization, given)
        except Refused as refused:
            return f"{refused.status} {refused.reason}"
        return ""

    async def token(self, token: str, **activity: Any) -> str:
        return await self.reason(f"Bearer {token}", **activity)


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    http = Http()
    async with World().running() as world:
        yield Gate(world, http)
    await http.close()


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


async def test_microsofts_own_token_is_let_in(gate: Gate) -> None:
    assert await gate.token(gate.world.token()) == ""
    assert await gate.reason(f"bearer {gate.world.token()}") == ""


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        pytest.param({"iss": "https://evil.example"}, "401 wrong issuer", id="wrong issuer"),
        pytest.param({"iss": "https://sts.windows.net/x/"}, "401 wrong issuer", id="a tenant's own issuer"),
        pytest.param({"without": "iss"}, "401 claim missing", id="no issuer"),
        pytest.param({"aud": "another-bot"}, "401 wrong audience", id="wrong audience"),
        pytest.param({"aud": [APP, "another-bot"]}, "401 wrong audience", id="several audiences"),
        pytest.param({"without": "aud"}, "401 claim missing", id="no audience"),
        pytest.param({"without": "exp"}, "401 claim missing", id="no expiry"),
        pytest.param({"without": "nbf"}, "401 claim missing", id="no beginning"),
        pytest.param({"serviceurl": "https://evil.example/"}, "403 token for another service address", id="serviceUrl"),
        pytest.param({"without": "serviceurl"}, "403 token for another service address", id="no serviceUrl"),
        pytest.param({"tid": "another-tenant"}, "403 another tenant", id="the token's own tenant"),
    ],
)
async def test_wrong_claims(gate: Gate, claims: dict[str, Any], reason: str) -> None:
    assert await gate.token(gate.world.token(**claims)) == reason


@pytest.mark.parametrize(
    ("claim", "seconds", "reason"),
    [
        ("exp", -LEEWAY + 10, ""),
        ("exp", -LEEWAY - 10, "401 expired"),
        ("nbf", LEEWAY - 10, ""),
        ("nbf", LEEWAY + 10, "401 not yet valid"),
    ],
)
async def test_clocks_may_differ_by_five_minutes(gate: Gate, claim: str, seconds: float, reason: str) -> None:
    claims: dict[str, Any] = {claim: int(time.time() + seconds)}
    assert await gate.token(gate.world.token(**claims)) == reason


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic abc", "abc"])
async def test_no_token(gate: Gate, header: str) -> None:
    assert await gate.reason(header) == "401 no token"


@pytest.mark.parametrize("token", ["abc", "a.b.c", "..", "é.é.é", "x" * (LONGEST_TOKEN + 1)])
async def test_what_is_no_token(gate: Gate, token: str) -> None:
    assert await gate.token(token) == "401 no token that can be read"
    assert gate.world.fetched == 0


async def test_no_key_id(gate: Gate) -> None:
    assert await gate.token(jwt.encode({}, gate.world.key, "RS256")) == "401 no key id"
    assert await gate.token(gate.world.token(header={"kid": ""})) == "401 no key id"


async def test_an_unknown_key_id_is_looked_for_once_and_refused(gate: Gate) -> None:
    await gate.token(gate.world.token())
    gate.now += NOT_SOONER
    token = gate.world.token(header={"kid": "made up"})
    assert [await gate.token(token) for _ in range(5)] == ["401 unknown key id"] * 5
    assert gate.world.fetched == 2


async def test_a_new_key_is_fetched(gate: Gate) -> None:
    await gate.token(gate.world.token())
    gate.world.key, gate.world.key_id = make_key(), "second"
    gate.world.published.append(jwk(gate.world.key, "second"))
    assert await gate.token(gate.world.token()) == "401 unknown key id"
    gate.now += NOT_SOONER
    assert await gate.token(gate.world.token()) == ""


async def test_anothers_key_under_a_known_id(gate: Gate) -> None:
    gate.world.key = make_key()
    assert await gate.token(gate.world.token()) == "401 wrong signature"


async def test_a_changed_claim(gate: Gate) -> None:
    header, _, signature = gate.world.token().split(".")
    claims = jwt.decode(gate.world.token(), options={"verify_signature": False})
    assert await gate.token(f"{header}.{part({**claims, 'tid': TENANT})}.{signature}") == "401 wrong signature"


async def test_alg_none(gate: Gate) -> None:
    claims = part(jwt.decode(gate.world.token(), options={"verify_signature": False}))
    for name in ("none", "None", ""):
        assert await gate.token(f"{part({'alg': name, 'kid': 'first'})}.{claims}.") == "401 wrong algorithm"


async def test_hs256_with_the_public_key_for_a_secret(gate: Gate) -> None:
    signed = f"{part({'alg': 'HS256', 'kid': 'first'})}.{gate.world.token().split('.')[1]}"
    digest = hmac.new(public_pem(gate.world.key), signed.encode(), hashlib.sha256).digest()
    signature = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert await gate.token(f"{signed}.{signature}") == "401 wrong algorithm"


async def test_rs512(gate: Gate) -> None:
    claims = jwt.decode(gate.world.token(), options={"verify_signature": False})
    token = jwt.encode(claims, gate.world.key, "RS512", headers={"kid": "first"})
    assert await gate.token(token) == "401 wrong algorithm"


async def test_a_key_inside_the_token_is_not_looked_at(gate: Gate) -> None:
    own = make_key()
    gate.world.key = own
    token = gate.world.token(header={"kid": "first", "jwk": jwk(own, "first"), "jku": "https://evil.example"})
    assert await gate.token(token) == "401 wrong signature"


@pytest.mark.parametrize(
    ("activity", "reason"),
    [
        ({"serviceUrl": "https://evil.example"}, "403 token for another service address"),
        ({"serviceUrl": ""}, "403 token for another service address"),
        ({"channelId": "webchat"}, "403 not from Teams"),
        ({"channelId": "emulator"}, "403 not from Teams"),
        ({"channelData": {"tenant": {"id": "another"}}}, "403 another tenant"),
        ({"conversation": {"id": "a", "tenantId": "another"}}, "403 another tenant"),
        ({"channelData": {}, "conversation": {"id": "a"}}, "403 another tenant"),
    ],
)
async def test_an_activity_that_the_token_is_not_for(gate: Gate, activity: dict[str, Any], reason: str) -> None:
    assert await gate.token(gate.world.token(), **activity) == reason


async def test_a_slash_at_the_end_of_the_address_is_no_difference(gate: Gate) -> None:
    assert await gate.token(gate.world.token(serviceurl=f"{gate.world.service}/")) == ""


async def test_an_address_without_encryption(gate: Gate) -> None:
    address = "http://teams.example"
    token = gate.world.token(serviceurl=address)
    assert await gate.token(token, serviceUrl=address) == "403 service address without encryption"


async def test_a_key_that_may_not_speak_for_teams(gate: Gate) -> None:
    gate.world.published[0]["endorsements"] = ["webchat"]
    assert await gate.token(gate.world.token()) == "403 not from Teams"


async def test_keys_of_other_kinds_are_passed_over(gate: Gate) -> None:
    gate.world.published[:0] = [{"kty": "EC", "kid": "first"}, {"kty": "RSA", "kid": "broken"}, {"kty": "RSA"}]
    gate.world.published.append(jwk(gate.world.key, "for encryption", use="enc"))
    assert await gate.ring.load() == 1


async def test_without_keys_nobody_is_let_in(gate: Gate) -> None:
    gate.world.keys_status = 500
    with pytest.raises(KeysError, match="ClientResponseError"):
        await gate.token(gate.world.token())


async def test_old_keys_are_better_than_none(gate: Gate) -> None:
    await gate.token(gate.world.token())
    gate.world.keys_status = 500
    gate.now += 100_000
    assert await gate.token(gate.world.token()) == ""

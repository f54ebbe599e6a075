"""Decides whether a message comes from Teams: its token, and that the token was made for this very message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

from bot.channels.teams.activities import Activity
from bot.channels.teams_auth.keys import KeyRing, SigningKey, is_safe

ISSUER = "https://api.botframework.com"
ALGORITHMS = ("RS256",)
"""Ours, never the token's own word for it."""
LEEWAY = 300.0
"""Seconds that two clocks may differ; five minutes is what Microsoft asks for."""
LONGEST_TOKEN = 16_384
CHANNEL = "msteams"

REASONS: dict[type[jwt.InvalidTokenError], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not yet valid",
    jwt.InvalidIssuerError: "wrong issuer",
    jwt.InvalidAudienceError: "wrong audience",
    jwt.MissingRequiredClaimError: "claim missing",
    jwt.InvalidAlgorithmError: "wrong algorithm",
    jwt.InvalidSignatureError: "wrong signature",
}


class Refused(Exception):
    """A request that is not let in. status: of HTTP; reason: a few words for the log, nothing of the request."""

    def __init__(self, reason: str, status: int = 401) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class Validator:
    """Checks requests for one bot in one tenant."""

    def __init__(self, keys: KeyRing, app_id: str, tenant: str) -> None:
        self._keys = keys
        self._app_id = app_id
        self._tenant = tenant

    async def check(self, authorization: str, activity: Activity) -> None:
        """Let `activity` in if `authorization`, the header, allows it. Refused otherwise."""
        token = bearer(authorization)
        key = await self._key(token)
        claims = self._claims(token, key)
        self._check_activity(claims, key, activity)

    async def _key(self, token: str) -> SigningKey:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.InvalidTokenError:
            raise Refused("no token that can be read") from None
        if header.get("alg") not in ALGORITHMS:
            raise Refused("wrong algorithm")
        id_ = header.get("kid")
        if not isinstance(id_, str) or not id_:
            raise Refused("no key id")
        key = await self._keys.key(id_)
        if key is None:
            raise Refused("unknown key id")
        return key

    def _claims(self, token: str, key: SigningKey) -> Mapping[str, Any]:
        try:
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=list(ALGORITHMS),
                audience=self._app_id,
                issuer=ISSUER,
                leeway=LEEWAY,
                options={"require": ["exp", "nbf", "iss", "aud"], "strict_aud": True},
            )
        except jwt.InvalidTokenError as error:
            raise Refused(REASONS.get(type(error), "no token that can be read")) from None
        return claims

    def _check_activity(self, claims: Mapping[str, Any], key: SigningKey, activity: Activity) -> None:
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or service_url.rstrip("/") != activity.service_url.rstrip("/"):
            raise Refused("token for another service address", 403)
        if not is_safe(activity.service_url):
            raise Refused("service address without encryption", 403)
        if activity.channel != CHANNEL or not key.endorses(activity.channel):
            raise Refused("not from Teams", 403)
        tenants = {*activity.tenants, *([claims["tid"]] if "tid" in claims else [])}
        if not activity.tenants or any(str(tenant).casefold() != self._tenant.casefold() for tenant in tenants):
            raise Refused("another tenant", 403)


def bearer(authorization: str) -> str:
    """The token in an Authorization header."""
    scheme, _, token = authorization.partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise Refused("no token")
    if len(token) > LONGEST_TOKEN:
        raise Refused("no token that can be read")
    return token.strip()

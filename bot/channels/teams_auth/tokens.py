"""The tokens that our answers go out with, from the tenant's own token endpoint."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import msal  # type: ignore[import-untyped]

AUTHORITY = "https://login.microsoftonline.com"
SCOPES = ["https://api.botframework.com/.default"]
TIMEOUT = 10.0


class TokenError(Exception):
    """No token was given out.

    code: Microsoft's word for why, such as "invalid_client"; never a secret. passing: whether it may be
    different in a moment.
    """

    def __init__(self, code: str, *, passing: bool = False) -> None:
        super().__init__(f"no token: {code}")
        self.code = code
        self.passing = passing


class Tokens(Protocol):
    """Gives out tokens for Microsoft's connector."""

    async def token(self, *, fresh: bool = False) -> str:
        """A token that is valid now; `fresh`: not the one that was given out before. TokenError without one."""


class NoTokens:
    """For the playground, which asks for none."""

    async def token(self, *, fresh: bool = False) -> str:
        """Nothing."""
        return ""


class TenantTokens:
    """Tokens for a bot of a single tenant, with a client secret or a certificate."""

    def __init__(self, app_id: str, tenant: str, credential: str | dict[str, str], http_client: Any = None) -> None:
        self._options: dict[str, Any] = {
            "client_id": app_id,
            "client_credential": credential,
            "authority": f"{AUTHORITY}/{tenant}",
            # The authority is ours to name: there is nothing to discover, and nobody else to ask.
            "instance_discovery": False,
            **({"http_client": http_client} if http_client else {"timeout": TIMEOUT}),
        }
        self._application: Any = None
        # msal waits for the network: on a thread of its own, it holds up nobody but those who wait for a token.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="teams-token")

    async def token(self, *, fresh: bool = False) -> str:
        """A token; msal keeps it until shortly before it expires."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._acquire, fresh)

    def _acquire(self, fresh: bool) -> str:
        try:
            if self._application is None:
                self._application = msal.ConfidentialClientApplication(**self._options)
            elif fresh:
                self._application.remove_tokens_for_client()
            result = self._application.acquire_token_for_client(SCOPES)
        except (OSError, ValueError) as error:
            # requests' errors are OSErrors; msal says ValueError for a tenant or a key that cannot be.
            raise TokenError(type(error).__name__, passing=isinstance(error, OSError)) from None
        if "access_token" not in result:
            raise TokenError(str(result.get("error", "unknown")))
        return str(result["access_token"])


def certificate(file: Path) -> dict[str, str]:
    """The credential in `file`: a private key and its certificate, both as PEM. ValueError when one is missing."""
    pem = file.read_text("ascii")
    if "PRIVATE KEY-----" not in pem or "-----BEGIN CERTIFICATE-----" not in pem:
        raise ValueError("must hold a private key and its certificate, both as PEM")
    return {"private_key": pem, "public_certificate": pem}

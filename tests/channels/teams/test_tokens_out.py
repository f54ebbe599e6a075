from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from bot.channels.teams_auth.tokens import TenantTokens, TokenError, certificate
from tests.channels.teams.world import APP, TENANT, make_key


class Login:
    """Stands for Microsoft's login, as msal calls it."""

    def __init__(self, answer: dict[str, Any] | None = None, error: Exception | None = None, slow: float = 0.0) -> None:
        self.answer = answer or {"access_token": "the-token", "expires_in": 3600, "token_type": "Bearer"}
        self.error, self.slow = error, slow
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.threads: set[str] = set()

    def get(self, url: str, **_: Any) -> Any:
        self.threads.add(threading.current_thread().name)
        return _Response({"authorization_endpoint": f"{url}/a", "token_endpoint": f"{url}/token", "issuer": url})

    def post(self, url: str, **given: Any) -> Any:
        time.sleep(self.slow)
        if self.error:
            raise self.error
        data = given["data"]
        fields = data if isinstance(data, dict) else {key: value[0] for key, value in parse_qs(data).items()}
        self.posts.append((url, fields))
        return _Response(self.answer)

    def close(self) -> None:
        """For msal."""


class _Response:
    def __init__(self, given: dict[str, Any]) -> None:
        self.status_code = 400 if "error" in given else 200
        self.text = json.dumps(given)
        self.headers: dict[str, str] = {}

    def raise_for_status(self) -> None:
        """For msal."""


def pem_file(folder: Path) -> Path:
    key = make_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stodlotsen")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    file = folder / "bot.pem"
    file.write_bytes(pem + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


async def test_the_tenants_own_endpoint_is_asked_once() -> None:
    login = Login()
    tokens = TenantTokens(APP, TENANT, "a secret", login)
    assert [await tokens.token() for _ in range(3)] == ["the-token"] * 3
    ((url, fields),) = login.posts
    assert url.startswith(f"https://login.microsoftonline.com/{TENANT}/")
    assert fields["scope"] == "https://api.botframework.com/.default"
    assert (fields["client_id"], fields["client_secret"]) == (APP, "a secret")
    await tokens.token(fresh=True)
    assert len(login.posts) == 2


async def test_a_certificate_signs_for_the_bot(tmp_path: Path) -> None:
    login = Login()
    assert await TenantTokens(APP, TENANT, certificate(pem_file(tmp_path)), login).token() == "the-token"
    ((_, fields),) = login.posts
    assert "client_secret" not in fields
    header = jwt.get_unverified_header(fields["client_assertion"])
    assert header["alg"] in {"PS256", "RS256"}
    assert len(base64.urlsafe_b64decode(header.get("x5t#S256", header.get("x5t", "")) + "==")) in {20, 32}


async def test_a_slow_login_does_not_block_the_loop() -> None:
    login = Login(slow=0.5)
    asked = asyncio.create_task(TenantTokens(APP, TENANT, "a secret", login).token())
    started = time.perf_counter()
    await asyncio.sleep(0.05)
    assert time.perf_counter() - started < 0.3
    assert await asked == "the-token"
    assert all(name.startswith("teams-token") for name in login.threads)


async def test_no_token_says_microsofts_word_for_it_and_nothing_else() -> None:
    login = Login({"error": "invalid_client", "error_description": "AADSTS7000215: the secret 'hemlis' is wrong"})
    with pytest.raises(TokenError) as error:
        await TenantTokens(APP, TENANT, "hemlis", login).token()
    assert (error.value.code, error.value.passing) == ("invalid_client", False)
    assert "hemlis" not in str(error.value)


async def test_a_login_that_cannot_be_reached_may_be_there_in_a_moment() -> None:
    with pytest.raises(TokenError) as error:
        await TenantTokens(APP, TENANT, "hemlis", Login(error=ConnectionError("hemlis"))).token()
    assert (error.value.code, error.value.passing) == ("ConnectionError", True)


def test_a_file_without_a_key_is_no_credential(tmp_path: Path) -> None:
    (tmp_path / "bot.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(ValueError, match="private key and its certificate"):
        certificate(tmp_path / "bot.pem")

"""The settings: read from the environment once, frozen."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "STODLOTS_"
SHORTEST_SECRET = 16
TELEGRAM = "https://api.telegram.org"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]+)?")
_TELEGRAM_TOKEN = re.compile(r"[0-9]{6,16}:[A-Za-z0-9_-]{35}")
_TELEGRAM_WEBHOOK = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:(443|80|88|8443))?")
_TELEGRAM_API = re.compile(r"(https://[a-z0-9.-]+|http://(localhost|127\.0\.0\.1))(:[0-9]+)?")


class SettingsError(ValueError):
    """A setting cannot be used; the message names its key, its value and the way out."""

    def __init__(self, key: str, value: str, way_out: str) -> None:
        super().__init__(f"{PREFIX}{key}={value!r}: {way_out}")


@dataclass(frozen=True)
class Settings:
    """What an operator may choose; README.md has the table.

    host, port: where the server listens. knowledge: the knowledge database. state: the state
    database's URL. actions: the address of an action server, or "" to run actions in the process.
    history_turns: how many turns of a conversation are read back. rate: messages a minute and sender
    (0: no limit). secret: keys the hashes of sender ids; "" for one of our own in `secret_file`.
    data: the folder with the texts. models: the folder with the trained models. names: the file with
    the public names that are no personal data. web_address: the page's public address, or "" where
    users type the server's own. web_origins: the origins whose pages may embed the page, with spaces
    between. web_owner, web_contact: who answers for the page, and the address of a page where its
    users can report a problem.
    telegram_token: the token that BotFather gave, or "" for no Telegram. telegram_webhook: the server's
    public address, or "" to fetch messages. telegram_api: where Telegram's Bot API is.
    teams_app_id, teams_tenant_id: the Teams bot's ids. teams_secret, teams_certificate: its client secret, or
    the PEM file with its key and certificate. teams_anonymous: 1 for the playground, which has no tokens
    (bot/channels/teams/configuration.py checks them as a whole).
    """

    host: str = "127.0.0.1"
    port: int = 5005
    knowledge: Path = Path(".work/knowledge.db")
    state: str = "sqlite:///.work/state.db"
    actions: str = ""
    history_turns: int = 10
    rate: int = 30
    secret: str = ""
    secret_file: Path = Path(".work/secret")
    data: Path = Path("data")
    models: Path = Path("models")
    names: Path = Path(".work/names.txt")
    web_address: str = ""
    web_origins: str = ""
    web_owner: str = ""
    web_contact: str = ""
    telegram_token: str = ""
    telegram_webhook: str = ""
    telegram_api: str = TELEGRAM
    teams_app_id: str = ""
    teams_tenant_id: str = ""
    teams_secret: str = field(default="", repr=False)
    teams_certificate: str = ""
    teams_anonymous: int = 0

    def __post_init__(self) -> None:
        _check_number("PORT", self.port, 1, 65535)
        _check_number("HISTORY_TURNS", self.history_turns, 1, 1000)
        _check_number("RATE", self.rate, 0, 100_000)
        _check_number("TEAMS_ANONYMOUS", self.teams_anonymous, 0, 1)
        if self.secret and len(self.secret) < SHORTEST_SECRET:
            # The value is a secret: the message does not repeat it.
            raise SettingsError("SECRET", "…", f"must have at least {SHORTEST_SECRET} characters, or leave it unset.")
        if not self.state.startswith(("sqlite://", "postgresql://", "postgresql+psycopg2://")):
            raise SettingsError("STATE", without_password(self.state), "must begin with sqlite:// or postgresql://.")
        if self.actions and urlsplit(self.actions).scheme not in ("http", "https"):
            raise SettingsError("ACTIONS", self.actions, "must be an http:// or https:// address, or be left unset.")
        if self.web_contact and urlsplit(self.web_contact).scheme not in ("http", "https"):
            raise SettingsError("WEB_CONTACT", self.web_contact, "must be the http(s):// address of a form.")
        if self.web_address:
            _check_origin("WEB_ADDRESS", self.web_address)
        for origin in self.origins():
            _check_origin("WEB_ORIGINS", origin)
        _check_telegram(self)

    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may embed the page."""
        return tuple(self.web_origins.split())

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in `environment`. SettingsError for an unknown key or an unusable value."""
        given = {
            key.removeprefix(PREFIX).lower(): value
            for key, value in environment.items()
            if key.startswith(PREFIX) and value
        }
        for name, value in given.items():
            if name not in cls.__dataclass_fields__:
                raise SettingsError(name.upper(), value, f"is not a setting. Settings: {', '.join(cls.keys())}.")
        return cls(**{name: _converted(name, value) for name, value in given.items()})

    @classmethod
    def keys(cls) -> list[str]:
        """The names of the environment variables that are read."""
        return [PREFIX + name.upper() for name in cls.__dataclass_fields__]

    def secret_key(self) -> bytes:
        """The key for hashes of sender ids: the one configured, or one of our own, made once."""
        return self.secret.encode() if self.secret else _own_secret(self.secret_file)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read from its environment at the first call."""
    return Settings.from_environment(os.environ)


def without_password(url: str) -> str:
    """`url` with its password, if any, replaced by three dots: for messages and logs."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    return url.replace(f":{parts.password}@", ":…@", 1)


def _converted(name: str, value: str) -> Any:
    default = Settings.__dataclass_fields__[name].default
    if isinstance(default, Path):
        return Path(value)
    if isinstance(default, int):
        try:
            return int(value)
        except ValueError:
            raise SettingsError(name.upper(), value, "must be a whole number.") from None
    return value


def _check_number(key: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise SettingsError(key, str(value), f"must be between {least} and {most}.")


def _check_origin(key: str, value: str) -> None:
    if not _ORIGIN.fullmatch(value):
        raise SettingsError(key, value, "must be as https://name.example, in lower case, without a path.")


def _check_telegram(given: Settings) -> None:
    token, webhook, api = given.telegram_token, given.telegram_webhook, given.telegram_api
    if not token:
        for key, value, unset in (("TELEGRAM_WEBHOOK", webhook, ""), ("TELEGRAM_API", api, TELEGRAM)):
            if value != unset:
                raise SettingsError(
                    key, value, f"needs {PREFIX}TELEGRAM_TOKEN too; docs/telegram.md says how to get one."
                )
        return
    if not _TELEGRAM_TOKEN.fullmatch(token):
        # The value is a secret: the message does not repeat it.
        raise SettingsError("TELEGRAM_TOKEN", "…", "must be as BotFather gave it, as 123456789:AA… with 35 characters.")
    if webhook and not _TELEGRAM_WEBHOOK.fullmatch(webhook):
        way_out = "must be as https://name.example, in lower case, without a path; ports: 443, 80, 88, 8443."
        raise SettingsError("TELEGRAM_WEBHOOK", webhook, way_out)
    if not _TELEGRAM_API.fullmatch(api):
        raise SettingsError(
            "TELEGRAM_API", api, "must be an https:// address (http:// on this machine), without / at the end."
        )


def _own_secret(path: Path) -> bytes:
    try:
        return _read_secret(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    # Written aside and linked, so that of two processes that start together both read one whole secret.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _read_secret(path)


def _read_secret(path: Path) -> bytes:
    secret = path.read_bytes().strip()
    if len(secret) < SHORTEST_SECRET:
        raise SettingsError("SECRET_FILE", str(path), "holds no secret; delete the file and a new one is made.")
    return secret

"""What the STODLOTS_TEAMS_… settings say, checked as a whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from bot.channels.teams_auth.keys import LOOPBACK
from bot.channels.teams_auth.tokens import certificate
from bot.settings import Settings, SettingsError

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True)
class TeamsConfiguration:
    """A configuration that Teams can run with. anonymous: without tokens, for the playground on this machine."""

    app_id: str = ""
    tenant: str = ""
    credential: str | dict[str, str] = field(default="", repr=False)
    anonymous: bool = False

    @classmethod
    def of(cls, settings: Settings) -> TeamsConfiguration | None:
        """The configuration, or None when Teams is not switched on. SettingsError when it is wrong, or a half."""
        if settings.teams_anonymous:
            return _anonymous(settings)
        given = (settings.teams_app_id, settings.teams_tenant_id, settings.teams_secret, settings.teams_certificate)
        if not any(given):
            return None
        _check_guid("TEAMS_APP_ID", settings.teams_app_id, "the bot's application (client) id")
        _check_guid("TEAMS_TENANT_ID", settings.teams_tenant_id, "the id of the tenant (directory) that it belongs to")
        return cls(settings.teams_app_id, settings.teams_tenant_id, _credential(settings))


def _anonymous(settings: Settings) -> TeamsConfiguration:
    if settings.host not in LOOPBACK:
        raise SettingsError(
            "TEAMS_ANONYMOUS", "1", f"lets anybody in, so it needs STODLOTS_HOST=127.0.0.1, not {settings.host}."
        )
    if settings.web_address:
        raise SettingsError("TEAMS_ANONYMOUS", "1", "lets anybody in: unset it, or STODLOTS_WEB_ADDRESS.")
    if settings.teams_app_id or settings.teams_secret or settings.teams_certificate:
        raise SettingsError("TEAMS_ANONYMOUS", "1", "is for the playground: unset it, or the other STODLOTS_TEAMS_….")
    return TeamsConfiguration(anonymous=True)


def _check_guid(key: str, value: str, what: str) -> None:
    if not value:
        raise SettingsError(key, "", f"is missing: set it to {what}.")
    if not _GUID.fullmatch(value):
        raise SettingsError(key, value, f"must be {what}, as 00000000-0000-0000-0000-000000000000.")


def _credential(settings: Settings) -> str | dict[str, str]:
    if bool(settings.teams_secret) == bool(settings.teams_certificate):
        found = "both are set" if settings.teams_secret else "neither is set"
        raise SettingsError("TEAMS_SECRET", "…", f"or STODLOTS_TEAMS_CERTIFICATE is needed, one of them; {found}.")
    if settings.teams_secret:
        return settings.teams_secret
    try:
        return certificate(Path(settings.teams_certificate))
    except OSError as error:
        way_out = f"cannot be read ({error.strerror}): name the PEM file with the key and the certificate."
        raise SettingsError("TEAMS_CERTIFICATE", settings.teams_certificate, way_out) from None
    except ValueError as error:
        raise SettingsError("TEAMS_CERTIFICATE", settings.teams_certificate, f"{error}.") from None

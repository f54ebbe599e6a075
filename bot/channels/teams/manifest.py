"""The app package that an administrator uploads to Teams: manifest.json and two icons."""

from __future__ import annotations

import io
import json
import zipfile
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import urlsplit

from bot.channels.teams.configuration import TeamsConfiguration
from bot.channels.teams.icons import colour_icon, outline_icon
from bot.channels.teams.texts import TeamsTexts
from bot.settings import Settings

SCHEMA = "https://developer.microsoft.com/en-us/json-schemas/teams/v1.16/MicrosoftTeams.schema.json"
SCOPES = ["personal", "groupchat", "team"]
LIMITS = {
    "short_name": 30,
    "full_name": 100,
    "short_description": 80,
    "full_description": 4000,
    "command": 32,
    "command_description": 128,
}
"""Characters that Teams takes of each text."""
LONGEST_OWNER = 32
ACCENT = "#0F4C5C"


class ManifestError(ValueError):
    """The package cannot be made; the message says what is missing."""


def package(settings: Settings, texts: TeamsTexts, privacy: str = "", terms: str = "") -> bytes:
    """The zip file. ManifestError when a setting that it needs is missing."""
    written = io.BytesIO()
    files = {
        "manifest.json": json.dumps(manifest(settings, texts, privacy, terms), ensure_ascii=False, indent=2).encode(),
        "color.png": colour_icon(),
        "outline.png": outline_icon(),
    }
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            # A fixed date: the same settings give the same file.
            archive.writestr(zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0)), content)
    return written.getvalue()


def manifest(settings: Settings, texts: TeamsTexts, privacy: str = "", terms: str = "") -> dict[str, Any]:
    """The manifest."""
    configuration = TeamsConfiguration.of(settings)
    if configuration is None or configuration.anonymous:
        raise ManifestError("STODLOTS_TEAMS_APP_ID and the others are not set: docs/teams.md says how to get them.")
    address = settings.web_address
    if not address.startswith("https://"):
        raise ManifestError("STODLOTS_WEB_ADDRESS must be the https:// address that your users reach Stödlotsen at.")
    for key, most in LIMITS.items():
        if len(texts(key)) > most:
            raise ManifestError(f"data/phrases/teams.yml: {key} has {len(texts(key))} characters; Teams takes {most}.")
    for url in filter(None, (privacy, terms)):
        if not url.startswith("https://"):
            raise ManifestError(f"{url} must be an https:// address.")
    command = {"title": texts("command"), "description": texts("command_description")}
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.16",
        "version": _version(),
        "id": configuration.app_id,
        "packageName": "se.stodlotsen",
        "localizationInfo": {"defaultLanguageTag": "sv"},
        "developer": {
            "name": (settings.web_owner or texts("short_name"))[:LONGEST_OWNER],
            "websiteUrl": address,
            "privacyUrl": privacy or address,
            "termsOfUseUrl": terms or address,
        },
        "name": {"short": texts("short_name"), "full": texts("full_name")},
        "description": {"short": texts("short_description"), "full": texts("full_description")},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": configuration.app_id,
                "scopes": SCOPES,
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": SCOPES, "commands": [command]}],
            }
        ],
        "validDomains": [urlsplit(address).hostname],
    }


def _version() -> str:
    try:
        return version("stodlotsen")
    except PackageNotFoundError:
        return "0.1.0"

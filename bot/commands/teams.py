"""What an administrator of Teams needs: the app package, and a check of the whole connection."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp

from bot.channels.teams.configuration import TeamsConfiguration
from bot.channels.teams.connector import Http
from bot.channels.teams.manifest import ManifestError, package
from bot.channels.teams.texts import TeamsTexts
from bot.channels.teams_auth.fetching import clock_difference, fetching
from bot.channels.teams_auth.keys import METADATA, KeyRing, KeysError
from bot.channels.teams_auth.tokens import TenantTokens, TokenError, Tokens
from bot.channels.texts import TextsError
from bot.commands.problems import Problem
from bot.settings import Settings, SettingsError

MOST_APART = 60.0
"""Seconds that our clock may be off; tokens are taken up to five minutes apart."""
WAYS_OUT = {
    "invalid_client": "the secret is wrong or has expired; make a new one (docs/teams.md, step 2)",
    "unauthorized_client": "the application id is not known in that tenant; check both ids (docs/teams.md, step 1)",
    "invalid_request": "the tenant id is not known; check STODLOTS_TEAMS_TENANT_ID",
}


def write_manifest(settings: Settings, target: Path, privacy: str, terms: str) -> Path:
    """Write the app package for Teams to `target`. Problem says what it lacks."""
    try:
        content = package(settings, TeamsTexts.load(settings.data), privacy, terms)
    except ManifestError as error:
        raise Problem(str(error)) from error
    target.write_bytes(content)
    return target


def check_teams(settings: Settings) -> str:
    """What was found of the connection to Teams. Problem with the first thing that is wrong, and what to do."""
    try:
        configuration = TeamsConfiguration.of(settings)
        if configuration is None:
            return "not switched on"
        TeamsTexts.load(settings.data)
    except (SettingsError, TextsError) as error:
        raise Problem(str(error)) from error
    if configuration.anonymous:
        return "without tokens, for the playground on this machine"
    tokens = TenantTokens(configuration.app_id, configuration.tenant, configuration.credential)
    return asyncio.run(check_connection(tokens))


async def check_connection(tokens: Tokens, metadata: str = METADATA) -> str:
    """The number of keys, and how far the clocks are apart. Problem when keys, clock or token are wrong."""
    http = Http()
    try:
        keys = await KeyRing(metadata, fetching(http.session)).load()
        apart = await clock_difference(http.session(), metadata)
        if apart is not None and abs(apart) > MOST_APART:
            ahead = "ahead" if apart > 0 else "behind"
            raise Problem(f"this machine's clock is {abs(apart):.0f} s {ahead}: tokens will be refused; set it by NTP.")
        await tokens.token()
    except (KeysError, aiohttp.ClientError, TimeoutError) as error:
        raise Problem(f"Microsoft cannot be reached ({error}): open HTTPS to login.botframework.com.") from error
    except TokenError as error:
        way_out = WAYS_OUT.get(error.code, "open HTTPS to login.microsoftonline.com, and check the two ids")
        raise Problem(f"Microsoft gives no token ({error.code}): {way_out}.") from error
    finally:
        await http.close()
    return f"{keys} keys read, clock {abs(apart or 0.0):.0f} s off, token given"

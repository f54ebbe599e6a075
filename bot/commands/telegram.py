"""What `stodlots doctor` looks at where a Telegram token is set."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp

from bot.commands.problems import Problem
from bot.settings import Settings

SECONDS = 10
MOST_ASKEW = 30
RECENT = 3600


def _token(settings: Settings) -> str:
    # Its shape was checked when the settings were read.
    return f"of bot {settings.telegram_token.partition(':')[0]}"


def _bot(settings: Settings) -> str:
    bot, _ = asyncio.run(_call(settings, "getMe"))
    if bot.get("can_read_all_group_messages"):
        raise Problem("it is sent all that groups write: in BotFather, /setprivacy → Enable, then add it to them anew.")
    return f"@{bot['username']} at {settings.telegram_api}"


def _clock(settings: Settings) -> str:
    _, date = asyncio.run(_call(settings, "getMe"))
    if not date:
        return "not known: the answer has no date"
    askew = round(time.time() - parsedate_to_datetime(date).timestamp())
    if abs(askew) > MOST_ASKEW:
        raise Problem(f"{abs(askew)} s {'ahead' if askew > 0 else 'behind'}: run `timedatectl set-ntp true`.")
    return "right"


def _webhook(settings: Settings) -> str:
    # Imported here: it brings Rasa, which takes a second.
    from bot.channels.telegram.channel import webhook_address

    found, _ = asyncio.run(_call(settings, "getWebhookInfo"))
    wanted, current, waiting = webhook_address(settings), found["url"], found["pending_update_count"]
    if wanted != current:
        # Fetching needs no address, and the server removes the one that is there.
        wish = f"set it to {wanted}" if wanted else "remove it and fetch messages"
        owner = " If another server uses this bot, make a bot of its own." if current else ""
        raise Problem(f"{current or 'none'}; the server will {wish}: start it.{owner}")
    if time.time() - found.get("last_error_date", 0) < RECENT:
        way_out = "check that the address can be reached from outside and that its certificate is valid."
        raise Problem(f"Telegram could not deliver to {current} ({found['last_error_message']}): {way_out}")
    return f"{current or 'none, messages are fetched'}; {waiting} waiting"


async def _call(settings: Settings, method: str) -> tuple[dict[str, Any], str]:
    """The result of a method of the Bot API, and the date that came with it."""
    address = f"{settings.telegram_api}/bot{settings.telegram_token}/{method}"
    limit = aiohttp.ClientTimeout(total=SECONDS)
    try:
        # trust_env: through the proxy that HTTPS_PROXY names, as the channel itself.
        async with aiohttp.ClientSession(timeout=limit, trust_env=True) as session, session.post(address) as response:
            if response.status in (401, 404):
                raise Problem("Telegram refuses the token: take it from BotFather anew (/token).")
            given = await response.json()
            return given["result"], response.headers.get("Date", "")
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
        way_out = "open port 443 to it, or set HTTPS_PROXY; if that is right, wait."
        # No `from error`, and not its message: the address in it holds the token.
        raise Problem(f"{settings.telegram_api} cannot be reached ({type(error).__name__}): {way_out}") from None


TELEGRAM_CHECKS: dict[str, Callable[[Settings], str]] = {
    "telegram token": _token,
    "telegram bot": _bot,
    "telegram clock": _clock,
    "telegram webhook": _webhook,
}

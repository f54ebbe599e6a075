"""The connection with Telegram: built before the server starts, made and kept in the background."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any, TypeAlias, TypeVar

# Before telegram is imported: `retry_after` is a timedelta then, and no warning comes with it.
os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, Application, ExtBot, TypeHandler

from bot.channels.telegram.phrases import MENU, Phrases

logger = logging.getLogger(__name__)

AT_A_TIME = 64
WAITING = 1000
"""Updates that may wait for an answer: Telegram keeps and repeats what the webhook does not take."""

UPDATES = ["message", "edited_message", "callback_query"]
POLL = timedelta(seconds=25)
TRIES_PER_MESSAGE = 5
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
WORTH_A_LINE = 3
"""Failures in a row that are worth a line in the log; one or two are Telegram's everyday."""

LONGEST_GOODBYE = 5.0

App: TypeAlias = Application[ExtBot[Any], Any, Any, Any, Any, Any]
Result = TypeVar("Result")


def build(token: str, api: str, handle: Callable[[Update], Awaitable[None]]) -> App:
    """An application that hands updates to `handle`; it connects with nothing yet."""
    keep_quiet()

    async def handled(update: Update, _context: object) -> None:
        await handle(update)

    app: App = (
        Application.builder()
        .token(token)
        .base_url(f"{api}/bot")
        .updater(None)
        .job_queue(None)
        .update_queue(asyncio.Queue(maxsize=WAITING))
        .concurrent_updates(AT_A_TIME)
        .rate_limiter(AIORateLimiter(max_retries=TRIES_PER_MESSAGE))
        .pool_timeout(10)
        .build()
    )
    app.add_handler(TypeHandler(Update, handled))
    return app


def keep_quiet() -> None:
    """Keep the library from logging what users write (telegram), and addresses with the bot's token (httpx)."""
    for name, level in {"telegram": logging.CRITICAL, "httpx": logging.WARNING, "httpcore": logging.WARNING}.items():
        logging.getLogger(name).setLevel(level)


class Connection:
    """Keeps `app` connected: by polling, or by telling Telegram the address of the webhook."""

    def __init__(self, app: App, phrases: Phrases, webhook: str = "", secret: str = "") -> None:
        self.app = app
        self._say = phrases
        self._webhook = webhook
        self._secret = secret
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Connect in the background: a Telegram that is down holds nobody up."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish what was begun, within reason, and disconnect."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop(), LONGEST_GOODBYE)

    async def _stop(self) -> None:
        if self.app.running:
            await self.app.stop()
        await self.app.shutdown()

    async def _run(self) -> None:
        await self._patiently(self.app.initialize)
        await self.app.start()
        if self._webhook:
            await self._patiently(self._set_webhook)
            await self._offer_menu()
        else:
            await self._patiently(self.app.bot.delete_webhook)
            await self._offer_menu()
            await self._poll()

    async def _poll(self) -> None:
        # Not the library's Updater: it ends, unnoticed, when Telegram refuses the token for a moment.
        offset: int | None = None
        while True:
            for update in await self._patiently(lambda: self._updates(offset)):  # noqa: B023 - called at once
                await self.app.update_queue.put(update)
                offset = update.update_id + 1

    async def _updates(self, offset: int | None) -> tuple[Update, ...]:
        return await self.app.bot.get_updates(offset=offset, timeout=POLL, allowed_updates=UPDATES)

    async def _set_webhook(self) -> None:
        await self.app.bot.set_webhook(self._webhook, secret_token=self._secret, allowed_updates=UPDATES)

    async def _offer_menu(self) -> None:
        commands = [(command, self._say(f"menu_{command}")) for command in MENU]
        try:
            await self.app.bot.set_my_commands(commands)
        except TelegramError:
            logger.warning("Telegram: the menu of commands could not be set; the next start tries again.")

    async def _patiently(self, call: Callable[[], Awaitable[Result]]) -> Result:
        """What `call` gives, however often it has to be tried."""
        failures = 0
        while True:
            try:
                result = await call()
            except TelegramError as error:
                failures += 1
                if failures == WORTH_A_LINE:
                    logger.warning("Telegram: %s The other channels go on; this one tries again.", reason(error))
                await asyncio.sleep(_pause(error, failures))
            else:
                if failures >= WORTH_A_LINE:
                    logger.warning("Telegram: connected again.")
                return result


def reason(error: TelegramError) -> str:
    """What is the matter, and what to do, without the message of `error`: it may hold the token."""
    match error:
        case InvalidToken():
            return "it refuses the token; take STODLOTS_TELEGRAM_TOKEN from BotFather anew."
        case Conflict():
            return "another program fetches the messages of this bot; stop it, or make a bot of its own for it."
        case RetryAfter():
            return "it asks us to wait."
        case BadRequest():
            return "it does not accept what we ask; run `stodlots doctor`, and check STODLOTS_TELEGRAM_WEBHOOK."
    return "it cannot be reached; run `stodlots doctor`."


def _pause(error: TelegramError, failures: int) -> float:
    if isinstance(error, RetryAfter):
        asked: int | timedelta = error.retry_after
        return asked.total_seconds() if isinstance(asked, timedelta) else asked
    return min(FIRST_PAUSE * 2.0 ** min(failures - 1, 10), LONGEST_PAUSE)

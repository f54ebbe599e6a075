"""Stands in for Telegram's Bot API: the methods that we use, strict on limits, out of order when told to be."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import aiohttp
from aiohttp import web

TOKEN = "123456789:AAstandInStandInStandInStandInStand"  # 35 characters after the colon
ME = {"id": 123456789, "is_bot": True, "first_name": "Stödlotsen", "username": "StodlotsenTestBot"}
METHODS = {
    *("getMe", "getUpdates", "deleteWebhook", "setWebhook", "getWebhookInfo", "setMyCommands"),
    *("sendMessage", "sendChatAction", "answerCallbackQuery"),
}
TAGS = {"b", "strong", "i", "em", "u", "s", "code", "pre", "a", "blockquote"}
CHAT_TROUBLE = ("sendMessage", "sendChatAction", "answerCallbackQuery")

Json = dict[str, Any]


class Refused(Exception):
    """A 400, as Telegram gives it."""


@dataclass
class Sent:
    """A message that Telegram took: as it was sent, and as it is shown."""

    chat: int
    id: int
    html: str
    shown: str
    links: list[str]
    buttons: list[tuple[str, str]]
    raw: Json
    moment: float = field(default_factory=time.monotonic)


class Shown(HTMLParser):
    """Reads HTML as Telegram does: few tags, properly nested, everything else escaped."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.links: list[str] = []
        self._open: list[str] = []
        for entity in re.findall(r"&[^\s;<>&]*;?", html):
            if not re.fullmatch(r"&(lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);", entity):
                raise Refused(f"can't parse entities: {entity}")
        if re.search(r"<(?!/?[a-z]+[ >])", html) or ">" in re.sub(r"</?[a-z]+( [^<>]*)?>", "", html):
            raise Refused("can't parse entities: a bare < or >")
        self.feed(html)
        self.close()
        if self._open:
            raise Refused(f"can't parse entities: {self._open} left open")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS or (tag != "a" and attrs) or (tag == "a" and [name for name, _ in attrs] != ["href"]):
            raise Refused(f"can't parse entities: unsupported start tag {tag} {attrs}")
        self.links += [value or "" for _, value in attrs]
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            raise Refused(f"can't parse entities: unexpected end tag {tag}")

    def handle_data(self, data: str) -> None:
        self.text += data


class BotApi:
    """The Bot API of one bot. `refused` holds every call that broke a rule."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, Json]] = []
        self.refused: list[str] = []
        self.alerts: list[Json] = []
        self.trouble: Iterator[str] = iter(())
        self.troubled: list[str] = []
        self.webhook: Json = {"url": "", "pending_update_count": 0}
        self.polls_in_trouble: deque[str] = deque()
        self.open = True
        self._updates: list[Json] = []
        self._again: set[int] = set()
        self._news = asyncio.Event()
        self._ids = iter(range(1000, 1_000_000))

    # What tests do

    def update(self, **content: Any) -> Json:
        """An update, not delivered yet."""
        return {"update_id": next(self._ids), **content}

    def deliver(self, update: Json, *, twice: bool = False) -> None:
        """Let the bot fetch `update`; twice: again, although it said that it has it."""
        self._updates.append(update)
        if twice:
            self._again.add(update["update_id"])
        self._news.set()

    async def post(self, session: aiohttp.ClientSession, update: Json, path: str, secret: str | None = None) -> int:
        """Send `update` to the webhook of a server; the status."""
        shown = self.webhook["secret"] if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": shown} if shown else {}
        async with session.post(path, json=update, headers=headers) as response:
            return response.status

    async def messages(self, number: int, *, chat: int | None = None, seconds: float = 15) -> list[Sent]:
        """The messages to `chat` (or all), as soon as there are `number` of them."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [sent for sent in self.sent if chat in (None, sent.chat)]
            if len(found) >= number:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"{len(self.sent)} of {number} messages came; refused: {self.refused}")

    async def called(self, method: str, seconds: float = 15) -> Json:
        """What the first call of `method` gave, as soon as there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for name, data in self.calls:
                if name == method:
                    return data
            await asyncio.sleep(0.02)
        raise AssertionError(f"{method} was not called")

    # What the bot does

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """One call of a method."""
        if request.match_info["token"] != TOKEN:
            return _answer(401, "Unauthorized")
        method = request.match_info["method"]
        data = {key: _parsed(key, str(value)) for key, value in (await request.post()).items()}
        self.calls.append((method, data))
        trouble = self._trouble_for(method)
        if trouble == "429":
            return _answer(429, "Too Many Requests: retry after 1", parameters={"retry_after": 1})
        if trouble == "502":
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        if trouble == "drop":
            return _drop(request)
        return await self._run(method, data)

    def _trouble_for(self, method: str) -> str:
        if method in CHAT_TROUBLE:
            trouble = next(self.trouble, "")
        elif method == "getUpdates" and self.polls_in_trouble:
            trouble = self.polls_in_trouble.popleft()
        else:
            trouble = ""
        if trouble:
            self.troubled.append(trouble)
        return trouble

    async def _run(self, method: str, data: Json) -> web.Response:
        try:
            if method not in METHODS:
                raise Refused(f"unknown method {method}")
            run: Callable[[Json], Any] = getattr(self, f"_{_snake(method)}")
            result = run(data)
            if asyncio.iscoroutine(result):
                result = await result
        except (Refused, KeyError, TypeError, ValueError) as error:
            self.refused.append(f"{method}: {error!r}")
            return _answer(400, f"Bad Request: {error}")
        return web.json_response({"ok": True, "result": result})

    def _get_me(self, _data: Json) -> Json:
        return {**ME, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _get_updates(self, data: Json) -> list[Json]:
        _only(data, "offset", "timeout", "allowed_updates", "limit")
        if self.webhook["url"]:
            raise Refused("can't use getUpdates method while webhook is active")
        offset = data.get("offset", 0)
        kept = [update for update in self._updates if update["update_id"] >= offset]
        # Delivered twice: once more after it was confirmed, as after a failure of Telegram's.
        confirmed = [update for update in self._updates if update["update_id"] < offset]
        repeated = [update for update in confirmed if update["update_id"] in self._again]
        self._again -= {update["update_id"] for update in repeated}
        self._updates = kept
        if not kept and not repeated:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), min(data.get("timeout", 0), 30))
            except TimeoutError:
                return []
            return list(self._updates)
        return [*repeated, *kept]

    def _delete_webhook(self, data: Json) -> bool:
        _only(data, "drop_pending_updates")
        self.webhook = {"url": "", "pending_update_count": 0}
        return True

    def _set_webhook(self, data: Json) -> bool:
        _only(data, "url", "secret_token", "allowed_updates", "drop_pending_updates", "max_connections")
        if not data["url"].startswith("https://"):
            raise Refused("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", data["secret_token"]):
            raise Refused("secret token contains unallowed characters")
        self.webhook = {"url": data["url"], "pending_update_count": 0, "secret": data["secret_token"]}
        return True

    def _get_webhook_info(self, _data: Json) -> Json:
        shown = {key: value for key, value in self.webhook.items() if key != "secret"}
        return {**shown, "has_custom_certificate": False}

    def _set_my_commands(self, data: Json) -> bool:
        _only(data, "commands")
        for command in data["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                raise Refused(f"BOT_COMMAND_INVALID: {command}")
        return True

    def _send_chat_action(self, data: Json) -> bool:
        _only(data, "chat_id", "action", "message_thread_id")
        if data["action"] != "typing":
            raise Refused("wrong parameter action")
        return True

    def _answer_callback_query(self, data: Json) -> bool:
        _only(data, "callback_query_id", "text", "show_alert")
        if len(data.get("text", "")) > 200:
            raise Refused("MESSAGE_TOO_LONG")
        self.alerts.append(data)
        return True

    def _send_message(self, data: Json) -> Json:
        _only(
            data,
            *("chat_id", "text", "parse_mode", "link_preview_options", "message_thread_id"),
            *("reply_parameters", "reply_markup"),
        )
        html = str(data["text"])
        if data["parse_mode"] != "HTML":
            raise Refused("unsupported parse_mode")
        shown = Shown(html)
        if not shown.text.strip():
            raise Refused("message text is empty")
        # Telegram counts what is shown; the tags count here too.
        if _units(html) > 4096:
            raise Refused("message is too long")
        buttons = _buttons(data.get("reply_markup"))
        sent = Sent(data["chat_id"], next(self._ids), html, shown.text, shown.links, buttons, data)
        self.sent.append(sent)
        return {
            "message_id": sent.id,
            "date": int(time.time()),
            "chat": {"id": sent.chat, "type": "private"},
            "text": shown.text,
        }


@dataclass
class Person:
    """Somebody in a chat with the bot."""

    api: BotApi
    id: int
    chat: int = 0
    """The group they write in, or 0 for their own chat with the bot."""

    def says(self, text: str, **more: Any) -> Json:
        """The update for a message."""
        return self.api.update(message=self.message(text, **more))

    def edits(self, text: str, message_id: int) -> Json:
        """The update for a message that was changed."""
        changed = {**self.message(text), "message_id": message_id, "edit_date": int(time.time())}
        return self.api.update(edited_message=changed)

    def presses(self, data: str, under: Sent | None = None) -> Json:
        """The update for a press on a button that sends `data`."""
        rows = [[{"text": title, "callback_data": sends}] for title, sends in (under.buttons if under else [])]
        message = {
            **self.message("…"),
            "from": ME,
            "reply_markup": {"inline_keyboard": rows},
        }
        query = {"id": f"q{next(self.api._ids)}", "from": self.user, "chat_instance": "1", "data": data}
        return self.api.update(callback_query={**query, "message": message})

    @property
    def user(self) -> Json:
        return {"id": self.id, "is_bot": False, "first_name": "Förnamn", "language_code": "sv"}

    def message(self, text: str | None, **more: Any) -> Json:
        group = {"id": self.chat, "type": "supergroup", "title": "Gruppen"}
        return {
            "message_id": next(self.api._ids),
            "date": int(time.time()),
            "chat": group if self.chat else {"id": self.id, "type": "private", "first_name": "Förnamn"},
            "from": self.user,
            **({} if text is None else {"text": text, "entities": list(_entities(text))}),
            **more,
        }


@asynccontextmanager
async def serving(api: BotApi, port: int = 0) -> AsyncIterator[str]:
    """The address of a server that answers as `api`."""
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        api._news.set()
        await runner.cleanup()


def every(kinds: Iterable[str]) -> Iterator[str]:
    """The kinds of trouble, over and over; "" is none."""
    kinds = list(kinds)
    while True:
        yield from kinds


def _entities(text: str) -> Iterator[Json]:
    for match in re.finditer(r"/\w+(@\w+)?|@\w+", text):
        kind = "bot_command" if match[0].startswith("/") else "mention"
        yield {"type": kind, "offset": _units(text[: match.start()]), "length": _units(match[0])}


def _buttons(markup: Json | None) -> list[tuple[str, str]]:
    found = []
    for row in (markup or {"inline_keyboard": []})["inline_keyboard"]:
        for button in row:
            _only(button, "text", "callback_data")
            if not button["text"].strip() or not 1 <= len(button["callback_data"].encode()) <= 64:
                raise Refused("BUTTON_DATA_INVALID")
            found.append((button["text"], button["callback_data"]))
    return found


def _only(data: Json, *known: str) -> None:
    if set(data) - set(known):
        raise Refused(f"unknown parameters {sorted(set(data) - set(known))}")


def _parsed(key: str, value: str) -> Any:
    if key in ("text", "url", "secret_token", "callback_query_id"):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda match: f"_{match[1].lower()}", name)


def _answer(status: int, description: str, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error_code": status, "description": description, **more}, status=status)


def _drop(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()

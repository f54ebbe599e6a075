"""Telegram end to end: the assistant in a process of its own, the stand-in of the Bot API in front of it."""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.channel import WEBHOOK
from tests.channels.telegram.stand_in import ME, TOKEN, BotApi, Person, every, serving
from tests.chat.assistant import ROOT, Assistant, assistant, environment, free_port

GROUP = -1009
TROUBLE = ["", "", "502", "", "", "drop", "", "", "", "502", "502", "", "", "", "", "", "drop", ""]
"""Now and then; a 429, which all have to wait for, comes in between."""

ASKED = 60
WEB_PAGE = "/chat"


@asynccontextmanager
async def talking(folder: Path, **settings: str) -> AsyncIterator[tuple[BotApi, Assistant]]:
    """An assistant that talks with a stand-in. Whatever happens: no call broke a rule, no output holds the token."""
    api = BotApi()
    async with serving(api) as address:
        chosen = {"telegram_token": TOKEN, "telegram_api": address, **settings}
        async with assistant(folder, **chosen) as running:
            yield api, running
    assert api.refused == []
    output = running.output.read_text("utf-8")
    assert TOKEN not in output
    assert "Traceback" not in output


def questions() -> list[str]:
    """Questions of every kind, a few of each file."""
    files = sorted((ROOT / "tests" / "questions").glob("*.jsonl"))
    each = -(-ASKED // len(files))
    texts = []
    for file in files:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()[:each]]
        texts += [str(row["turns"][0]) for row in rows]
    return texts[:ASKED]


async def test_a_conversation(tmp_path: Path) -> None:
    async with talking(tmp_path) as (api, _):
        api.trouble = every(["", "502", "", "", "drop", ""])
        eva = Person(api, 11)
        api.deliver(eva.says("/start"), twice=True)
        welcome = (await api.messages(1))[0]
        assert "annat företags molntjänst" in welcome.shown
        assert len(welcome.buttons) == 3
        for number, (title, token) in enumerate(welcome.buttons, 2):
            api.deliver(eva.presses(token, welcome), twice=True)
            answer = (await api.messages(number))[-1]
            assert answer.shown.startswith(title)
            assert "\n\nKäll" in answer.shown
        api.deliver(eva.says("/kommun Sala"))
        assert "Sala" in (await api.messages(5))[-1].shown
        api.deliver(eva.says("/kommun"))
        assert "Sala" in (await api.messages(6))[-1].shown
        per = Person(api, 12)
        api.deliver(per.says("/kommun"))
        assert "inte angett" in (await api.messages(1, chat=12))[0].shown
        api.deliver(eva.says("/glom"))
        assert "glömt" in (await api.messages(7, chat=11))[-1].shown
        api.deliver(eva.says("/kommun"))
        assert "inte angett" in (await api.messages(8, chat=11))[-1].shown
        await quiet(api)


async def test_a_group_and_two_people_in_it(tmp_path: Path) -> None:
    async with talking(tmp_path) as (api, _):
        eva, per = Person(api, 11, GROUP), Person(api, 12, GROUP)
        api.deliver(eva.says("Vilken RSS hör Täby till?"))
        question = eva.says(f"@{ME['username']} Vilken RSS hör Täby till?")
        api.deliver(question)
        answer = (await api.messages(1))[0]
        assert "Storsthlm" in answer.shown
        assert answer.raw["reply_parameters"]["message_id"] == question["message"]["message_id"]
        assert answer.buttons
        api.deliver(per.presses(answer.buttons[0][1], answer))
        await asyncio.sleep(0.5)
        assert api.alerts[-1]["show_alert"] is True
        api.deliver(eva.presses(answer.buttons[0][1], answer))
        assert (await api.messages(2))[1].shown.startswith(answer.buttons[0][0])
        api.deliver(eva.edits(f"@{ME['username']} Vilken RSS hör Sala till?", question["message"]["message_id"]))
        assert "Sala" in (await api.messages(3))[2].shown
        await quiet(api)


async def test_every_kind_of_question_in_bad_weather(tmp_path: Path) -> None:
    asked = questions()
    assert len(asked) == ASKED
    async with talking(tmp_path) as (api, running):
        api.trouble = every([*TROUBLE, "429", *TROUBLE])
        api.polls_in_trouble.extend(["502", "drop", "", "429", "", "drop", "502"])
        people = [Person(api, 100 + number) for number in range(len(asked))]
        for number, (person, text) in enumerate(zip(people, asked, strict=True)):
            api.deliver(person.says(text), twice=number % 3 == 0)
        await api.messages(len(asked), seconds=120)
        await quiet(api)
        assert len(api.sent) == len(asked)
        assert {"429", "502", "drop"} == set(api.troubled)
        shown = {sent.chat: sent.shown for sent in api.sent}
        for person, text in zip(people, asked, strict=True):
            # What Telegram adds: how to delete a message with personal data.
            said = shown[person.id].replace(
                "Meddelandet finns kvar hos Telegram. Radera det: håll fingret på det och välj Radera.", ""
            )
            assert said.split() == (await running.rest(text)).split()


async def test_the_webhook_and_its_secret(tmp_path: Path) -> None:
    async with talking(tmp_path, telegram_webhook="https://lots.example") as (api, running):
        await api.called("setWebhook")
        assert api.webhook["url"] == f"https://lots.example{WEBHOOK}"
        eva, per = Person(api, 11), Person(api, 12)
        update = eva.says("Vilken RSS hör Täby till?")
        for wrong in ("", "wrong", "0" * 64):
            assert await api.post(running.client, update, WEBHOOK, wrong) == 403
        assert await asyncio.gather(*(api.post(running.client, update, WEBHOOK) for _ in range(2))) == [200, 200]
        answer = (await api.messages(1))[0]
        assert "Storsthlm" in answer.shown
        # Somebody else's button: refused, and with it their conversation.
        assert await api.post(running.client, per.presses(answer.buttons[0][1], answer), WEBHOOK) == 200
        await api.called("answerCallbackQuery")
        assert api.alerts[-1]["show_alert"] is True
        await quiet(api)
        assert len(api.sent) == 1


async def test_a_telegram_that_is_down_is_not_felt(tmp_path: Path) -> None:
    """The start, REST and the page: as fast without Telegram, with a dead one, and with one that hangs."""
    async with hanging() as address, AsyncExitStack() as stack:
        cases: dict[str, dict[str, str]] = {
            "off": {},
            "dead": {"telegram_token": TOKEN, "telegram_api": f"http://127.0.0.1:{free_port()}"},
            "hanging": {"telegram_token": TOKEN, "telegram_api": address},
        }
        for name in cases:
            (tmp_path / name).mkdir()
        # All three at once and in turn: what else the machine does is the same for each.
        running = await asyncio.gather(
            *(stack.enter_async_context(assistant(tmp_path / name, **case)) for name, case in cases.items())
        )
        speeds = await quickest(running)
    figures = {name: (one.started, *speed) for name, one, speed in zip(cases, running, speeds, strict=True)}
    print({name: [round(figure, 4) for figure in found] for name, found in figures.items()})
    for name in ("dead", "hanging"):
        for without, with_it, slack in zip(figures["off"], figures[name], (5.0, 0.01, 0.01), strict=True):
            assert with_it < 1.5 * without + slack


async def test_a_telegram_that_dies_and_comes_back(tmp_path: Path) -> None:
    api, port = BotApi(), free_port()
    eva = Person(api, 11)
    settings = {"telegram_token": TOKEN, "telegram_api": f"http://127.0.0.1:{port}"}
    async with assistant(tmp_path, **settings) as running:
        for number in (1, 2):
            async with serving(api, port):
                api.deliver(eva.says("Vilken RSS hör Täby till?"))
                assert "Storsthlm" in (await api.messages(number, seconds=60))[-1].shown
            assert "Storsthlm" in await running.rest("Vilken RSS hör Täby till?")
    assert api.refused == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"telegram_webhook": "https://lots.example"}, "needs STODLOTS_TELEGRAM_TOKEN too"),
        ({"telegram_token": "12345"}, "must be as BotFather gave it"),
        ({"telegram_token": TOKEN, "telegram_webhook": "http://lots.example"}, "must be as https://name.example"),
    ],
)
def test_a_half_configuration_stops_the_start_with_one_line(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    command = [sys.executable, "-m", "bot.cli", "serve"]
    result = subprocess.run(
        command, cwd=ROOT, env=environment(tmp_path, **settings), capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert says in result.stderr
    assert len((result.stdout + result.stderr).strip().splitlines()) == 1


async def quiet(api: BotApi) -> None:
    """Wait until nothing more comes."""
    number = -1
    while number != len(api.sent):
        number = len(api.sent)
        await asyncio.sleep(1.5)


async def quickest(running: list[Assistant], times: int = 40) -> list[list[float]]:
    """[REST, page]: for each assistant the seconds in which it answered a quarter of the requests."""
    found: list[tuple[list[float], list[float]]] = [([], []) for _ in running]
    for _ in range(times):
        for one, (rest, page) in zip(running, found, strict=True):
            rest.append(await _seconds(one.rest("Vilken RSS hör Täby till?")))
            page.append(await _seconds(_page(one)))
    return [[statistics.quantiles(seconds)[0] for seconds in both] for both in found]


async def _page(running: Assistant) -> None:
    async with running.client.get(WEB_PAGE) as response:
        assert response.status == 200
        await response.read()


async def _seconds(call: Coroutine[Any, Any, object]) -> float:
    begun = time.monotonic()
    await call
    return time.monotonic() - begun


@asynccontextmanager
async def hanging() -> AsyncIterator[str]:
    """The address of a server that takes every request and answers none."""

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()

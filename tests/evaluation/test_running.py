from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.evaluation.processes import free_port
from bot.evaluation.running import Case, Progress, Unreachable, ask_all, read
from bot.evaluation.scoring import Outcome
from tests.evaluation.made_up import SOURCE, item

Url = str


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
async def echo() -> AsyncIterator[Url]:
    """A server that counts the turns of each sender, and fails on "fel"."""
    turns: dict[str, int] = {}

    async def answer(request: web.Request) -> web.Response:
        given = await request.json()
        if given["message"] == "fel":
            raise web.HTTPInternalServerError
        turns[given["sender"]] = turns.get(given["sender"], 0) + 1
        text = f"Tur {turns[given['sender']]}: {given['message']}\n\n{SOURCE}"
        return web.json_response([{"text": text, "buttons": [{"title": "Mer?"}], "custom": {"key": "echo"}}])

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def asked(url: Url, *turns: str) -> Case:
    cases = await asyncio.to_thread(ask_all, url, [item(every=["Tur"], turns=turns)], "Asking")
    return cases[0]


async def test_the_turns_of_an_item_are_one_conversation(echo: Url) -> None:
    case = await asked(echo, "hej", "och sen?")
    assert case.heard.text == f"Tur 2: och sen?\n\n{SOURCE}\nMer?"
    assert case.heard.key == "echo"
    assert case.heard.seconds > 0
    assert case.score.outcome is Outcome.RIGHT


async def test_items_are_conversations_of_their_own(echo: Url) -> None:
    cases = await asyncio.to_thread(ask_all, echo, [item(), item(), item()], "Asking")
    assert [case.heard.text[:5] for case in cases] == ["Tur 1"] * 3


async def test_a_crash_is_a_wrong_answer(echo: Url) -> None:
    case = await asked(echo, "fel", "hej")
    assert case.heard.text.startswith("<ClientResponseError")
    assert case.score.outcome is Outcome.WRONG


async def test_nobody_at_the_address_is_said() -> None:
    with pytest.raises(Unreachable, match="no assistant answers here"):
        await asked(f"http://127.0.0.1:{free_port()}", "hej")


def test_all_messages_and_buttons_are_read() -> None:
    heard = read([{"text": "A", "custom": {"key": "x"}}, {"image": "i"}, {"text": "B", "buttons": [{"title": "C"}]}])
    assert (heard.text, heard.key) == ("A\nB\nC", "x")


@pytest.mark.parametrize(("screen", "shown"), [(Screen(), "\rAsking: 1 of 2\rAsking: 2 of 2\n"), (io.StringIO(), "")])
def test_progress_is_shown_to_who_watches(screen: io.StringIO, shown: str) -> None:
    progress = Progress("Asking", 2, screen)
    progress.step()
    progress.step()
    assert screen.getvalue() == shown

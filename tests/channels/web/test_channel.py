from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from rasa.core.agent import Agent

from bot.answers import Answer
from bot.channels.door import Incoming
from bot.channels.limits import RateLimit
from bot.channels.web import WebChannel
from bot.channels.web import conversations as conversations_module
from bot.channels.web.channel import MOST_CONNECTIONS
from bot.settings import Settings
from tests.channels.serving import served

DATA = Path(__file__).parents[3] / "data"
ID = "0123456789abcdef"
AGENT = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Test/1.0"}

Post = Callable[..., Any]


@pytest.fixture
def channel(own_settings: Settings) -> WebChannel:
    return WebChannel(replace(own_settings, data=DATA, rate=0))


@pytest.fixture
async def client(tiny_agent: Agent, channel: WebChannel) -> AsyncIterator[aiohttp.ClientSession]:
    async with served(tiny_agent, channel) as client:
        yield client


class User:
    """A browser of its own, at the page that `client` reaches."""

    def __init__(self, client: aiohttp.ClientSession) -> None:
        self.client = client
        self.address = str(client._base_url).rstrip("/")
        self.cookie = ""

    async def begin(self) -> dict[str, Any]:
        async with self.request("POST", "session", json={}) as response:
            assert response.status == 200
            self.cookie = response.headers["Set-Cookie"].partition(";")[0]
            body = await response.json()
        assert isinstance(body, dict)
        return body

    def request(self, method: str, path: str, **more: Any) -> Any:
        headers = {**AGENT, "Origin": self.address, "Cookie": self.cookie, **more.pop("headers", {})}
        return self.client.request(method, f"/chat/{path}", headers=headers, **more)

    async def status(self, path: str, **more: Any) -> int:
        async with self.request("POST", path, **more) as response:
            return int(response.status)

    async def hear(self, count: int, after: str = "0", **headers: str) -> list[tuple[str, dict[str, Any]]]:
        """(number, data) of the next `count` answers."""
        found: list[tuple[str, dict[str, Any]]] = []
        async with self.request("GET", f"events?after={after}", headers=headers) as response:
            assert response.status == 200
            number = kind = ""
            async for line in response.content:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                number, kind = (value, kind) if name == "id" else (number, value if name == "event" else kind)
                if name == "data" and kind == "answer":
                    found.append((number, json.loads(value)))
                if len(found) == count:
                    break
        return found


async def test_a_question_is_answered_by_an_event(client: aiohttp.ClientSession) -> None:
    user = User(client)
    assert await user.begin() == {"new": True, "place": ""}
    assert await user.status("messages", json={"id": ID, "text": "svara"}) == 202
    ((_, answer),) = await user.hear(1)
    assert (answer["to"], answer["outcome"], answer["text"]) == (
        ID,
        "answered",
        "Det är Göteborgsregionen.\n\nSå är det.",
    )
    assert [choice["token"].startswith("knapp:") for choice in answer["choices"]] == [True, True]
    assert "/answer" not in json.dumps(answer)


async def test_a_token_does_what_its_button_says_in_its_own_conversation_only(client: aiohttp.ClientSession) -> None:
    user, other = User(client), User(client)
    await user.begin()
    await other.begin()
    await user.status("messages", json={"id": ID, "text": "svara"})
    ((number, answer),) = await user.hear(1)
    token = answer["choices"][1]["token"]
    await user.status("messages", json={"id": ID + "0", "text": token})
    ((_, again),) = await user.hear(1, after=number)
    assert again["text"].startswith("Det är Göteborgsregionen.")
    await other.status("messages", json={"id": ID, "text": token})
    ((_, stolen),) = await other.hear(1)
    assert not stolen["text"].startswith("Det är Göteborgsregionen.")


async def test_events_go_on_after_the_last_one(client: aiohttp.ClientSession) -> None:
    user = User(client)
    await user.begin()
    for number in range(3):
        await user.status("messages", json={"id": f"{ID}{number}", "text": "svara"})
    first, second, third = await user.hear(3)
    assert await user.hear(2, after=first[0]) == [second, third]
    assert await user.hear(1, after="0", **{"Last-Event-ID": second[0]}) == [third]


async def test_a_message_that_comes_twice_is_answered_once(client: aiohttp.ClientSession) -> None:
    user = User(client)
    await user.begin()
    for id_ in (ID, ID, ID + "0"):
        assert await user.status("messages", json={"id": id_, "text": "svara"}) == 202
    assert [answer["to"] for _, answer in await user.hear(2)] == [ID, ID + "0"]


async def test_failures_and_refusals_of_the_door_are_said(client: aiohttp.ClientSession, caplog: Any) -> None:
    user = User(client)
    await user.begin()
    texts = {"krascha": "error", "/restart": "command", "x" * 1001: "too_long", "tyst": "error"}
    for number, text in enumerate(texts):
        await user.status("messages", json={"id": f"{ID}{number}", "text": text})
    outcomes = {answer["to"]: answer["outcome"] for _, answer in await user.hear(4)}
    assert [outcomes[f"{ID}{number}"] for number in range(4)] == list(texts.values())
    assert "krascha" not in caplog.text


async def test_what_fails_while_rendering_is_answered_too(channel: WebChannel, caplog: Any) -> None:
    async def ask(_conversation: str, _text: str) -> list[dict[str, Any]]:
        return [{"custom": {"answer": "Kalle Testsson"}}]

    await channel.conversations.answer(Incoming("web", "me", "hej", ID), ask)
    ((_, data),) = channel.conversations.outbox.after(channel.conversations.name("me"), 0)
    assert json.loads(data)["outcome"] == "error"
    assert "Kalle" not in caplog.text


async def test_a_session_that_is_valid_is_kept(client: aiohttp.ClientSession) -> None:
    user = User(client)
    await user.begin()
    async with user.request("POST", "session", json={}) as response:
        assert await response.json() == {"new": False, "place": ""}
        assert "Set-Cookie" not in response.headers


async def test_without_a_session_of_ones_own_nothing_goes(client: aiohttp.ClientSession) -> None:
    user = User(client)
    for cookie in ("", "stodlots=x.1.y"):
        user.cookie = cookie
        for path in ("messages", "feedback", "forget"):
            assert await user.status(path, json={"id": ID, "text": "svara"}) == 401
        async with user.request("GET", "events") as response:
            assert response.status == 401
    await user.begin()
    body = {"json": {"id": ID, "text": "svara"}}
    assert await user.status("messages", **body, headers={"User-Agent": "Another/1.0"}) == 401


async def test_another_site_and_broken_bodies_are_refused(client: aiohttp.ClientSession) -> None:
    user = User(client)
    await user.begin()
    good = {"id": ID, "text": "svara"}
    assert await user.status("messages", json=good, headers={"Origin": "https://evil.example"}) == 403
    assert await user.status("messages", data=json.dumps(good), headers={"Content-Type": "text/plain"}) == 403
    as_json = {"Content-Type": "application/json"}
    for body, status in ((b"{", 400), (b"[]", 400), (b"\xff", 400), (b'"' + b"x" * 33_000 + b'"', 413)):
        assert await user.status("messages", data=body, headers=as_json) == status
    for wrong in ({}, {"id": ID}, {"id": "../x", "text": "a"}, {"id": 1, "text": "a"}, {"id": ID, "text": ["a"]}):
        assert await user.status("messages", json=wrong) == 400
    assert await user.status("feedback", json={"receipt": 1, "verdict": "up"}) == 400


async def test_feedback_is_for_ones_own_answers(client: aiohttp.ClientSession) -> None:
    user, other = User(client), User(client)
    await user.begin()
    await other.begin()
    await user.status("messages", json={"id": ID, "text": "svara"})
    ((_, answer),) = await user.hear(1)
    given = {"receipt": answer["receipt"], "verdict": "down"}
    assert await user.status("feedback", json=given) == 200
    assert await other.status("feedback", json=given) == 404
    assert await user.status("feedback", json={**given, "verdict": "meh"}) == 404


async def test_forgetting_ends_the_session_and_deletes_the_conversation(
    client: aiohttp.ClientSession, channel: WebChannel
) -> None:
    user = User(client)
    await user.begin()
    await user.status("messages", json={"id": ID, "text": "svara"})
    await user.hear(1)
    old = user.cookie
    async with user.request("POST", "forget", json={}) as response:
        assert response.status == 200
        user.cookie = response.headers["Set-Cookie"].partition(";")[0]
    assert await user.status("messages", json={"id": ID, "text": "svara"}) == 202
    ((_, answer),) = await user.hear(1)
    assert answer["outcome"] == "answered"
    user.cookie = old
    assert await user.status("messages", json={"id": ID, "text": "svara"}) == 401
    with channel.conversations._engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM conversation").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM web_answer").scalar() == 1


async def test_a_session_in_too_much_of_a_hurry_waits(client: aiohttp.ClientSession, channel: WebChannel) -> None:
    user = User(client)
    await user.begin()
    channel.rate = RateLimit(1)
    assert [await user.status("messages", json={"id": ID, "text": "svara"}) for _ in range(2)] == [202, 429]


async def test_a_session_keeps_a_few_connections(
    client: aiohttp.ClientSession, channel: WebChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = User(client)
    await user.begin()
    monkeypatch.setattr(channel.conversations.outbox, "connections", lambda _: MOST_CONNECTIONS)
    async with user.request("GET", "events") as response:
        assert response.status == 429


async def test_the_chosen_municipality_is_said(channel: WebChannel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations_module, "name_of", lambda _assistant, ref: f"name of {ref}")
    slots = json.dumps({"context": {"municipality": "municipality:1441"}})
    with channel.conversations._engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO conversation VALUES ('c', 1, ?, 0)", (slots,))
        connection.exec_driver_sql("INSERT INTO conversation VALUES ('d', 1, '{}', 0)")
    assert channel.conversations.place("c") == "name of municipality:1441"
    assert [channel.conversations.place(name) for name in ("d", "nobody")] == ["", ""]


@pytest.mark.parametrize("path", ["/chat", "/chat/page.css", "/chat/page.js", "/chat/icon.svg", "/tillganglighet"])
async def test_the_pages_are_served_with_a_strict_policy(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as response:
        assert response.status == 200
        assert await response.text()
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert "Set-Cookie" not in response.headers


async def test_fact_pages(client: aiohttp.ClientSession) -> None:
    async with client.get("/fakta/actor:skr") as response:
        assert response.status == 200
        assert "<h1>Sveriges Kommuner och Regioner</h1>" in await response.text()
    for path in ("/fakta/finns-inte", "/fakta/ACTOR", "/fakta/area:barn", "/fakta/%00"):
        async with client.get(path) as response:
            assert response.status == 404, path


def test_answers_to_nothing_cite_nothing(channel: WebChannel) -> None:
    from bot.channels.door import Reply

    assert channel.knowledge.background(Reply(Answer("Hej"), "c")).understood == ""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from rasa.core.agent import Agent

from bot.channels.door import Door, Incoming
from bot.channels.rest import LONGEST_BODY, RestChannel, read_body
from bot.settings import Settings
from tests.channels.serving import served
from tests.tiny_bot import ANSWER

URL = "/webhooks/rest/webhook"


@pytest.fixture
async def client(tiny_agent: Agent, own_settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    async with served(tiny_agent, RestChannel(Door(own_settings, rate=0))) as client:
        yield client


async def post(client: aiohttp.ClientSession, message: Any, **more: Any) -> dict[str, Any]:
    async with client.post(URL, json={"sender": "me", "message": message, **more}) as response:
        assert response.status == 200
        (reply,) = await response.json()
    assert isinstance(reply, dict)
    return reply


async def test_an_answer_is_one_whole_message(client: aiohttp.ClientSession) -> None:
    reply = await post(client, "svara")
    assert reply["recipient_id"] == "me"
    assert reply["text"] == "Det är Göteborgsregionen.\n\nSå är det.\n\nKälla: Om stöd, GR, 2019"
    assert reply["custom"] == ANSWER.to_json()
    assert [button["title"] for button in reply["buttons"]] == ["Vem då?", "Mer"]


async def test_a_button_can_be_sent_back(client: aiohttp.ClientSession) -> None:
    plain, hidden = (await post(client, "svara"))["buttons"]
    assert plain["payload"] == "Vem är kontakt?"
    assert hidden["payload"].startswith("knapp:")
    assert (await post(client, hidden["payload"]))["text"].startswith("Det är Göteborgsregionen.")


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("", "empty"),
        (None, "empty"),
        (5, "empty"),
        (["svara"], "empty"),
        ("🎉", "empty"),
        ("/restart", "command"),
        pytest.param("a" * 10_000, "too_long", id="ten thousand characters"),
        pytest.param("å" * 100_000, "too_long", id="a body of 200 kB"),
        ("krascha", "error"),
        ("tyst", "error"),
        ("obegripligt", "error"),
        ("19800101-1234", "privacy"),
    ],
)
async def test_every_message_gets_a_friendly_answer(client: aiohttp.ClientSession, message: Any, key: str) -> None:
    reply = await post(client, message)
    assert reply["text"] == f"text of utter_{key}"
    assert reply["buttons"] == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"message": "svara"'])
async def test_whatever_is_posted_is_answered(client: aiohttp.ClientSession, body: bytes) -> None:
    async with client.post(URL, data=body) as response:
        assert response.status == 200
        assert (await response.json())[0]["text"] == "text of utter_empty"


async def test_a_message_id_is_answered_once(client: aiohttp.ClientSession) -> None:
    await post(client, "svara", message_id="7")
    async with client.post(URL, json={"sender": "me", "message": "svara", "message_id": "7"}) as response:
        assert await response.json() == []


async def test_health(client: aiohttp.ClientSession) -> None:
    async with client.get("/webhooks/rest/") as response:
        assert await response.json() == {"status": "ok"}


def test_read_body() -> None:
    body = {"sender": "a", "message": "b", "message_id": 3}
    assert read_body(json.dumps(body).encode()) == Incoming("rest", "a", "b", "3")
    assert read_body(b'{"message": "b"}') == Incoming("rest", "default", "b")
    assert len(read_body(b" " * (LONGEST_BODY + 1)).text) > 1000


async def test_a_failure_of_the_door_itself_is_answered(own_settings: Settings, caplog: Any) -> None:
    channel = RestChannel(Door(own_settings, rate=0))

    async def ask(conversation: str, text: str) -> list[dict[str, Any]]:
        raise RuntimeError(f"cannot ask {text}")

    (reply,) = await channel.answer(b'{"sender": "me", "message": "Kalle Testsson"}', ask)
    assert reply["text"] == "text of utter_error"
    assert "RuntimeError in ask" in caplog.text
    assert "Kalle" not in caplog.text

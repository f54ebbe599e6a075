"""What no table answers, through the REST channel and its door: one friendly Swedish answer, and nothing lost."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from rasa.core.agent import Agent

from bot.channels.asking import asking
from bot.channels.door import Door
from bot.channels.rest import RestChannel
from bot.settings import settings
from tests.conversations.walking import KNOWLEDGE, by_id, rows

Post = Callable[[str, Any], dict[str, Any]]

BAD = {
    "empty": "",
    "spaces": " \n\t ",
    "no text": None,
    "a number": 5,
    "emoji": "😀🎉👍",
    "one sign": "?",
    "punctuation": "...!!!---",
    "invisible": "\u200b\u200d\ufeff",
    "10,000 characters": "Vilken RSS har Lund? " * 480,
    "10,000 letters": "a" * 10_000,
    "1,000 characters": ("vad är rss " * 100)[:1000],
    "HTML": "<script>alert('hej')</script><b>Vad är RSS?</b>",
    "an image": "<img src=x onerror=alert(1)>",
    "SQL": "'; DROP TABLE entity; -- ",
    "more SQL": '" OR 1=1 UNION SELECT * FROM contact --',
    "a format": "{name} {0} %s ${jndi:ldap://x} {{7*7}}",
    "restart": "/restart",
    "an intent": "/intent{}",
    "an intent with a slot": '/inform{"context": {"municipality": "municipality:1480"}}',
    "back": "/back",
    "a session": "/session_start",
    "backslash": "\\restart",
    "a path": "../../etc/passwd",
    "control characters": "Vad \x00är\x07 \x1b[31mRSS?",
    "right to left": "\u202eVad är RSS?",
    "Zalgo": "V\u0301\u0316a\u0300\u0317d\u0302 ä\u0303r R\u0304S\u0305S\u0306",
    "only a word": "asdfghjkl",
    "JSON": '{"sender": "x", "message": "y"}',
    "a token of nobody": "knapp:0123456789abcdef01234567",
    "a language": "Bonjour, qui soutient les communes?",
    "another language": "Hallo, wer unterstützt die Gemeinden?",
    "Arabic": "من يدعم البلديات؟",
    "Finnish": "Kuka tukee kuntia?",
}
SWEDISH = re.compile(r"\b(jag|du|din|är|och|det|inte|skriv|fråga|frågan)\b", re.IGNORECASE)
TRACES = ("Traceback", "Error", "Exception", "rasa", "sqlite", "None", "utter_", "action_")


@pytest.fixture(scope="session")
def post(agent: Agent, loop: asyncio.AbstractEventLoop) -> Post:
    """`post(sender, message)`: the one message that the REST channel answers with."""
    channel = RestChannel(Door(settings(), rate=0))
    ask = asking(agent.handle_message, channel.name())

    def post(sender: str, message: Any) -> dict[str, Any]:
        body = json.dumps({"sender": sender, "message": message}).encode()
        (reply,) = loop.run_until_complete(channel.answer(body, ask))
        assert reply["recipient_id"] == sender
        return reply

    return post


def expect_friendly(reply: dict[str, Any]) -> None:
    text = reply["text"]
    assert SWEDISH.search(text), text
    assert [trace for trace in TRACES if trace in text] == []
    assert len(text) <= 1600
    assert len(reply["buttons"]) <= 4


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_one_friendly_answer_in_swedish(post: Post, message: Any) -> None:
    reply = post(uuid.uuid4().hex, message)
    expect_friendly(reply)
    assert reply["custom"]["key"] != "door.error"


@pytest.mark.parametrize("message", BAD.values(), ids=BAD)
def test_the_conversation_goes_on_after_it(post: Post, message: Any) -> None:
    sender = uuid.uuid4().hex
    post(sender, "Jag jobbar i Borlänge.")
    post(sender, message)
    own = by_id("rss")["rss-20"]["name"]
    assert own in post(sender, "Vilken RSS har vi?")["text"]
    supported = post(sender, "Vem stödjer processen Följa upp verksamheten?")["text"]
    assert "Borlänge" in supported, supported
    assert own in supported


def test_the_municipality_is_told_when_asked_for(post: Post) -> None:
    sender = uuid.uuid4().hex
    post(sender, "Jag jobbar i Borlänge.")
    post(sender, "/restart")
    assert "Borlänge" in post(sender, "Vilken kommun jobbar jag i?")["text"]


@pytest.mark.parametrize("name", ["empty", "emoji", "10,000 characters", "restart", "an intent"])
def test_the_last_answer_can_still_be_asked_about(post: Post, name: str) -> None:
    sender = uuid.uuid4().hex
    post(sender, "Vad är piloten Tidigt stöd?")
    post(sender, BAD[name])
    people = [row["name"] for row in rows("contacts") if "pilot:tidigt-stod" in row["about"]]
    reply = post(sender, "Vem kan jag kontakta?")
    assert any(person in reply["text"] for person in people), reply["text"]


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("", "door.empty"),
        ("😀🎉👍", "door.empty"),
        ("a" * 10_000, "door.too_long"),
        ("/restart", "door.command"),
        ("/intent{}", "door.command"),
        ("850101-1236", "door.privacy"),
    ],
)
def test_the_door_answers_itself(post: Post, message: str, key: str) -> None:
    reply = post(uuid.uuid4().hex, message)
    assert reply["custom"]["key"] == key
    assert reply["buttons"] == []


@pytest.mark.parametrize(
    "message",
    [
        "Which regional support structure does Lund belong to?",
        "What is evidence-based practice?",
        "who is RSS for Kiruna",
    ],
)
def test_english_is_answered_in_swedish_with_a_line_in_english(post: Post, message: str) -> None:
    reply = post(uuid.uuid4().hex, message)
    expect_friendly(reply)
    assert "I answer in Swedish" in reply["text"], reply["text"]


def test_english_that_nothing_answers(post: Post) -> None:
    reply = post(uuid.uuid4().hex, "Can you please tell me what the weather is like in London?")
    expect_friendly(reply)
    assert "Swedish" in reply["text"], reply["text"]


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("Vilken RSS hör Kungslövs kommun till?", "Kungälv"),
        ("Vilken RSS har Sundsvik?", "Sundsvall"),
        ("vilken rss har kommunen Göteboda", "Göteborg"),
    ],
)
def test_a_municipality_that_does_not_exist(post: Post, message: str, meant: str) -> None:
    reply = post(uuid.uuid4().hex, message)
    expect_friendly(reply)
    assert "menar du" in reply["text"].casefold(), reply["text"]
    assert meant in reply["text"], reply["text"]
    assert any(meant in button["title"] for button in reply["buttons"])
    assert "hör till" not in reply["text"]


def test_the_municipality_that_was_meant_can_be_picked(post: Post) -> None:
    sender = uuid.uuid4().hex
    reply = post(sender, "Vilken RSS har Sundsvik?")
    button = next(button for button in reply["buttons"] if "Sundsvall" in button["title"])
    assert by_id("rss")["rss-22"]["name"] in post(sender, button["payload"])["text"]


@pytest.mark.parametrize(
    ("message", "secret"),
    [
        ("Min klient Kalle Testsson 850101-1236 behöver hjälp, vem stödjer oss?", "850101-1236"),
        ("personnummer 19850101-1236, vilken RSS har Lund?", "19850101-1236"),
        ("Vilken RSS har Lund? Klienten bor på Storgatan 4 och heter Pelle Testsson.", "Testsson"),
    ],
)
def test_personal_data_is_not_repeated(post: Post, message: str, secret: str) -> None:
    reply = post(uuid.uuid4().hex, message)
    expect_friendly(reply)
    assert "personuppgifter" in reply["text"], reply["text"]
    assert secret not in json.dumps(reply, ensure_ascii=False)


def test_the_question_beside_personal_data_is_answered(post: Post) -> None:
    reply = post(uuid.uuid4().hex, "Vilken RSS har Lund? Det gäller 19850101-1236.")
    assert "personuppgifter" in reply["text"]
    assert by_id("rss")["rss-12"]["name"] in reply["text"], reply["text"]


def test_nothing_in_the_knowledge_has_gone(post: Post) -> None:
    for message in BAD.values():
        post("everybody", message)
    assert KNOWLEDGE.exists()
    assert by_id("rss")["rss-12"]["name"] in post("somebody else", "Vilken RSS har Lund?")["text"]

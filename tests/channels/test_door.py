from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.answers import Answer, Choice, Citation
from bot.channels.door import LONGEST_MESSAGE, Door, Incoming, clean, one_answer
from bot.settings import Settings


class Rasa:
    """Stands for Rasa: keeps what it was asked, says `messages`."""

    def __init__(self, *messages: dict[str, Any]) -> None:
        self.messages = list(messages) or [{"text": "Svar."}]
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, conversation: str, text: str) -> list[dict[str, Any]]:
        self.asked.append((conversation, text))
        await asyncio.sleep(0)
        return self.messages


@pytest.fixture
def door(own_settings: Settings) -> Door:
    return Door(own_settings)


def message(text: str, sender: str = "someone", message_id: str = "") -> Incoming:
    return Incoming("rest", sender, text, message_id)


async def outcome(door: Door, text: str, rasa: Rasa) -> str:
    reply = await door.receive(message(text), rasa)
    assert reply is not None
    return reply.outcome


@pytest.mark.parametrize("text", ["", "   ", "\n", "😀", "👍🏽 ❤️", "?!…", "\u200b\u2060", "---"])
async def test_nothing_to_read(door: Door, text: str) -> None:
    rasa = Rasa()
    assert await outcome(door, text, rasa) == "empty"
    assert rasa.asked == []


@pytest.mark.parametrize(
    "text",
    ["/restart", " /restart", "/session_start", "/back", '/contact{"x": 1}', "\u200b/restart", "\\restart", "/"],
)
async def test_commands_are_refused(door: Door, text: str) -> None:
    rasa = Rasa()
    assert await outcome(door, text, rasa) == ("command" if len(text) > 1 else "empty")
    assert rasa.asked == []


async def test_long_messages_are_refused_unread(door: Door) -> None:
    rasa = Rasa()
    assert await outcome(door, "a" * (LONGEST_MESSAGE + 1), rasa) == "too_long"
    assert await outcome(door, "a" * 1_000_000, rasa) == "too_long"
    assert await outcome(door, "a" * LONGEST_MESSAGE, rasa) == "answered"


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script> RSS?", "'; DROP TABLE event; --x", "What is RSS?", "och/eller vad", "{x}"]
)
async def test_odd_texts_are_asked_as_they_are(door: Door, text: str) -> None:
    rasa = Rasa()
    assert await outcome(door, text, rasa) == "answered"
    assert rasa.asked[0][1] == text


async def test_senders_are_known_by_a_keyed_hash(door: Door, own_settings: Settings) -> None:
    rasa = Rasa()
    await door.receive(message("hej", "eva@example.se"), rasa)
    await door.receive(message("hej", "eva@example.se"), rasa)
    await door.receive(Incoming("teams", "eva@example.se", "hej"), rasa)
    (first, _), (again, _), (elsewhere, _) = rasa.asked
    assert first == again != elsewhere
    assert "eva" not in first
    other = Door(replace(own_settings, secret="another secret of theirs"))
    assert other.conversation(message("", "eva@example.se")) != first


async def test_a_repeated_delivery_is_not_answered_again(door: Door) -> None:
    rasa = Rasa()
    assert await door.receive(message("hej", message_id="1"), rasa) is not None
    assert await door.receive(message("hej", message_id="1"), rasa) is None
    assert await door.receive(message("hej", message_id="2"), rasa) is not None
    assert len(rasa.asked) == 2


async def test_too_many_messages(own_settings: Settings) -> None:
    door, rasa = Door(own_settings, rate=2), Rasa()
    assert [await outcome(door, "hej", rasa) for _ in range(3)] == ["answered", "answered", "rate_limited"]


async def test_personal_data_is_masked_and_warned_of(door: Door) -> None:
    rasa = Rasa({"custom": {"answer": Answer("Svar.", key="rss:gr").to_json()}})
    reply = await door.receive(message("Gäller 19800101-1234. Vilken RSS har Kungälv?"), rasa)
    assert reply is not None
    assert reply.outcome == "privacy"
    assert reply.answer.text == "text of utter_privacy\n\nSvar."
    assert reply.answer.key == "rss:gr"
    assert rasa.asked[0][1] == "Gäller …. Vilken RSS har Kungälv?"


async def test_personal_data_alone_is_only_warned_of(door: Door) -> None:
    rasa = Rasa()
    assert await outcome(door, "19800101-1234", rasa) == "privacy"
    assert rasa.asked == []


async def test_public_names_are_read_from_their_file(own_settings: Settings) -> None:
    own_settings.names.write_text("Lena Holmlund\n\nVara\n", "utf-8")
    door, rasa = Door(own_settings), Rasa()
    assert await outcome(door, "klienten frågar efter Lena Holmlund", rasa) == "answered"


async def test_silence_becomes_an_error(door: Door) -> None:
    rasa = Rasa()
    rasa.messages = []
    assert await outcome(door, "hej", rasa) == "error"
    rasa.messages = [{"text": "  "}, {"image": "x"}]
    assert await outcome(door, "hej", rasa) == "error"


async def test_a_button_goes_through_in_its_own_conversation_only(door: Door) -> None:
    rasa = Rasa()
    own = door.conversation(message(""))
    token = door.buttons.token(own, "/contact")
    assert await outcome(door, token, rasa) == "answered"
    assert rasa.asked[-1][1] == "/contact"
    await door.receive(message(token, "somebody else"), rasa)
    assert rasa.asked[-1][1] == token


def test_clean() -> None:
    assert clean(" a\u0308 \x00b\u200b\u202e\n") == "ä b"


def test_several_answers_become_one() -> None:
    one = Answer("A.", (Citation("T", "P", "2017"),), "Gammalt.", (Choice("x", "x"),), key="a")
    two = Answer(
        "B.", (Citation("T", "P", "2017"), Citation("U", "P", "2019")), "Gammalt.", (Choice("x", "x"),), "m", "b"
    )
    joined = one_answer([{"custom": {"answer": one.to_json()}}, {"custom": {"answer": two.to_json()}}])
    assert joined == Answer(
        "A.\n\nB.",
        (Citation("T", "P", "2017"), Citation("U", "P", "2019")),
        "Gammalt.",
        (Choice("x", "x"),),
        "m",
        "a b",
    )


def test_a_plain_message_becomes_an_answer() -> None:
    given = {"text": "Hej.", "buttons": [{"title": "A", "payload": "a"}]}
    assert one_answer([given]) == Answer("Hej.", choices=(Choice("A", "a"),))
    assert one_answer([]) is None

from __future__ import annotations

from typing import Any

import pytest
from telegram import Update, User

from bot.channels.telegram.hearing import Heard, heard
from tests.channels.telegram.stand_in import ME, BotApi, Person, Sent

BOT = f"@{ME['username']}"
ME_USER = User(123456789, "Stödlotsen", is_bot=True, username="StodlotsenTestBot")
GROUP = -1009


def hear(update: dict[str, Any]) -> Heard | None:
    read = Update.de_json(update, None)
    assert read is not None
    return heard(read, ME_USER)


@pytest.fixture
def eva() -> Person:
    return Person(BotApi(), 11)


@pytest.fixture
def eva_in_group() -> Person:
    return Person(BotApi(), 11, GROUP)


def said(update: dict[str, Any]) -> str | None:
    found = hear(update)
    return None if found is None else found.incoming.text


def test_a_message_of_ones_own(eva: Person) -> None:
    update = eva.says("Vilken RSS har Lund?")
    found = hear(update)
    assert found is not None
    assert (found.incoming.channel, found.incoming.sender) == ("telegram", "11:11")
    assert (found.incoming.text, found.incoming.message_id) == ("Vilken RSS har Lund?", str(update["update_id"]))
    assert (found.place.chat, found.place.thread, found.place.under) == (11, None, None)
    assert (found.command, found.query, found.attachment) == ("", "", False)


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/start", "start", ""),
        ("/start abc", "start", "abc"),
        ("/KOMMUN Upplands Väsby", "kommun", "Upplands Väsby"),
        (f"/kommun{BOT} Sala", "kommun", "Sala"),
        ("/kommun\nSala", "kommun", "Sala"),
        ("/restart", "restart", ""),
        ("en /start", "", "en /start"),
        ('/contact{"x": 1}', "", '/contact{"x": 1}'),
    ],
)
def test_commands(eva: Person, text: str, command: str, rest: str) -> None:
    found = hear(eva.says(text))
    assert found is not None
    assert (found.command, found.incoming.text) == (command, rest)


def test_a_command_for_another_bot_is_not_heard(eva: Person, eva_in_group: Person) -> None:
    assert hear(eva.says("/start@OtherBot")) is None
    assert hear(eva_in_group.says("/start@OtherBot")) is None
    reply = {"reply_to_message": {**eva_in_group.message("x"), "from": ME}}
    assert hear(eva_in_group.says("/start@OtherBot", **reply)) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{BOT} vad är en RSS?", "vad är en RSS?"),
        (f"{BOT.upper()}: vad är en RSS?", "vad är en RSS?"),
        (f"👩‍👩‍👧‍👦 hej {BOT}, vad är en RSS?", "👩‍👩‍👧‍👦 hej , vad är en RSS?"),
        (f"{BOT} {BOT}", ""),
        (f"/help{BOT}", ""),
        (f"{BOT} /kommun Sala", "Sala"),
        ("vad är en RSS?", None),
        ("@OtherBot vad är en RSS?", None),
        (f"{BOT}2 vad är en RSS?", None),
        ("/help", None),
    ],
)
def test_in_a_group_it_hears_what_mentions_it(eva_in_group: Person, text: str, left: str | None) -> None:
    assert said(eva_in_group.says(text)) == left


def test_in_a_group_it_hears_replies_to_it(eva_in_group: Person) -> None:
    mine = {**eva_in_group.message("Svar."), "from": ME}
    found = hear(eva_in_group.says("och Sala då?", reply_to_message=mine))
    assert found is not None
    assert found.incoming.text == "och Sala då?"
    assert found.place.under is not None
    theirs = eva_in_group.message("Svar.")
    assert hear(eva_in_group.says("och Sala då?", reply_to_message=theirs)) is None


def test_a_mention_by_name(eva_in_group: Person) -> None:
    entity = {"type": "text_mention", "offset": 0, "length": 10, "user": ME}
    assert said(eva_in_group.says("Stödlotsen vad är en RSS?", entities=[entity])) == "vad är en RSS?"


def test_every_chat_and_user_is_a_conversation_of_its_own() -> None:
    api = BotApi()
    people = [Person(api, 11), Person(api, 12), Person(api, 11, GROUP), Person(api, 12, GROUP), Person(api, 11, -7)]
    found = [hear(person.says(f"{BOT} hej")) for person in people]
    assert len({heard.incoming.sender for heard in found if heard}) == 5


def test_edited_messages_are_heard_under_their_own_id(eva: Person) -> None:
    update = eva.edits("Vilken RSS har Sala?", 77)
    found = hear(update)
    assert found is not None
    assert (found.place.under, found.incoming.message_id) == (77, str(update["update_id"]))


def test_a_thread_is_kept(eva_in_group: Person) -> None:
    found = hear(eva_in_group.says(f"{BOT} hej", message_thread_id=5, is_topic_message=True))
    assert found is not None
    assert found.place.thread == 5
    found = hear(eva_in_group.says(f"{BOT} hej", message_thread_id=5))
    assert found is not None
    assert found.place.thread is None


PHOTO = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]


def test_attachments(eva: Person, eva_in_group: Person) -> None:
    found = hear(eva.api.update(message=eva.message(None, photo=PHOTO, caption="Kalle Karlsson")))
    assert found is not None
    assert found.attachment
    assert found.incoming.text == ""
    assert hear(eva.api.update(message=eva_in_group.message(None, photo=PHOTO))) is None
    mention: dict[str, Any] = {
        "caption": BOT,
        "caption_entities": [{"type": "mention", "offset": 0, "length": len(BOT)}],
    }
    found = hear(eva.api.update(message=eva_in_group.message(None, photo=PHOTO, **mention)))
    assert found is not None
    assert found.attachment
    place: dict[str, Any] = {"location": {"latitude": 1.0, "longitude": 1.0}, "edit_date": 1}
    assert hear(eva.api.update(edited_message=eva.message(None, **place))) is None


def test_it_introduces_itself_to_a_group(eva_in_group: Person) -> None:
    added = [hear(eva_in_group.api.update(message=eva_in_group.message(None, new_chat_members=[ME])))]
    added.append(hear(eva_in_group.api.update(message=eva_in_group.message(None, group_chat_created=True))))
    assert [found.command for found in added if found] == ["start", "start"]


def test_what_is_said_by_nobody_or_to_nobody_is_not_heard(eva: Person, eva_in_group: Person) -> None:
    message, grouped = eva.message("hej"), eva_in_group.message(f"{BOT} hej")
    unheard: list[dict[str, Any]] = [
        {"channel_post": {key: value for key, value in message.items() if key != "from"}},
        {"message": {**message, "from": {**eva.user, "is_bot": True}}},
        {"message": {**grouped, "is_automatic_forward": True}},
        {"message": eva_in_group.message(None, new_chat_members=[eva.user])},
        {"message": eva.message(None, new_chat_title="x")},
        {"my_chat_member": None},
    ]
    assert [hear(eva.api.update(**update)) for update in unheard] == [None] * len(unheard)


def test_an_anonymous_administrator_is_heard(eva_in_group: Person) -> None:
    anonymous: dict[str, Any] = {
        "from": {**eva_in_group.user, "is_bot": True},
        "sender_chat": {"id": GROUP, "type": "supergroup"},
    }
    assert said(eva_in_group.says(f"{BOT} hej", **anonymous)) == "hej"


def test_a_press(eva: Person, eva_in_group: Person) -> None:
    sent = Sent(11, 5, "", "", [], [("Vem då?", "knapp:1")], {})
    found = hear(eva.presses("knapp:1", sent))
    assert found is not None
    assert (found.incoming.text, found.incoming.sender, found.heading) == ("knapp:1", "11:11", "Vem då?")
    assert found.query
    assert found.place.under is None
    grouped = hear(eva_in_group.presses("knapp:1"))
    assert grouped is not None
    assert (grouped.heading, grouped.incoming.sender) == ("", "-1009:11")
    assert grouped.place.under is not None


def test_a_press_under_an_old_message(eva: Person) -> None:
    update = eva.presses("knapp:1")
    update["callback_query"]["message"] = {"chat": {"id": 11, "type": "private"}, "message_id": 5, "date": 0}
    found = hear(update)
    assert found is not None
    assert (found.place.chat, found.heading) == (11, "")
    del update["callback_query"]["message"]
    assert hear(update) is None

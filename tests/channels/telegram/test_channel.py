"""The channel in a server, with a tiny bot behind it and the stand-in in front."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent

from bot.channels.door import Door, Incoming
from bot.channels.rest import RestChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.channel import LONGEST_BODY, WEBHOOK, webhook_secret
from bot.settings import Settings
from bot.state.database import open_state
from bot.state.tables import CONVERSATIONS, EVENTS
from tests.channels.serving import served
from tests.channels.telegram.stand_in import ME, TOKEN, BotApi, Person, every, serving

ANSWER = "Det är Göteborgsregionen.\n\nSå är det.\n\nKälla: Om stöd, GR, 2019"
GROUP = -1009


@asynccontextmanager
async def running(agent: Agent, settings: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    """A server with the channel and REST; the connection starts after it and stops before it, as with Sanic."""
    channel = TelegramChannel(settings)
    async with served(agent, RestChannel(Door(settings, rate=0)), channel) as client:
        if channel.connection is not None:
            channel.connection.start()
        try:
            yield client
        finally:
            if channel.connection is not None:
                await channel.connection.stop()


@pytest.fixture
async def polling(tiny_agent: Agent, configured: Settings) -> AsyncIterator[aiohttp.ClientSession]:
    async with running(tiny_agent, configured) as client:
        yield client


@pytest.fixture
async def hooked(tiny_agent: Agent, configured: Settings, api: BotApi) -> AsyncIterator[aiohttp.ClientSession]:
    async with running(tiny_agent, replace(configured, telegram_webhook="https://lots.example")) as client:
        await api.called("setWebhook")
        yield client


async def settled(api: BotApi, number: int) -> None:
    """As many messages came, and no more do."""
    await api.messages(number)
    await asyncio.sleep(0.2)
    assert len(api.sent) == number
    assert api.refused == []


@pytest.mark.usefixtures("polling")
async def test_a_question_is_answered(api: BotApi) -> None:
    eva = Person(api, 11)
    api.deliver(eva.says("svara"))
    (sent,) = await api.messages(1)
    assert sent.shown == ANSWER
    assert [title for title, _ in sent.buttons] == ["Vem då?", "Mer"]
    assert "reply_parameters" not in sent.raw
    assert [data["action"] for name, data in api.calls if name == "sendChatAction"] == ["typing"]
    await settled(api, 1)


@pytest.mark.usefixtures("polling")
async def test_a_button_is_answered_under_its_title(api: BotApi) -> None:
    eva = Person(api, 11)
    api.deliver(eva.says("svara"))
    (first,) = await api.messages(1)
    api.deliver(eva.presses(first.buttons[1][1], first))
    sent = (await api.messages(2))[1]
    assert sent.shown == f"Mer\n\n{ANSWER}"
    assert len(api.alerts) == 1
    assert "text" not in api.alerts[0]


@pytest.mark.usefixtures("polling")
@pytest.mark.parametrize("forged", ["/restart", "svara", "knapp:000000000000000000000000"])
async def test_a_forged_button_is_refused(api: BotApi, forged: str) -> None:
    api.deliver(Person(api, 11).presses(forged))
    await api.called("answerCallbackQuery")
    assert "någon annans fråga" in api.alerts[0]["text"]
    await settled(api, 0)


@pytest.mark.usefixtures("polling")
async def test_somebody_elses_button_is_refused(api: BotApi) -> None:
    eva, per = Person(api, 11, GROUP), Person(api, 12, GROUP)
    api.deliver(eva.says(f"@{ME['username']} svara"))
    (first,) = await api.messages(1)
    for other in (per, Person(api, 12), Person(api, 11)):
        api.deliver(other.presses(first.buttons[0][1], first))
    await asyncio.sleep(0.3)
    assert [alert["show_alert"] for alert in api.alerts] == [True] * 3
    await settled(api, 1)
    api.deliver(eva.presses(first.buttons[1][1], first))
    assert (await api.messages(2))[1].chat == GROUP


@pytest.mark.usefixtures("polling")
async def test_the_welcome(api: BotApi) -> None:
    api.deliver(Person(api, 11).says("/start"))
    (sent,) = await api.messages(1)
    assert "annat företags molntjänst" in sent.shown
    assert "ingenting om ärenden" in sent.shown
    assert len(sent.buttons) == 3
    api.deliver(Person(api, 11).says("/help"))
    assert "/kommun" in (await api.messages(2))[1].shown


@pytest.mark.usefixtures("polling")
async def test_the_menu_is_offered(api: BotApi) -> None:
    commands = (await api.called("setMyCommands"))["commands"]
    assert [command["command"] for command in commands] == ["help", "kommun", "glom", "start"]


@pytest.mark.usefixtures("polling")
async def test_a_conversation_is_forgotten(api: BotApi, configured: Settings) -> None:
    eva, per = Person(api, 11), Person(api, 12)
    for person in (eva, per):
        api.deliver(person.says("minns"))
    await api.messages(2)
    api.deliver(eva.says("/glom"))
    assert "har jag glömt" in (await api.messages(3))[2].shown
    own = Door(configured).conversation(Incoming("telegram", "11:11", ""))
    with open_state(configured.state).connect() as connection:
        for table, column in ((CONVERSATIONS, CONVERSATIONS.c.id), (EVENTS, EVENTS.c.conversation)):
            found = set(connection.execute(sa.select(column).select_from(table)).scalars())
            assert own not in found
            assert len(found) == 1


@pytest.mark.usefixtures("polling")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/restart", "text of utter_command"),
        ("/kommun Sala", "text of utter_error"),  # the tiny bot does not know the municipality
        ("krascha", "text of utter_error"),
        ("tyst", "text of utter_error"),
        ("😀", "text of utter_empty"),
        ("a" * 1001, "text of utter_too_long"),
        ("/kommun " + "a" * 1001, "text of utter_too_long"),
    ],
)
async def test_every_message_gets_an_answer(api: BotApi, text: str, shown: str) -> None:
    api.deliver(Person(api, 11).says(text))
    assert (await api.messages(1))[0].shown == shown


@pytest.mark.usefixtures("polling")
async def test_personal_data_are_warned_of_with_advice(api: BotApi) -> None:
    api.deliver(Person(api, 11).says("19800101-1234"))
    (sent,) = await api.messages(1)
    assert sent.shown.startswith("text of utter_privacy\n\nMeddelandet finns kvar hos Telegram.")


@pytest.mark.usefixtures("polling")
async def test_attachments_are_not_read(api: BotApi) -> None:
    eva = Person(api, 11)
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    api.deliver(api.update(message=eva.message(None, photo=photo, caption="svara")))
    assert "bara läsa text" in (await api.messages(1))[0].shown


@pytest.mark.usefixtures("polling")
async def test_an_edited_message_is_answered_anew(api: BotApi) -> None:
    eva = Person(api, 11)
    update = eva.says("tyst")
    api.deliver(update)
    await api.messages(1)
    number = update["message"]["message_id"]
    api.deliver(eva.edits("svara", number))
    sent = (await api.messages(2))[1]
    assert sent.shown == ANSWER
    assert sent.raw["reply_parameters"]["message_id"] == number


@pytest.mark.usefixtures("polling")
async def test_a_group_is_answered_when_it_asks(api: BotApi) -> None:
    eva = Person(api, 11, GROUP)
    api.deliver(eva.says("svara"))
    api.deliver(eva.says(f"@{ME['username']} svara"))
    (sent,) = await api.messages(1)
    assert sent.raw["reply_parameters"]["allow_sending_without_reply"] is True
    await settled(api, 1)
    assert "sendChatAction" not in {name for name, _ in api.calls}


@pytest.mark.usefixtures("polling")
async def test_what_comes_twice_is_answered_once(api: BotApi) -> None:
    eva = Person(api, 11)
    for text in ("svara", "/start", "svara"):
        api.deliver(eva.says(text), twice=True)
    await settled(api, 3)


async def test_a_restart_answers_nothing_again(tiny_agent: Agent, configured: Settings, api: BotApi) -> None:
    update = Person(api, 11).says("svara")
    for _ in range(2):
        async with running(tiny_agent, configured):
            api.deliver(update)
            await settled(api, 1)


@pytest.mark.usefixtures("polling")
async def test_trouble_is_waited_for(api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    api.trouble = every(["", "502", "", "", "drop", "drop", "", "", "", "429", ""])
    api.polls_in_trouble.extend(["502", "drop", "429", "502"])
    people = [Person(api, number) for number in range(11, 23)]
    for person in people:
        api.deliver(person.says("svara"), twice=True)
    sent = await api.messages(12, seconds=30)
    assert {message.chat for message in sent} == {person.id for person in people}
    await settled(api, 12)
    assert {"429", "502", "drop"} <= set(api.troubled)


@pytest.mark.usefixtures("polling")
async def test_answers_do_not_overtake_each_other(api: BotApi) -> None:
    api.trouble = every(["", "502", "502", ""])
    eva = Person(api, 11)
    expected = []
    for text in ("svara", "/help", "/start", "svara", "/help", "/start"):
        api.deliver(eva.says(text))
        expected.append(text)
    starts = {"svara": "Det är", "/help": "Skriv din", "/start": "Hej! "}
    sent = await api.messages(6)
    assert [message.shown[:5] for message in sent] == [starts[text][:5] for text in expected]


async def test_a_blocked_bot_and_a_lost_answer_stop_nobody(
    api: BotApi, polling: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send = api._send_message
    calls = count()

    def refuse_first(data: dict[str, Any]) -> dict[str, Any]:
        if data["chat_id"] == 11 and next(calls) == 0:
            raise ValueError("chat not found Hemligsson")
        return send(data)

    monkeypatch.setattr(api, "_send_message", refuse_first)
    api.deliver(Person(api, 11).says("svara Hemligsson"))
    api.deliver(Person(api, 12).says("svara"))
    sent = await api.messages(2)
    assert {message.shown for message in sent} == {"text of utter_error", ANSWER}
    assert "BadRequest" in caplog.text
    assert "Hemligsson" not in caplog.text


async def test_without_a_token_it_is_silently_off(
    tiny_agent: Agent, own_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(tiny_agent, own_settings) as client:
        async with client.post(WEBHOOK, json={}) as response:
            assert response.status == 404
        assert (await ask(client))["text"] == ANSWER
    assert "elegram" not in caplog.text


async def ask(client: aiohttp.ClientSession) -> dict[str, Any]:
    async with client.post("/webhooks/rest/webhook", json={"sender": "me", "message": "svara"}) as response:
        (reply,) = await response.json()
    assert isinstance(reply, dict)
    return reply


async def test_polling_opens_no_webhook(polling: aiohttp.ClientSession, api: BotApi) -> None:
    await api.called("deleteWebhook")
    async with polling.post(WEBHOOK, json={}) as response:
        assert response.status == 404


async def test_the_webhook_is_told_to_telegram(hooked: aiohttp.ClientSession, api: BotApi) -> None:
    assert api.webhook["url"] == "https://lots.example/webhooks/telegram/webhook"
    assert len(api.webhook["secret"]) == 64
    eva = Person(api, 11)
    assert await api.post(hooked, eva.says("svara"), WEBHOOK) == 200
    assert (await api.messages(1))[0].shown == ANSWER
    assert "getUpdates" not in {name for name, _ in api.calls}


async def test_what_the_webhook_gets_twice_is_answered_once(hooked: aiohttp.ClientSession, api: BotApi) -> None:
    update = Person(api, 11).says("svara")
    assert await asyncio.gather(*(api.post(hooked, update, WEBHOOK) for _ in range(5))) == [200] * 5
    await settled(api, 1)


@pytest.mark.parametrize("secret", ["", "wrong", "å", "0" * 64])
async def test_a_wrong_secret_is_refused(hooked: aiohttp.ClientSession, api: BotApi, secret: str) -> None:
    update = Person(api, 11).says("svara")
    assert await api.post(hooked, update, WEBHOOK, secret) == 403
    await settled(api, 0)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"5", b"{}", b'{"update_id": 1, "message": 5}', b"x" * (LONGEST_BODY + 1)]
)
async def test_what_cannot_be_read_does_not_come_again(hooked: aiohttp.ClientSession, api: BotApi, body: bytes) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": api.webhook["secret"]}
    async with hooked.post(WEBHOOK, data=body, headers=headers) as response:
        assert response.status == 200
    assert await api.post(hooked, Person(api, 11).says("svara"), WEBHOOK) == 200
    await settled(api, 1)


def test_the_secret_is_the_same_in_every_process(configured: Settings) -> None:
    assert webhook_secret(Door(configured)) == webhook_secret(Door(configured))
    assert webhook_secret(Door(configured)) != webhook_secret(Door(replace(configured, secret="x" * 20)))


async def test_a_full_queue_is_said(tiny_agent: Agent, configured: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.telegram.connection.WAITING", 2)
    api = BotApi()
    unreachable = replace(configured, telegram_webhook="https://lots.example", telegram_api=nowhere())
    async with running(tiny_agent, unreachable) as client:
        secret = webhook_secret(Door(unreachable))
        statuses = [await api.post(client, Person(api, 11).says("svara"), WEBHOOK, secret) for _ in range(3)]
    assert statuses == [200, 200, 503]


def nowhere() -> str:
    """The address of a server that is not there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


async def test_telegram_may_come_later(
    tiny_agent: Agent, configured: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    address = nowhere()
    async with running(tiny_agent, replace(configured, telegram_api=address)) as client:
        assert (await ask(client))["text"] == ANSWER
        await asyncio.sleep(0.3)
        assert "it cannot be reached; run `stodlots doctor`." in caplog.text
        api = BotApi()
        api.deliver(Person(api, 11).says("svara"))
        async with serving(api, int(address.rpartition(":")[2])):
            assert (await api.messages(1))[0].shown == ANSWER
        assert "connected again" in caplog.text
        assert (await ask(client))["text"] == ANSWER


async def test_a_telegram_that_does_not_answer_holds_nobody_up(tiny_agent: Agent, configured: Settings) -> None:
    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    begun = time.monotonic()
    async with running(tiny_agent, replace(configured, telegram_api=f"http://127.0.0.1:{port}")) as client:
        for _ in range(20):
            await ask(client)
    assert time.monotonic() - begun < 10
    server.close()


async def test_a_refused_token_is_said_without_it(
    tiny_agent: Agent, configured: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = TOKEN.replace("AA", "BB")
    async with running(tiny_agent, replace(configured, telegram_token=wrong)) as client:
        await asyncio.sleep(0.3)
        assert (await ask(client))["text"] == ANSWER
    assert "it refuses the token" in caplog.text
    assert wrong not in caplog.text


async def test_no_log_holds_a_text_or_the_token(
    tiny_agent: Agent, configured: Settings, api: BotApi, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(tiny_agent, configured):
        api.trouble = every(["", "502", "drop"])
        for number, word in enumerate(("svara", "krascha", "tyst", "/kommun", "/glom", "/help")):
            api.deliver(Person(api, 11 + number).says(f"{word} Kalle Hemligsson"))
        await api.messages(6)
    stored = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"Hemligsson" not in stored
    assert "Hemligsson" not in caplog.text
    assert TOKEN not in caplog.text
    assert json.dumps(TOKEN)[1:-1].encode() not in stored

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa
from rasa.core.agent import Agent

from bot.channels.door import Door
from bot.channels.rest import RestChannel
from bot.channels.teams.channel import LONGEST_BODY, TeamsChannel
from bot.settings import Settings
from bot.state.database import open_state
from bot.state.tables import FEEDBACK, SENT_ANSWERS
from tests.channels.serving import served
from tests.channels.teams.world import BOT, EVA, TENANT, World, teams_channel
from tests.tiny_bot import ANSWER

URL = "/webhooks/teams/messages"
OLA = {"id": "29:ola", "name": "Ola"}
GROUP = {"id": "19:group@thread.v2", "conversationType": "groupChat", "isGroup": True, "tenantId": TENANT}
MENTION = {"type": "mention", "text": "<at>Stödlotsen</at>", "mentioned": BOT}


@dataclass
class Client:
    world: World
    http: aiohttp.ClientSession
    channel: TeamsChannel

    async def post(self, activity: dict[str, Any], **options: Any) -> tuple[int, str]:
        headers = {"Authorization": f"Bearer {self.world.token()}", **options.pop("headers", {})}
        async with self.http.post(URL, json=activity, headers=headers, **options) as response:
            return response.status, await response.text()

    async def say(self, text: str, **more: Any) -> dict[str, Any]:
        """The message that comes back for `text`."""
        before = len(self.world.sent)
        assert await self.post(self.world.activity(text, **more)) == (202, "")
        return (await self.world.arrived(before + 1))[-1]

    async def silence(self, activity: dict[str, Any], status: int = 202) -> None:
        """Nothing comes back."""
        before = len(self.world.sent)
        assert (await self.post(activity))[0] == status
        await self.finished()
        assert len(self.world.sent) == before

    async def finished(self) -> None:
        assert self.channel.bot is not None
        async with asyncio.timeout(5):
            while self.channel.bot.deliveries.waiting():  # noqa: ASYNC110
                await asyncio.sleep(0.005)


@pytest.fixture
async def client(tiny_agent: Agent, own_settings: Settings) -> AsyncIterator[Client]:
    async with World().running() as world:
        channel = teams_channel(own_settings, world)
        async with served(tiny_agent, channel) as http:
            yield Client(world, http, channel)
        await channel._http.close()


def texts(message: dict[str, Any]) -> str:
    """What the card in `message` says."""
    body = message["attachments"][0]["content"]["body"]
    return "\n".join("".join(run["text"] for run in block["inlines"]) for block in body)


def actions(message: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = message["attachments"][0]["content"]["actions"]
    return found


async def test_a_question_is_answered_with_a_card(client: Client) -> None:
    message = await client.say("svara", id="m7")
    path, _ = client.world.sent[-1]
    assert path.endswith("/v3/conversations/a:personal/activities/m7")
    assert (message["from"], message["recipient"], message["replyToId"]) == (BOT, EVA, "m7")
    assert texts(message).split("\n")[:2] == ["Det är Göteborgsregionen.", "Så är det."]
    assert texts(message).endswith("Källa\n[1] Om stöd, GR, 2019")
    assert message["text"] == "Svar enligt källan [1]"
    assert message["entities"][0]["citation"][0]["appearance"]["name"] == "Om stöd"
    assert "additionalType" not in message["entities"][0]
    assert message["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert client.world.typing == 1


async def test_a_button_asks_its_question(client: Client) -> None:
    plain, command = actions(await client.say("svara"))
    assert command["type"] == "Action.Submit"
    assert set(command["data"]) == {"knapp"}
    assert command["data"]["knapp"].startswith("knapp:")
    assert texts(await client.say("", value=command["data"])).startswith("Det är Göteborgsregionen.")
    assert texts(await client.say("", value=plain["data"])).startswith("Fråga: Vem är kontakt?\n")
    assert texts(await client.say("", value=json.dumps(command["data"]))).startswith("Det är")


async def test_a_button_belongs_to_its_chat_and_to_everybody_in_it(client: Client) -> None:
    button = actions(await client.say("svara", conversation=GROUP, entities=[MENTION]))[1]["data"]
    pressed = await client.say("", conversation=GROUP, value=button, **{"from": OLA})
    assert texts(pressed).startswith("Det är Göteborgsregionen.")
    assert pressed["recipient"] == OLA
    elsewhere = await client.say("", value=button)
    assert texts(elsewhere).startswith("Den knappen är för gammal")
    made_up = await client.say("", value={"knapp": "/answer"})
    assert texts(made_up).startswith("Den knappen är för gammal")


async def test_a_group_is_answered_when_it_mentions_the_bot(client: Client) -> None:
    await client.silence(client.world.activity("svara", conversation=GROUP))
    other = {"type": "mention", "text": "<at>Ola</at>", "mentioned": OLA}
    await client.silence(client.world.activity("<at>Ola</at> svara", conversation=GROUP, entities=[other]))
    text = "<at>Stödlotsen</at>&nbsp;svara"
    assert texts(await client.say(text, conversation=GROUP, entities=[MENTION])).startswith("Det är")


async def test_a_channel_keeps_its_thread(client: Client) -> None:
    thread = {**GROUP, "id": "19:channel@thread.tacv2;messageid=1700000000000", "conversationType": "channel"}
    message = await client.say("<at>Stödlotsen</at> svara", conversation=thread, entities=[MENTION], id="m9")
    path, _ = client.world.sent[-1]
    assert path.endswith("/v3/conversations/19:channel@thread.tacv2;messageid=1700000000000/activities/m9")
    assert message["conversation"]["id"] == thread["id"]


async def test_every_chat_and_every_user_has_a_conversation_of_its_own(client: Client) -> None:
    chats: list[dict[str, Any]] = [
        {},
        {"conversation": GROUP, "entities": [MENTION]},
        {"conversation": GROUP, "entities": [MENTION], "from": OLA},
        {"conversation": {**GROUP, "id": "19:c;messageid=1"}, "entities": [MENTION]},
        {"conversation": {**GROUP, "id": "19:c;messageid=2"}, "entities": [MENTION]},
    ]
    first = [texts(await client.say("minns", **chat)) for chat in chats]
    assert len(set(first)) == 1, "one of them saw another's events"
    assert first[0].startswith("None ")
    assert "municipality:1481" in texts(await client.say("minns"))


async def test_a_message_delivered_twice_is_answered_once(client: Client) -> None:
    await client.say("svara", id="same")
    await client.silence(client.world.activity("svara", id="same"))


@pytest.mark.parametrize(
    ("text", "key"),
    [("", "empty"), ("/restart", "command"), ("a" * 10_000, "too_long"), ("krascha", "error"), ("tyst", "error")],
)
async def test_every_message_gets_a_friendly_answer(client: Client, text: str, key: str) -> None:
    message = await client.say(text)
    assert texts(message) == f"text of utter_{key}"
    assert "channelData" not in message


async def test_a_failure_of_our_own_is_answered(client: Client, monkeypatch: Any, caplog: Any) -> None:
    assert client.channel.bot is not None

    async def fail(*_: Any) -> None:
        raise RuntimeError("Kalle Testsson")

    monkeypatch.setattr(client.channel.bot.door, "receive", fail)
    assert texts(await client.say("Kalle Testsson")) == "text of utter_error"
    assert "RuntimeError in fail" in caplog.text
    assert "Kalle" not in caplog.text
    assert (await client.post(client.world.activity(type="invoke", name="message/submitAction")))[0] == 200


@pytest.mark.parametrize(
    "activity",
    [
        {"type": "installationUpdate", "action": "add"},
        {"type": "installationUpdate", "action": "add-upgrade"},
        {"type": "conversationUpdate", "membersAdded": [EVA, {"id": BOT["id"]}]},
    ],
)
async def test_welcome(client: Client, activity: dict[str, Any]) -> None:
    message = await client.say("", **activity)
    assert "Stödlotsen" in texts(message)
    assert len(actions(message)) == 3
    assert "replyToId" not in message
    answer = await client.say("", value=actions(message)[0]["data"])
    assert texts(answer).startswith("Fråga: Vad är en RSS?")


async def test_an_installation_reported_in_two_ways_is_welcomed_once(client: Client) -> None:
    await client.say("", type="installationUpdate", action="add")
    await client.silence(client.world.activity(type="conversationUpdate", membersAdded=[BOT]))
    await client.say("", type="conversationUpdate", membersAdded=[BOT], conversation=GROUP)


@pytest.mark.parametrize(
    ("activity", "status"),
    [
        ({"type": "installationUpdate", "action": "remove"}, 202),
        ({"type": "conversationUpdate", "membersAdded": [OLA]}, 202),
        ({"type": "conversationUpdate", "membersRemoved": [BOT]}, 202),
        ({"type": "messageReaction"}, 202),
        ({"type": "messageUpdate", "text": "svara"}, 202),
        ({"type": "typing"}, 202),
        ({"type": ""}, 202),
        ({"type": "invoke", "name": "task/fetch"}, 501),
        ({"type": "invoke", "name": "message/submitAction", "value": None}, 200),
        ({"type": "invoke", "name": "message/submitAction", "value": "{", "replyToId": "x"}, 200),
    ],
)
async def test_what_is_not_answered(client: Client, activity: dict[str, Any], status: int) -> None:
    await client.silence(client.world.activity(**activity), status)


def rated(settings: Settings) -> list[Any]:
    with open_state(settings.state).connect() as connection:
        return list(connection.execute(sa.select(FEEDBACK).order_by(FEEDBACK.c.given)))


async def rate(client: Client, value: Any, message: str = "sent-1", **more: Any) -> None:
    given = client.world.activity(type="invoke", name="message/submitAction", value=value, replyToId=message, **more)
    assert await client.post(given) == (200, "{}")


@pytest.mark.parametrize(
    "value",
    [
        {"actionName": "feedback", "actionValue": {"reaction": "like", "feedback": '{"feedbackText": "Kalle"}'}},
        {"actionName": "feedback", "actionValue": json.dumps({"reaction": "like", "feedback": {"feedbackText": "K"}})},
        json.dumps({"actionName": "feedback", "actionValue": {"reaction": "like"}}),
    ],
)
async def test_a_thumb_is_stored_with_what_was_answered(client: Client, own_settings: Settings, value: Any) -> None:
    await client.say("svara")
    await client.finished()
    await rate(client, value)
    (row,) = rated(own_settings)
    assert (row.channel, row.verdict, row.answer) == ("teams", "up", ANSWER.key)
    assert "Kalle" not in str(row)


async def test_a_thumb_can_be_turned_and_each_user_has_one(client: Client, own_settings: Settings) -> None:
    await client.say("svara", conversation=GROUP, entities=[MENTION])
    await client.finished()
    like, dislike = ({"actionValue": {"reaction": reaction}} for reaction in ("like", "dislike"))
    await rate(client, like, conversation=GROUP)
    await rate(client, dislike, conversation=GROUP)
    assert [row.verdict for row in rated(own_settings)] == ["down"]
    olas: dict[str, Any] = {"conversation": GROUP, "from": OLA}
    await rate(client, like, **olas)
    assert [row.verdict for row in rated(own_settings)] == ["down", "up"]


async def test_a_thumb_for_anothers_message_is_not_stored(client: Client, own_settings: Settings) -> None:
    await client.say("svara", conversation=GROUP, entities=[MENTION])
    await client.finished()
    await rate(client, {"actionValue": {"reaction": "like"}})
    await rate(client, {"actionValue": {"reaction": "like"}}, message="made up", conversation=GROUP)
    await rate(client, {"actionValue": {"reaction": "love"}}, conversation=GROUP)
    assert rated(own_settings) == []


async def test_a_thumb_for_no_message_is_for_the_last_one(client: Client, own_settings: Settings) -> None:
    await client.say("svara")
    await client.finished()
    await rate(client, {"actionValue": {"reaction": "dislike"}}, message="")
    assert [row.verdict for row in rated(own_settings)] == ["down"]
    olas: dict[str, Any] = {"from": OLA}
    await rate(client, {"actionValue": {"reaction": "dislike"}}, message="", **olas)
    assert len(rated(own_settings)) == 1


async def test_what_is_kept_of_a_sent_answer_is_no_text(client: Client, own_settings: Settings) -> None:
    await client.say("svara")
    await client.finished()
    with open_state(own_settings.state).connect() as connection:
        rows = list(connection.execute(sa.select(SENT_ANSWERS)))
    assert [set(json.loads(row.answered)) for row in rows] == [{"key", "facts", "knowledge", "turn"}] * 2
    assert "Göteborg" not in str(rows)
    assert "personal" not in str(rows)


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"headers": {"Authorization": ""}}, 401),
        ({"headers": {"Authorization": "Bearer a.b.c"}}, 401),
        ({"headers": {"Content-Type": "text/plain"}}, 415),
    ],
)
async def test_requests_that_are_refused(client: Client, options: dict[str, Any], status: int) -> None:
    assert (await client.post(client.world.activity("svara"), **options))[0] == status
    await client.finished()
    assert client.world.sent == []


async def test_bodies_that_are_refused(client: Client) -> None:
    headers = {"Authorization": f"Bearer {client.world.token()}", "Content-Type": "application/json"}
    for body, status in ((b"", 400), (b"{", 400), (b"[]", 400), (b"\xff", 400), (b" " * (LONGEST_BODY + 1), 413)):
        async with client.http.post(URL, data=body, headers=headers) as response:
            assert response.status == status
    assert (await client.post({"type": "message"}))[0] == 403
    async with client.http.get(URL) as response:
        assert response.status == 405


async def test_when_the_keys_cannot_be_read(client: Client, caplog: Any) -> None:
    client.world.keys_status = 500
    assert (await client.post(client.world.activity("svara")))[0] == 503
    assert "keys cannot be read" in caplog.text


async def test_another_conversations_id_needs_microsofts_word_for_it(client: Client) -> None:
    """Who has no token cannot speak in a conversation, whatever its id."""
    stolen = client.world.activity("minns", conversation={"id": "a:personal", "tenantId": TENANT})
    assert (await client.post(stolen, headers={"Authorization": "Bearer x.y.z"}))[0] == 401


async def test_a_teams_that_takes_thirty_seconds_holds_up_nobody(tiny_agent: Agent, own_settings: Settings) -> None:
    async with World().running() as world:
        world.slow = 30
        channel = teams_channel(own_settings, world)
        rest = RestChannel(Door(own_settings, rate=0))
        async with served(tiny_agent, channel, rest) as http:
            client = Client(world, http, channel)
            before = await rest_time(http)
            for number in range(20):
                started = time.perf_counter()
                await client.post(world.activity("svara", **{"from": {"id": f"29:{number}"}}))
                assert time.perf_counter() - started < 1
            after = await rest_time(http)
            assert channel.bot is not None
            assert channel.bot.deliveries.waiting() >= 20
            await channel.bot.deliveries.close(0)
        await channel._http.close()
    assert after < max(2 * before, before + 0.05), f"{before:.3f} s before, {after:.3f} s with a slow Teams"


async def rest_time(http: aiohttp.ClientSession) -> float:
    """The median of ten answers over REST."""
    times = []
    for _ in range(10):
        started = time.perf_counter()
        async with http.post("/webhooks/rest/webhook", json={"sender": "me", "message": "svara"}) as response:
            assert (await response.json())[0]["text"].startswith("Det är")
        times.append(time.perf_counter() - started)
    return sorted(times)[5]


async def test_without_tokens_only_this_machine_is_let_in(tiny_agent: Agent, own_settings: Settings) -> None:
    async with World().running() as world:
        channel = teams_channel(own_settings, world, anonymous=True)
        async with served(tiny_agent, channel) as http:
            client = Client(world, http, channel)
            no_token = {"Authorization": ""}
            assert (await client.post(world.activity("svara"), headers=no_token))[0] == 202
            assert (await world.arrived(1))[0]["text"] == "Svar enligt källan [1]"
            proxied = {**no_token, "X-Forwarded-For": "1.2.3.4"}
            assert (await client.post(world.activity("svara"), headers=proxied))[0] == 403
            outside = world.activity("svara", serviceUrl="https://smba.trafficmanager.net/emea")
            assert (await client.post(outside, headers=no_token))[0] == 403
        await channel._http.close()


async def test_switched_off_it_has_no_address(tiny_agent: Agent, own_settings: Settings) -> None:
    rest = RestChannel(Door(own_settings, rate=0))
    async with served(tiny_agent, TeamsChannel.of(own_settings), rest) as http, http.post(URL, json={}) as response:
        assert response.status == 404

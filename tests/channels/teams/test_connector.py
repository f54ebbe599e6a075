from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.channels.teams import connector
from bot.channels.teams.connector import Connector, Deliveries, Http, NotSentError, _seconds, address
from bot.channels.teams_auth.tokens import TokenError
from tests.channels.teams.world import SomeTokens, World

WAITS = (0.01, 0.02, 0.04)


@dataclass
class Post:
    world: World
    http: Http = field(default_factory=Http)

    def connector(self, waits: tuple[float, ...] = WAITS, seconds: float = 5.0) -> Connector:
        return Connector(SomeTokens(), self.http, waits, seconds)


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    async with World().running() as world:
        found = Post(world)
        yield found
        await found.http.close()


MESSAGE = {"type": "message", "text": "Hej"}


@pytest.mark.parametrize("status", [412, 429, 502, 504])
async def test_tried_again(post: Post, status: int) -> None:
    post.world.statuses = [status, status]
    assert await post.connector().send(post.world.reference(), MESSAGE) == "sent-1"
    assert len(post.world.tokens) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 413, 500, 503, 301])
async def test_not_tried_again(post: Post, status: int) -> None:
    post.world.statuses = [status]
    with pytest.raises(NotSentError, match=str(status)):
        await post.connector().send(post.world.reference(), MESSAGE)
    assert len(post.world.tokens) == 1


async def test_given_up_in_the_end(post: Post) -> None:
    post.world.statuses = [429] * 9
    with pytest.raises(NotSentError, match="429"):
        await post.connector().send(post.world.reference(), MESSAGE)
    assert len(post.world.tokens) == 1 + len(WAITS)


async def test_retry_after_is_heeded(post: Post) -> None:
    post.world.statuses, post.world.headers = [429], {"Retry-After": "0.3"}
    started = time.perf_counter()
    await post.connector().send(post.world.reference(), MESSAGE)
    assert time.perf_counter() - started >= 0.3


def test_retry_after_is_not_believed_blindly() -> None:
    assert [_seconds(value) for value in (None, "7", "-3", "tomorrow", "nan")] == [0.0, 7.0, 0.0, 0.0, 0.0]


async def test_a_token_that_was_withdrawn_is_replaced_once(post: Post) -> None:
    post.world.statuses = [401]
    await post.connector().send(post.world.reference(), MESSAGE)
    assert post.world.tokens == ["Bearer token-1", "Bearer token-2"]
    post.world.statuses = [401, 401]
    with pytest.raises(NotSentError, match="401"):
        await post.connector().send(post.world.reference(), MESSAGE)


async def test_a_time_out_is_not_tried_again(post: Post) -> None:
    post.world.slow = 5
    with pytest.raises(NotSentError, match="TimeoutError"):
        await post.connector(seconds=0.1).send(post.world.reference(), MESSAGE)
    assert len(post.world.tokens) == 1


async def test_a_dead_endpoint_is_tried_again(post: Post) -> None:
    dead = post.world.reference(service_url="http://127.0.0.1:9")
    with pytest.raises(NotSentError, match="ClientConnectorError"):
        await post.connector().send(dead, MESSAGE)


@pytest.mark.parametrize(("passing", "tries"), [(True, 1 + len(WAITS)), (False, 1)])
async def test_no_token(post: Post, passing: bool, tries: int) -> None:
    class Broken:
        asked = 0

        async def token(self, *, fresh: bool = False) -> str:
            self.asked += 1
            raise TokenError("invalid_client", passing=passing)

    broken = Broken()
    with pytest.raises((NotSentError, TokenError), match="invalid_client"):
        await Connector(broken, post.http, WAITS).send(post.world.reference(), MESSAGE)
    assert broken.asked == tries


async def test_one_users_messages_arrive_in_order(post: Post) -> None:
    post.world.statuses = [502]
    deliveries = Deliveries(post.connector())
    for text in ("ett", "två", "tre"):
        deliveries.send(post.world.reference(), {"type": "message", "text": text})
    assert [message["text"] for message in await post.world.arrived(3)] == ["ett", "två", "tre"]


async def test_others_do_not_wait(post: Post) -> None:
    post.world.statuses = [502]
    deliveries = Deliveries(post.connector((0.5,)))
    deliveries.send(post.world.reference(), {"type": "message", "text": "ett"})
    await asyncio.sleep(0.1)
    deliveries.send(post.world.reference(user={"id": "29:ola"}), {"type": "message", "text": "två"})
    assert [message["text"] for message in await post.world.arrived(2)] == ["två", "ett"]


async def test_what_is_not_sent_is_logged_without_its_text(post: Post, caplog: Any) -> None:
    post.world.statuses = [400]
    deliveries = Deliveries(post.connector())
    deliveries.send(post.world.reference(), {"type": "message", "text": "hemligt"})
    await deliveries.close()
    assert "status 400" in caplog.text
    assert "hemligt" not in caplog.text


async def test_a_failure_after_sending_is_logged(post: Post, caplog: Any) -> None:
    def fail(_id: str) -> None:
        raise RuntimeError("hemligt")

    deliveries = Deliveries(post.connector())
    deliveries.send(post.world.reference(), MESSAGE, fail)
    await deliveries.close()
    await asyncio.sleep(0)
    assert "RuntimeError in fail" in caplog.text
    assert "hemligt" not in caplog.text


async def test_there_is_an_end_to_waiting(post: Post, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    monkeypatch.setattr(connector, "MOST_WAITING", 2)
    post.world.slow = 5
    deliveries = Deliveries(post.connector())
    for _ in range(4):
        deliveries.send(post.world.reference(), MESSAGE)
    assert deliveries.waiting() == 2
    assert "given up" in caplog.text
    await deliveries.close(0)


def test_ids_are_quoted_in_the_address() -> None:
    reference = World().reference("19:a/b@thread.tacv2;messageid=1", service_url="https://smba.example/emea/")
    conversation = "19%3Aa%2Fb%40thread.tacv2%3Bmessageid%3D1"
    assert str(address(reference)) == f"https://smba.example/emea/v3/conversations/{conversation}/activities/m1"

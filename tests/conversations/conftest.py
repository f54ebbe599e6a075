"""The trained model, loaded once and asked in this process, behind the same door as every channel."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator

import pytest
from rasa.core.agent import Agent, load_agent
from rasa.core.utils import AvailableEndpoints

from bot.answers import Answer
from bot.channels.asking import asking
from bot.channels.door import Door, Incoming
from bot.commands.problems import Problem
from bot.commands.serving import ENDPOINTS, check_files
from bot.knowledge.content import ContentError
from bot.knowledge.shared import assistant
from bot.settings import settings
from tests.conversations.walking import Ask, Say


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The event loop that the model and its locks live in."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def agent(loop: asyncio.AbstractEventLoop) -> Agent:
    """The trained model, with the tracker store that endpoints.yml names."""
    configured = settings()
    try:
        check_files(configured)
        assistant()
    except (Problem, ContentError) as error:
        pytest.fail(str(error), pytrace=False)
    endpoints = AvailableEndpoints.read_endpoints(ENDPOINTS)
    agent = loop.run_until_complete(load_agent(str(configured.models), endpoints=endpoints))
    if not agent.is_ready():
        pytest.fail("The model cannot be loaded: run `make train`.", pytrace=False)
    return agent


@pytest.fixture(scope="session")
def say(agent: Agent, loop: asyncio.AbstractEventLoop) -> Say:
    """`say(sender, text)`: the answer to a message of `sender`, who keeps one conversation."""
    door = Door(settings(), rate=0)
    ask = asking(agent.handle_message, "test")

    def say(sender: str, text: str) -> Answer:
        reply = loop.run_until_complete(door.receive(Incoming("test", sender, text), ask))
        assert reply is not None
        return reply.answer

    return say


@pytest.fixture(scope="session")
def ask(say: Say) -> Ask:
    """`ask(text)`: the answer to the first message of a new conversation."""
    return lambda text: say(uuid.uuid4().hex, text)

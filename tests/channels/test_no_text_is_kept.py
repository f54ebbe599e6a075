"""Plants numbers and names in conversations, some of which fail on the way, and looks for them afterwards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput

from bot.channels.door import Door
from bot.channels.rest import RestChannel
from bot.settings import Settings
from tests.channels.serving import served

WORDS = ("svara", "krascha", "tyst", "minns", "obegripligt")
SURNAMES = [f"Hemligsson{number:03}" for number in range(100)]
NUMBERS = [f"8{number % 10}0{1 + number % 9}1{number % 9}-{7000 + number}" for number in range(100)]


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """Every record of every logger, at every level, in a file."""
    file = tmp_path / "everything.log"
    handler = logging.FileHandler(file, encoding="utf-8")
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("rasa", "bot", "sanic.root", "sanic.error")}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield file
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    root.setLevel(logging.WARNING)
    root.removeHandler(handler)
    handler.close()


async def test_no_file_and_no_output_holds_a_text(
    tiny_agent: Agent,
    own_settings: Settings,
    tmp_path: Path,
    log_file: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    planted = [*SURNAMES, *NUMBERS]
    async with served(tiny_agent, RestChannel(Door(own_settings, rate=0)), StockRest()) as client:
        for number, secret in enumerate(planted):
            text = f"{WORDS[number % len(WORDS)]} Kalle {secret} på Storgatan 4"
            for url in ("/webhooks/rest/webhook", "/webhooks/stock/webhook"):
                async with client.post(url, json={"sender": f"s{number % 7}", "message": text}) as response:
                    replies = await response.json()
            assert secret not in str(replies)
        await asyncio.gather(*(tiny_agent.handle_message(UserMessage(f"krascha {secret}")) for secret in planted[:5]))
    logging.getLogger().handlers[-1].flush()
    assert log_file.stat().st_size > 10_000
    output = "".join(capfd.readouterr())
    everything = output.encode() + b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert [secret for secret in planted if secret.encode() in everything] == []
    assert b"Storgatan" not in everything


class StockRest(RestInput):
    """Stock Rasa's channel, which passes no door."""

    @classmethod
    def name(cls) -> str:
        return "stock"


def test_the_log_file_would_show_a_text(log_file: Path) -> None:
    logging.getLogger("bot").debug("Hemligsson")
    assert "Hemligsson" in log_file.read_text("utf-8")

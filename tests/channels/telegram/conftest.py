from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.telegram import sending
from bot.settings import Settings
from tests.channels.telegram.stand_in import TOKEN, BotApi, serving

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "telegram.yml"


@pytest.fixture
async def api() -> BotApi:
    return BotApi()


@pytest.fixture
async def address(api: BotApi) -> AsyncIterator[str]:
    async with serving(api) as address:
        yield address


@pytest.fixture
def configured(own_settings: Settings, address: str) -> Settings:
    """Settings for a bot that polls the stand-in, with the project's texts."""
    shutil.copy(PHRASES, own_settings.data / "phrases")
    return replace(own_settings, telegram_token=TOKEN, telegram_api=address, rate=0)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not wait long."""
    monkeypatch.setattr(sending, "PAUSES", (0.01, 0.02, 0.04))
    monkeypatch.setattr("bot.channels.telegram.connection.FIRST_PAUSE", 0.02)

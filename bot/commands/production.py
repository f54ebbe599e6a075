"""What a start in production needs: everything is checked before anything listens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from bot.commands.problems import Problem
from bot.settings import PREFIX, Settings

CREDENTIALS = "deploy/credentials.yml"
OURS = "bot.channels."
FOR_DEVELOPMENT = "bot.channels.rest."
LOOPBACK = ("127.0.0.1", "::1", "localhost")
NEEDED = ("secret", "web_address", "web_owner", "web_contact")


def check_production(settings: Settings, credentials: str = CREDENTIALS) -> None:
    """Problem, in one line, with everything that is missing or would be unsafe."""
    problems = [*_missing(settings), *_unsafe(settings), *_channels(Path(credentials))]
    if problems:
        raise Problem(f"Not fit for production (docs/operations.md): {'; '.join(problems)}.")


def _missing(settings: Settings) -> Iterator[str]:
    missing = [PREFIX + name.upper() for name in NEEDED if not getattr(settings, name)]
    if missing:
        yield f"{', '.join(missing)} missing"


def _unsafe(settings: Settings) -> Iterator[str]:
    if settings.host not in LOOPBACK:
        yield f"{PREFIX}HOST={settings.host} is open to others, it must be 127.0.0.1 with nginx in front"
    if settings.web_address and not settings.web_address.startswith("https://"):
        yield f"{PREFIX}WEB_ADDRESS={settings.web_address} must begin with https://"
    if settings.rate == 0:
        yield f"{PREFIX}RATE=0 sets no limit for anyone"
    for origin in settings.origins():
        if not origin.startswith("https://"):
            yield f"{PREFIX}WEB_ORIGINS={origin} must begin with https://"


def _channels(credentials: Path) -> Iterator[str]:
    if not credentials.exists():
        yield f"{credentials} is not in {Path.cwd()}"
        return
    try:
        channels = yaml.safe_load(credentials.read_text("utf-8"))
    except yaml.YAMLError:
        yield f"{credentials} is no YAML"
        return
    if not isinstance(channels, dict) or not channels:
        yield f"{credentials} names no channel"
        return
    for name in channels:
        if not str(name).startswith(OURS) or str(name).startswith(FOR_DEVELOPMENT):
            yield f"{credentials} has {name}, which does not check whose conversation it is"

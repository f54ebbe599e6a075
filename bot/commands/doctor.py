"""Looks whether everything that the assistant needs is there."""

from __future__ import annotations

import platform
import stat
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import sqlalchemy as sa

from bot.channels.texts import Texts, TextsError
from bot.commands.problems import Problem
from bot.commands.serving import CREDENTIALS, ENDPOINTS, check_port
from bot.commands.teams import check_teams
from bot.commands.telegram import TELEGRAM_CHECKS
from bot.settings import Settings, without_password
from bot.state.database import make_engine, migrate

Check = Callable[[Settings], str]


def doctor(settings: Settings) -> bool:
    """Print one line for each check; True if all of them passed."""
    results = list(examine(settings))
    for name, passed, found in results:
        print(f"{'ok ' if passed else 'BAD'}  {name}: {found}")
    return all(passed for _, passed, _ in results)


def examine(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    """(check, passed, what was found or what to do) for each check."""
    for name, check in {**CHECKS, **(TELEGRAM_CHECKS if settings.telegram_token else {})}.items():
        try:
            yield name, True, check(settings)
        except Problem as problem:
            yield name, False, str(problem)


def _python(_settings: Settings) -> str:
    if sys.version_info[:2] != (3, 11):
        raise Problem(f"{platform.python_version()}; Rasa runs on 3.11 here: run `make install`.")
    return platform.python_version()


def _rasa(_settings: Settings) -> str:
    try:
        found = version("rasa")
    except PackageNotFoundError:
        raise Problem("not installed: run `make install`.") from None
    if found != "3.6.21":
        raise Problem(f"{found}, but bot/rasa_runtime is written for 3.6.21: run `make install`.")
    return found


def _folder(_settings: Settings) -> str:
    missing = [file for file in ("config.yml", "domain.yml", ENDPOINTS, CREDENTIALS) if not Path(file).exists()]
    if missing:
        raise Problem(f"{', '.join(missing)} not in {Path.cwd()}: change to the project's folder.")
    return str(Path.cwd())


def _knowledge(settings: Settings) -> str:
    if not settings.knowledge.exists():
        raise Problem(f"{settings.knowledge} is missing: run `make build`.")
    return f"{settings.knowledge}, {settings.knowledge.stat().st_size // 1024} kB"


def _model(settings: Settings) -> str:
    models = sorted(settings.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise Problem(f"{settings.models}/ holds no model: run `make train`.")
    return str(models[-1])


def _texts(settings: Settings) -> str:
    try:
        return f"{len(Texts.load(settings.data).replies)} replies of the door"
    except TextsError as error:
        raise Problem(str(error)) from error


def _state(settings: Settings) -> str:
    shown = without_password(settings.state)
    try:
        engine = make_engine(settings.state)
        migrate(engine)
        engine.dispose()
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise Problem(f"{shown} cannot be opened ({type(error).__name__}): check STODLOTS_STATE.") from error
    return shown


def _secret(settings: Settings) -> str:
    settings.secret_key()
    if settings.secret:
        return "configured"
    if stat.S_IMODE(settings.secret_file.stat().st_mode) & 0o077:
        raise Problem(f"{settings.secret_file} can be read by others: run `chmod 600 {settings.secret_file}`.")
    return str(settings.secret_file)


def _port(settings: Settings) -> str:
    check_port(settings)
    return f"{settings.host}:{settings.port} is free"


CHECKS: dict[str, Check] = {
    "python": _python,
    "rasa": _rasa,
    "folder": _folder,
    "knowledge": _knowledge,
    "model": _model,
    "texts": _texts,
    "state": _state,
    "secret": _secret,
    "port": _port,
    "teams": check_teams,
}

"""Starts the assistant as a server."""

from __future__ import annotations

import logging
import os
import socket
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from bot.channels.teams.configuration import TeamsConfiguration
from bot.commands.problems import Problem
from bot.settings import Settings

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

    from sanic import Sanic

ENDPOINTS = "endpoints.yml"
CREDENTIALS = "credentials.yml"


def serve(settings: Settings, credentials: str = CREDENTIALS) -> None:
    """Serve the trained model until interrupted, through the channels that the file `credentials` names.

    Problem if there is no model, or the port is taken.
    """
    check_files(settings)
    TeamsConfiguration.of(settings)
    check_port(settings)
    check_workers(settings)
    prepare_rasa()
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints
    from rasa.shared.exceptions import RasaException

    ready = _Ready(settings)
    try:
        serve_application(
            model_path=str(settings.models),
            credentials=credentials,
            endpoints=AvailableEndpoints.read_endpoints(ENDPOINTS),
            interface=settings.host,
            port=settings.port,
            enable_api=False,
            server_listeners=[(ready.announce, "after_server_start")],
        )
    except RasaException as error:
        raise Problem(f"Rasa cannot start: {error}") from error
    if not ready:
        raise Problem("The model could not be loaded; the reason stands above. If it is an old one: `make train`.")


def check_files(settings: Settings) -> None:
    """Problem if something that answering needs has not been made yet."""
    for file in (CREDENTIALS, ENDPOINTS):
        if not Path(file).exists():
            raise Problem(f"{file} is not in {Path.cwd()}: change to the project's folder first.")
    if not settings.knowledge.exists():
        raise Problem(f"{settings.knowledge} is missing: run `make build`.")
    if not any(settings.models.glob("*.tar.gz")):
        raise Problem(f"{settings.models}/ holds no model: run `make train`.")


def check_port(settings: Settings) -> None:
    """Problem if another program listens on the port."""
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            way_out = f"choose another port, as in `make serve PORT={settings.port + 1}`, or stop the other program."
            raise Problem(f"{settings.host}:{settings.port} cannot be used ({error.strerror}): {way_out}") from error


def check_workers(settings: Settings) -> None:
    """Problem if several processes would fetch Telegram's messages: Telegram allows one."""
    workers = os.environ.get("SANIC_WORKERS", "1")
    if settings.telegram_token and not settings.telegram_webhook and workers != "1":
        raise Problem(f"SANIC_WORKERS={workers}: with Telegram, unset it, or set STODLOTS_TELEGRAM_WEBHOOK.")


def prepare_rasa() -> None:
    """Import Rasa with quiet logs and our patches in place, before anything of it runs."""
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    # Rasa's dependencies of 2022 warn about themselves at every start; nobody here can act on it. Sanic asks
    # for such warnings when it is imported, and Rasa when it is configured: so this is said twice.
    import sanic  # noqa: F401

    warnings.filterwarnings("ignore", category=DeprecationWarning)
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    level = logging.getLevelNamesMapping().get(os.environ.get("LOG_LEVEL", ""), logging.WARNING)
    configure_structlog(level)
    configure_logging_and_warnings(level, filter_repeated_logs=False)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    # Rasa falls back to a store of its own, silently, if ours cannot be imported; here it is not silent.
    import bot.rasa_runtime.tracker_store  # noqa: F401


class _Ready:
    """Whether the server ever became ready; says so when it does."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._is_ready = False

    def __bool__(self) -> bool:
        return self._is_ready

    async def announce(self, app: Sanic, _loop: AbstractEventLoop) -> None:
        """Print the address of the chat page. Rasa serves without a model, too: then stop."""
        self._is_ready = app.ctx.agent.is_ready()
        if not self._is_ready:
            app.stop()  # type: ignore[no-untyped-call]
            return
        from bot.rasa_runtime.memory import give_back

        give_back()
        host = "localhost" if self._settings.host in ("127.0.0.1", "0.0.0.0") else self._settings.host  # noqa: S104
        print(f"Ready. Chat at http://{host}:{self._settings.port}/chat  (Ctrl-C stops)", flush=True)

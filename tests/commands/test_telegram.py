from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiohttp import web

from bot.commands import doctor
from bot.commands.problems import Problem
from bot.commands.serving import check_workers
from bot.commands.telegram import TELEGRAM_CHECKS
from bot.settings import Settings, SettingsError
from tests.channels.telegram.stand_in import TOKEN, BotApi, serving

WEBHOOK = "https://lots.example"


@pytest.fixture
def api() -> BotApi:
    return BotApi()


@pytest.fixture
def configured(api: BotApi, own_settings: Settings) -> Iterator[Settings]:
    """Settings with the address of a stand-in that runs in a thread: the checks have a loop of their own."""
    loop = asyncio.new_event_loop()
    address, stop = "", asyncio.Event()
    ready = threading.Event()

    async def run() -> None:
        nonlocal address
        async with serving(api) as address:
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert ready.wait(10)
    yield replace(own_settings, telegram_token=TOKEN, telegram_api=address)
    loop.call_soon_threadsafe(stop.set)
    thread.join(10)
    loop.close()


def check(name: str, settings: Settings) -> str:
    return TELEGRAM_CHECKS[f"telegram {name}"](settings)


def test_everything_is_right(configured: Settings) -> None:
    found = {name: run(configured) for name, run in TELEGRAM_CHECKS.items()}
    assert found["telegram token"] == "of bot 123456789"
    assert found["telegram bot"].startswith("@StodlotsenTestBot at http://127.0.0.1")
    assert found["telegram clock"] == "right"
    assert found["telegram webhook"] == "none, messages are fetched; 0 waiting"


def test_it_is_looked_at_only_where_there_is_a_token(own_settings: Settings, configured: Settings) -> None:
    assert not [name for name, _, _ in doctor.examine(own_settings) if name.startswith("telegram")]
    assert len([name for name, _, _ in doctor.examine(configured) if name.startswith("telegram")]) == 4


def test_a_refused_token(configured: Settings) -> None:
    wrong = replace(configured, telegram_token=TOKEN.replace("AA", "BB"))
    with pytest.raises(Problem, match="BotFather anew") as problem:
        check("bot", wrong)
    assert wrong.telegram_token not in str(problem.value)


def test_out_of_reach(configured: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    away = replace(configured, telegram_api=f"http://127.0.0.1:{port}")
    for name in ("bot", "clock", "webhook"):
        with pytest.raises(Problem, match=r"cannot be reached \(ClientConnectorError\): open port 443") as problem:
            check(name, away)
        assert TOKEN not in str(problem.value)


def test_too_curious_a_bot(configured: Settings, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    curious = {**api._get_me({}), "can_read_all_group_messages": True}
    monkeypatch.setattr(api, "_get_me", lambda _: curious)
    with pytest.raises(Problem, match="/setprivacy"):
        check("bot", configured)


@pytest.mark.parametrize(("askew", "says"), [(-90, "behind"), (90, "ahead"), (5, "")])
def test_the_clock(configured: Settings, monkeypatch: pytest.MonkeyPatch, askew: float, says: str) -> None:
    now = time.time
    monkeypatch.setattr("bot.commands.telegram.time.time", lambda: now() + askew)
    # The stand-in has the same clock, and a cache of it: what it says is set here.
    monkeypatch.setattr("aiohttp.web_response.rfc822_formatted_time", lambda: web_date(now()))
    if not says:
        assert check("clock", configured) == "right"
        return
    with pytest.raises(Problem, match=f"s {says}: run `timedatectl set-ntp true`"):
        check("clock", configured)


def web_date(moment: float) -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(moment))


def test_the_webhook(configured: Settings, api: BotApi) -> None:
    hooked = replace(configured, telegram_webhook=WEBHOOK)
    with pytest.raises(Problem, match=f"none; the server will set it to {WEBHOOK}/webhooks/telegram/webhook: start it"):
        check("webhook", hooked)
    api.webhook["url"] = f"{WEBHOOK}/webhooks/telegram/webhook"
    assert check("webhook", hooked) == f"{WEBHOOK}/webhooks/telegram/webhook; 0 waiting"
    with pytest.raises(Problem, match=r"remove it and fetch messages: start it\. If another server uses this bot"):
        check("webhook", configured)
    api.webhook |= {"last_error_date": int(time.time()) - 60, "last_error_message": "SSL error"}
    with pytest.raises(Problem, match=r"could not deliver to .* \(SSL error\): check that the address"):
        check("webhook", hooked)


def test_one_process_fetches(configured: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANIC_WORKERS", "2")
    with pytest.raises(Problem, match="unset it, or set STODLOTS_TELEGRAM_WEBHOOK"):
        check_workers(configured)
    check_workers(replace(configured, telegram_webhook=WEBHOOK))
    check_workers(replace(configured, telegram_token="", telegram_api=Settings.telegram_api))
    monkeypatch.delenv("SANIC_WORKERS")
    check_workers(configured)


GIVEN = {"STODLOTS_TELEGRAM_TOKEN": TOKEN}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"STODLOTS_TELEGRAM_WEBHOOK": WEBHOOK}, "WEBHOOK='https://lots.example': needs STODLOTS_TELEGRAM_TOKEN too"),
        ({"STODLOTS_TELEGRAM_API": "http://localhost:8081"}, "needs STODLOTS_TELEGRAM_TOKEN too"),
        ({"STODLOTS_TELEGRAM_TOKEN": "12345:abc"}, "STODLOTS_TELEGRAM_TOKEN='…': must be as BotFather gave it"),
        ({"STODLOTS_TELEGRAM_TOKEN": f" {TOKEN}"}, "must be as BotFather gave it"),
        ({**GIVEN, "STODLOTS_TELEGRAM_WEBHOOK": "http://lots.example"}, "must be as https://name.example"),
        ({**GIVEN, "STODLOTS_TELEGRAM_WEBHOOK": "https://lots.example/x"}, "without a path"),
        ({**GIVEN, "STODLOTS_TELEGRAM_WEBHOOK": "https://lots.example:5005"}, "443, 80, 88, 8443"),
        ({**GIVEN, "STODLOTS_TELEGRAM_WEBHOOK": "https://localhost"}, "must be as https://name.example"),
        ({**GIVEN, "STODLOTS_TELEGRAM_API": "http://api.example"}, "must be an https:// address"),
        ({**GIVEN, "STODLOTS_TELEGRAM_API": "https://api.example/"}, "without / at the end"),
    ],
)
def test_a_half_configuration_says_what_is_missing(more: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError) as error:
        Settings.from_environment(more)
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert "abc" not in str(error.value)
    assert TOKEN not in str(error.value)


def test_a_whole_configuration() -> None:
    assert Settings.from_environment(GIVEN).telegram_token == TOKEN
    hooked = {**GIVEN, "STODLOTS_TELEGRAM_WEBHOOK": f"{WEBHOOK}:8443", "STODLOTS_TELEGRAM_API": "http://localhost:8081"}
    assert Settings.from_environment(hooked).telegram_webhook == f"{WEBHOOK}:8443"


async def test_an_answer_that_is_none(own_settings: Settings) -> None:
    async def broken(_request: web.Request) -> web.Response:
        return web.Response(status=502, text="<html>")

    app = web.Application()
    app.router.add_post("/{tail:.*}", broken)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    settings = replace(own_settings, telegram_token=TOKEN, telegram_api=address)
    with pytest.raises(Problem, match="cannot be reached"):
        await asyncio.to_thread(check, "bot", settings)
    await runner.cleanup()

from __future__ import annotations

import pytest

from bot.channels.memory import Hasher
from bot.channels.web.sessions import LASTS, Sessions, Site
from bot.settings import Settings
from bot.state.database import open_state

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0.0.0"
JSON = {"content-type": "application/json; charset=utf-8"}


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(own_settings: Settings, clock: Clock) -> Sessions:
    return Sessions(open_state(own_settings.state), Hasher(b"k" * 32), clock)


def test_a_session_is_known_again_and_no_two_are_alike(sessions: Sessions) -> None:
    cookie = sessions.begin(BROWSER)
    assert sessions.known(cookie, BROWSER) == cookie.partition(".")[0]
    assert sessions.begin(BROWSER) != cookie


def test_it_outlives_the_browsers_updates(sessions: Sessions) -> None:
    assert sessions.known(sessions.begin(BROWSER), BROWSER.replace("156.0", "157.1"))


@pytest.mark.parametrize(
    "forge",
    [
        lambda cookie: "",
        lambda cookie: "..",
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda cookie: "x" + cookie,
        lambda cookie: cookie + "0" * 200,
        lambda cookie: cookie.replace(".1000000.", ".1000001."),
        lambda cookie: cookie.replace(".1000000.", ".１０.") + "å",
        lambda cookie: cookie.partition(".")[0],
    ],
)
def test_a_forged_cookie_is_refused(sessions: Sessions, forge: object) -> None:
    assert callable(forge)
    assert sessions.known(forge(sessions.begin(BROWSER)), BROWSER) is None


def test_a_cookie_of_another_key_is_refused(sessions: Sessions, own_settings: Settings) -> None:
    others = Sessions(open_state(own_settings.state), Hasher(b"o" * 32))
    assert sessions.known(others.begin(BROWSER), BROWSER) is None


def test_a_stolen_cookie_is_refused_in_another_browser(sessions: Sessions) -> None:
    assert sessions.known(sessions.begin(BROWSER), "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0") is None


def test_a_session_ends_when_its_user_says_so_and_after_its_time(sessions: Sessions, clock: Clock) -> None:
    first, second = sessions.begin(BROWSER), sessions.begin(BROWSER)
    id_ = sessions.known(first, BROWSER)
    assert id_ is not None
    sessions.end(id_)
    sessions.end(id_)
    assert sessions.known(first, BROWSER) is None
    assert sessions.known(second, BROWSER)
    clock.now += LASTS + 1
    assert sessions.known(second, BROWSER) is None


def test_what_ended_long_ago_is_forgotten(sessions: Sessions, own_settings: Settings, clock: Clock) -> None:
    sessions.end("a")
    clock.now += LASTS + 1
    Sessions(open_state(own_settings.state), Hasher(b"k" * 32), clock)
    with open_state(own_settings.state).connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ended_session").scalar() == 0


def test_the_cookie_says_what_a_browser_may_do_with_it() -> None:
    assert Site().set_cookie("v") == f"stodlots=v; Path=/; Max-Age={LASTS}; HttpOnly; SameSite=Lax"
    tls = Site("https://lots.example")
    assert tls.set_cookie("v") == f"__Host-stodlots=v; Path=/; Max-Age={LASTS}; HttpOnly; SameSite=Lax; Secure"
    assert "SameSite=None; Partitioned; Secure" in Site("https://lots.example", embedded=True).set_cookie("v")
    assert "SameSite=Lax" in Site("", embedded=True).set_cookie("v")


def test_the_site_is_as_the_settings_say() -> None:
    given = Settings(web_address="https://lots.example", web_origins="https://a.example https://b.example")
    assert Site.of(given) == Site("https://lots.example", embedded=True)
    assert Site.of(Settings()) == Site()


@pytest.mark.parametrize(
    ("headers", "trusted"),
    [
        ({"origin": "http://localhost:5005", "host": "localhost:5005"}, True),
        ({"origin": "http://localhost:5005", "host": "localhost:5005", "sec-fetch-site": "same-origin"}, True),
        ({"origin": "http://localhost:5005", "host": "localhost:5005", "sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://evil.example", "host": "localhost:5005"}, False),
        ({"origin": "null", "host": "localhost:5005"}, False),
        ({"host": "localhost:5005"}, False),
        ({"origin": "http://localhost:5005", "host": "localhost:5005", "content-type": "text/plain"}, False),
    ],
)
def test_only_the_page_itself_may_change_something(headers: dict[str, str], trusted: bool) -> None:
    assert Site().trusts({**JSON, **headers}) is trusted


def test_a_public_address_goes_before_the_host_header() -> None:
    site = Site("https://lots.example")
    assert site.trusts({**JSON, "origin": "https://lots.example", "host": "127.0.0.1:5005"})
    assert not site.trusts({**JSON, "origin": "https://evil.example", "host": "evil.example"})

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import cli
from bot.channels.teams.channel import TeamsChannel
from bot.channels.teams.configuration import TeamsConfiguration
from bot.channels.teams.manifest import LIMITS, package
from bot.channels.teams.texts import KEYS, TeamsTexts
from bot.channels.teams_auth.tokens import NoTokens, TokenError
from bot.channels.texts import TextsError
from bot.commands import teams as command
from bot.commands.problems import Problem
from bot.commands.teams import check_connection, check_teams, write_manifest
from bot.settings import Settings, SettingsError
from tests.channels.teams.test_tokens_out import pem_file
from tests.channels.teams.world import APP, TENANT, World, teams_settings

WHOLE: dict[str, Any] = {"teams_app_id": APP, "teams_tenant_id": TENANT, "teams_secret": "hemlis"}
SITE: dict[str, Any] = {"web_address": "https://lots.example", "web_owner": "Exempelkommunen"}


def without(*keys: str, **more: Any) -> dict[str, Any]:
    return {key: value for key, value in {**WHOLE, **more}.items() if key not in keys}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (without("teams_app_id"), "STODLOTS_TEAMS_APP_ID='': is missing"),
        (without("teams_tenant_id"), "STODLOTS_TEAMS_TENANT_ID='': is missing"),
        (without("teams_secret"), "neither is set"),
        (without(teams_certificate="x.pem"), "both are set"),
        (without(teams_app_id="min bot"), "STODLOTS_TEAMS_APP_ID='min bot': must be the bot's application"),
        (without(teams_tenant_id="kommun.se"), "STODLOTS_TEAMS_TENANT_ID='kommun.se': must be"),
        (
            without("teams_secret", teams_certificate="/no.pem"),
            "STODLOTS_TEAMS_CERTIFICATE='/no.pem': cannot",
        ),
        ({"teams_secret": "hemlis"}, "STODLOTS_TEAMS_APP_ID='': is missing"),
        ({"teams_anonymous": 1, "host": "0.0.0.0"}, "needs STODLOTS_HOST=127.0.0.1, not 0.0.0.0"),
        ({"teams_anonymous": 1, "host": "192.168.1.5"}, "needs STODLOTS_HOST=127.0.0.1"),
        ({"teams_anonymous": 1, "web_address": "https://lots.example"}, "unset it, or STODLOTS_WEB_ADDRESS"),
        ({**WHOLE, "teams_anonymous": 1}, "is for the playground"),
    ],
)
def test_a_half_configuration_is_one_line(given: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError) as error:
        TeamsConfiguration.of(Settings(**given))
    assert says in str(error.value)
    assert "\n" not in str(error.value)
    assert "hemlis" not in str(error.value)


def test_whole_configurations(tmp_path: Path) -> None:
    assert TeamsConfiguration.of(Settings()) is None
    with_secret = TeamsConfiguration.of(Settings(**WHOLE))
    assert with_secret == TeamsConfiguration(APP, TENANT, "hemlis")
    assert "hemlis" not in repr(with_secret) + repr(Settings(**WHOLE))
    anonymous = TeamsConfiguration.of(Settings(teams_anonymous=1))
    assert anonymous is not None
    assert anonymous.anonymous
    with_file = TeamsConfiguration.of(Settings(**without("teams_secret", teams_certificate=str(pem_file(tmp_path)))))
    assert with_file is not None
    assert isinstance(with_file.credential, dict)
    (tmp_path / "empty.pem").touch()
    with pytest.raises(SettingsError, match="both as PEM"):
        TeamsConfiguration.of(Settings(**without("teams_secret", teams_certificate=str(tmp_path / "empty.pem"))))


def test_the_start_is_stopped_by_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(cli, "settings", lambda: Settings(teams_app_id=APP, port=5099))
    monkeypatch.setattr("bot.commands.serving.check_files", lambda _: None)
    assert cli.main(["serve"]) == 1
    assert capsys.readouterr().err == (
        "STODLOTS_TEAMS_TENANT_ID='': is missing: set it to the id of the tenant (directory) that it belongs to.\n"
    )


async def test_the_channel_is_as_the_settings_say(own_settings: Settings) -> None:
    assert TeamsChannel.of(own_settings).bot is None
    whole = TeamsChannel.of(teams_settings(own_settings, **WHOLE)).bot
    assert whole is not None
    assert whole.microsoft.validator is not None
    anonymous = TeamsChannel.of(teams_settings(own_settings, teams_anonymous=1)).bot
    assert anonymous is not None
    assert anonymous.microsoft.validator is None


def test_missing_texts_are_named(own_settings: Settings) -> None:
    with pytest.raises(TextsError, match=r"teams\.yml is missing"):
        TeamsTexts.load(own_settings.data)
    (own_settings.data / "phrases" / "teams.yml").write_text("welcome: Hej\n", "utf-8")
    with pytest.raises(TextsError, match=r"try_first.*command_description missing"):
        TeamsTexts.load(own_settings.data)
    assert "welcome" in KEYS


def test_the_package(own_settings: Settings, tmp_path: Path) -> None:
    given = teams_settings(own_settings, **WHOLE, **SITE)
    file = write_manifest(given, tmp_path / "teams.zip", "https://kommun.example/dataskydd", "")
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        written = json.loads(archive.read("manifest.json"))
        assert size_of(archive.read("color.png")) == (192, 192)
        assert size_of(archive.read("outline.png")) == (32, 32)
        assert len(archive.read("color.png")) < 50_000
    assert "hemlis" not in json.dumps(written)
    assert written["id"] == written["bots"][0]["botId"] == APP
    assert written["developer"]["privacyUrl"] == "https://kommun.example/dataskydd"
    assert written["developer"]["termsOfUseUrl"] == "https://lots.example"
    assert written["validDomains"] == ["lots.example"]
    texts = TeamsTexts.load(given.data)
    assert all(len(texts(key)) <= most for key, most in LIMITS.items())
    assert package(given, texts) == package(given, texts), "the same settings give the same file"


def size_of(png: bytes) -> tuple[int, int]:
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert (depth, kind) == (8, 6)
    data = zlib.decompress(png[png.index(b"IDAT") + 4 :])
    assert len(data) == height * (1 + 4 * width)
    return width, height


def test_the_outline_is_white_on_nothing(own_settings: Settings) -> None:
    with zipfile.ZipFile(
        io.BytesIO(package(teams_settings(own_settings, **WHOLE, **SITE), texts(own_settings)))
    ) as zipped:
        png = zipped.read("outline.png")
    data = zlib.decompress(png[png.index(b"IDAT") + 4 :])
    pixels = [data[row * 129 + 1 + 4 * column :][:4] for row in range(32) for column in range(32)]
    assert {pixel[:3] for pixel in pixels} == {b"\xff\xff\xff"}
    assert {0, 255} <= {pixel[3] for pixel in pixels}


def texts(own: Settings) -> TeamsTexts:
    return TeamsTexts.load(teams_settings(own).data)


@pytest.mark.parametrize(
    ("given", "privacy", "says"),
    [
        (SITE, "", "STODLOTS_TEAMS_APP_ID and the others are not set"),
        ({"teams_anonymous": 1}, "", "are not set"),
        (WHOLE, "", "STODLOTS_WEB_ADDRESS must be"),
        ({**WHOLE, "web_address": "http://lots.example"}, "", "STODLOTS_WEB_ADDRESS must be"),
        ({**WHOLE, **SITE}, "http://kommun.example", "must be an https:// address"),
    ],
)
def test_a_package_that_lacks_something(
    own_settings: Settings, tmp_path: Path, given: dict[str, Any], privacy: str, says: str
) -> None:
    with pytest.raises(Problem, match=says):
        write_manifest(teams_settings(own_settings, **given), tmp_path / "teams.zip", privacy, "")
    assert not (tmp_path / "teams.zip").exists()


def test_a_text_that_is_too_long_is_named(own_settings: Settings, tmp_path: Path) -> None:
    given = teams_settings(own_settings, **WHOLE, **SITE)
    file = given.data / "phrases" / "teams.yml"
    file.write_text(file.read_text("utf-8").replace("short_name: ", f"short_name: {'x' * 30}"), "utf-8")
    with pytest.raises(Problem, match="short_name has 40 characters; Teams takes 30"):
        write_manifest(given, tmp_path / "teams.zip", "", "")


def test_the_command_writes_the_package(
    own_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli, "settings", lambda: teams_settings(own_settings, **WHOLE, **SITE))
    assert cli.main(["teams", "manifest", "--output", str(tmp_path / "t.zip")]) == 0
    assert capsys.readouterr().out == f"Wrote {tmp_path / 't.zip'}.\n"


def test_the_doctor_looks_at_the_settings(own_settings: Settings) -> None:
    assert check_teams(own_settings) == "not switched on"
    assert "playground" in check_teams(teams_settings(own_settings, teams_anonymous=1))
    with pytest.raises(Problem, match="STODLOTS_TEAMS_TENANT_ID"):
        check_teams(replace(own_settings, teams_app_id=APP))


class Failing:
    def __init__(self, code: str) -> None:
        self.code = code

    async def token(self, *, fresh: bool = False) -> str:
        raise TokenError(self.code)


async def test_the_doctor_tries_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    async with World().running() as world:
        metadata = f"{world.url}/openid"
        found = await check_connection(NoTokens(), metadata)
        assert re.fullmatch("1 keys read, clock [01] s off, token given", found)
        with pytest.raises(Problem, match="the secret is wrong or has expired"):
            await check_connection(Failing("invalid_client"), metadata)
        with pytest.raises(Problem, match=r"login\.microsoftonline\.com"):
            await check_connection(Failing("ConnectionError"), metadata)

        async def hour_ahead(*_: Any) -> float:
            return 3600.0

        monkeypatch.setattr(command, "clock_difference", hour_ahead)
        with pytest.raises(Problem, match="clock is 3600 s ahead"):
            await check_connection(NoTokens(), metadata)
    with pytest.raises(Problem, match=r"open HTTPS to login\.botframework\.com"):
        await check_connection(NoTokens(), "http://127.0.0.1:9/openid")

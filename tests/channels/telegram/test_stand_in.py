"""The stand-in is as strict as it should be."""

from __future__ import annotations

import pytest

from tests.channels.telegram.stand_in import BotApi, Refused, Shown


@pytest.mark.parametrize(
    "html",
    [
        *("a < b", "a > b", "a & b", "&nbsp;", "&amp", "<", "<3", "<b>x", "x</b>", "<b><i>x</b></i>", "<a>x</a>"),
        *("<script>x</script>", "<p>x</p>", '<a onclick="x">y</a>', '<b class="x">y</b>'),
    ],
)
def test_bad_html_is_refused(html: str) -> None:
    with pytest.raises(Refused):
        Shown(html)


@pytest.mark.parametrize("html", ["a &lt; b &amp; c", '<b>x</b> <a href="https://x.example/?a=1&amp;b">y</a>', "&#39;"])
def test_good_html_is_taken(html: str) -> None:
    assert Shown(html).text


def message(**more: object) -> dict[str, object]:
    return {"chat_id": 1, "text": "x", "parse_mode": "HTML", **more}


@pytest.mark.parametrize(
    "data",
    [
        message(text="a" * 4097),
        message(text="😀" * 2049),
        message(text=" "),
        message(parse_mode="Markdown"),
        message(disable_web_page_preview=True),
        message(reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "å" * 33}]]}),
        message(reply_markup={"inline_keyboard": [[{"text": "", "callback_data": "a"}]]}),
        message(reply_markup={"inline_keyboard": [[{"text": "a", "url": "https://x.example"}]]}),
    ],
)
def test_bad_messages_are_refused(data: dict[str, object]) -> None:
    with pytest.raises(Refused):
        BotApi()._send_message(data)


def test_a_message_at_the_limits_is_taken() -> None:
    keyboard = {"inline_keyboard": [[{"text": "a", "callback_data": "å" * 32}]]}
    BotApi()._send_message(message(text="a" * 4096, reply_markup=keyboard))

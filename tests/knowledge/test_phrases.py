from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.knowledge.phrases import PhraseError, Phrases, bullets, listed


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    (tmp_path / "rss.yml").write_text('one: "{municipality} hör till {rss}."\nutter_hej: |-\n  Hej!\n', "utf-8")
    (tmp_path / "level.yml").write_text("kommun: kommunen\n", "utf-8")
    (tmp_path / "empty.yml").write_text("", "utf-8")
    return tmp_path


def test_a_phrase_is_named_by_file_and_key(texts: Path) -> None:
    phrases = Phrases.read(texts)
    assert phrases("rss.one", municipality="Lerum", rss="GR") == "Lerum hör till GR."
    assert phrases("level.kommun") == "kommunen"
    assert "rss.one" in phrases
    assert "one" not in phrases


def test_a_whole_reply_is_named_by_its_key(texts: Path) -> None:
    assert Phrases.read(texts)("utter_hej") == "Hej!"


def test_a_missing_phrase_is_named(texts: Path) -> None:
    with pytest.raises(PhraseError, match=r'there is no phrase "rss\.two"'):
        Phrases.read(texts)("rss.two")


def test_a_missing_value_is_named(texts: Path) -> None:
    with pytest.raises(PhraseError, match=r"\"rss\.one\" needs 'rss'"):
        Phrases.read(texts)("rss.one", municipality="Lerum")


def test_what_is_no_text_is_named(texts: Path) -> None:
    (texts / "rss.yml").write_text("two: 2\n", "utf-8")
    with pytest.raises(PhraseError, match=r'rss\.yml: two: "2" is no text'):
        Phrases.read(texts)


def test_the_real_phrases_are_whole() -> None:
    phrases = Phrases.read(Path("data/phrases"))
    used = {
        name
        for file in Path("bot/knowledge").rglob("*.py")
        for name in re.findall(r'(?:phrases|say)\("([a-z_.]+)"', file.read_text("utf-8"))
    }
    assert used
    assert [name for name in sorted(used) if name not in phrases] == []


def test_listed() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a och b"
    assert listed(iter("abc")) == "a, b och c"


def test_bullets() -> None:
    assert bullets(["a", "b"]) == "- a\n- b"
    assert bullets([]) == ""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.channels.texts import KEYS, Texts, TextsError


def write(folder: Path, file: str, content: str) -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(content, "utf-8")


def test_texts_come_from_phrases_and_from_responses(tmp_path: Path) -> None:
    write(
        tmp_path,
        "responses/a.yml",
        "responses:\n  utter_error:\n  - text: |-\n      Fel.\n\n      Vänta.\n  utter_x: []\n",
    )
    write(tmp_path, "phrases/b.yml", "".join(f"{key}: {key}!\n" for key in KEYS if key != "utter_error") + "other: 1\n")
    write(tmp_path, "phrases/list.yml", "- utter_error\n")
    texts = Texts.load(tmp_path)
    assert texts["utter_error"] == "Fel.\n\nVänta."
    assert texts["utter_empty"] == "utter_empty!"
    assert sorted(texts.replies) == sorted(KEYS)


def test_what_is_missing_is_named_all_at_once(tmp_path: Path) -> None:
    write(tmp_path, "phrases/b.yml", "utter_error: Fel.\n")
    with pytest.raises(TextsError) as error:
        Texts.load(tmp_path)
    assert "utter_empty, utter_too_long" in str(error.value)
    assert str(tmp_path) in str(error.value)


@pytest.mark.parametrize("empty", ["''", "[]", "5", "[{image: x}]"])
def test_a_reply_without_a_text_is_an_error_of_its_file(tmp_path: Path, empty: str) -> None:
    write(tmp_path, "phrases/b.yml", f"utter_error: {empty}\n")
    with pytest.raises(TextsError, match=r"b\.yml: utter_error has no text"):
        Texts.load(tmp_path)


def test_the_project_has_all_of_them() -> None:
    assert len(Texts.load(Path(__file__).parents[2] / "data").replies) == len(KEYS)

from __future__ import annotations

from bot.knowledge.features import Analyzer, Text, Topics, Vectors
from bot.knowledge.linking import Link
from bot.knowledge.swedish import stem


def analyzer(names: str = "ref") -> Analyzer:
    return Analyzer({"slant": ["pengar"]}, {"municipality:1": "county:a"}, names, {"vad"})


def test_words_are_stemmed_and_synonyms_added() -> None:
    text = analyzer().analyze("Vad kostar slantarna?", [])
    assert {"vad", "kost", "slant", "S:pengar", "vad kost"} <= set(text.words)
    first, second = text.content
    assert "kost" in first
    assert {"slant", "S:pengar"} <= set(second)


def test_a_name_is_replaced_by_what_it_names() -> None:
    link = Link(("municipality:1",), 4, 8)
    text = analyzer().analyze("har Lund", [link])
    assert "lund" not in text.words
    assert {"E:municipality:1", "E:county:a", "har E:municipality:1"} <= set(text.words)
    assert all("lund" not in gram for gram in text.characters)
    assert "T:municipality" in analyzer("kind").analyze("har Lund", [link]).words


def test_a_term_is_kept_beside_what_it_names() -> None:
    text = analyzer().analyze("kunskapsstöd", [Link(("term:stod",), 0, 12)])
    assert {stem("kunskapsstöd"), "E:term:stod"} <= set(text.words)


def test_characters_catch_misspelling() -> None:
    words = ("implementering", "uppföljning", "implementera", "uppföljningen")
    text = [analyzer().analyze(word, []) for word in words]
    vectors = Vectors(text)
    like = vectors.transform([analyzer().analyze("implemetering", [])])
    first, second, *_ = (vectors.matrix @ like.T).toarray().ravel()
    assert first > 0.2 > second


def test_topics_know_no_unknown_words() -> None:
    texts = [Text(["pengar", "kronor"], []), Text(["pengar", "budget"], []), Text(["ålder", "år"], [])]
    topics = Topics(texts)
    assert topics.matrix.shape[0] == 3
    assert not topics.transform(Text(["okänt"], [])).any()
    money, age = (
        topics.matrix @ topics.transform(Text(["kronor"], [])),
        topics.matrix @ topics.transform(Text(["år"], [])),
    )
    assert money.argmax() in (0, 1)
    assert age.argmax() == 2

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from bot.knowledge import models
from bot.knowledge.families import Families


@pytest.fixture
def families() -> Iterator[Families]:
    engine = create_engine("sqlite://")
    models.Base.metadata.create_all(engine)
    with Session(engine) as session:
        for ref, name in {
            "support:resa": "Resan",
            "support:resa-barn": "Resan Barn",
            "support:resa-lss-a": "Resan LSS, utförare",
            "support:resa-lss-b": "Resan LSS, handläggare",
            "support:resande": "Resande",
        }.items():
            session.add(models.Entity(ref=ref, kind="support", name=name, summary="Finns."))
        for area in ("barn", "lss"):
            session.add(models.Entity(ref=f"area:{area}", kind="area", name=area, summary=""))
        for ref, area in (("resa-barn", "barn"), ("resa-lss-a", "lss"), ("resa-lss-b", "lss"), ("resande", "barn")):
            session.add(models.EntityArea(ref=f"support:{ref}", area=f"area:{area}"))
        session.flush()
        yield Families(session)


def test_the_one_for_an_area(families: Families) -> None:
    assert families.member("support:resa", ["area:barn"]) == "support:resa-barn"


def test_the_sibling_of_a_member(families: Families) -> None:
    assert families.member("support:resa-lss-a", ["area:barn"]) == "support:resa-barn"


@pytest.mark.parametrize("areas", [[], ["area:lss"], ["area:barn", "area:lss"], ["area:annat"]])
def test_none_where_it_is_not_clear_which(families: Families, areas: list[str]) -> None:
    assert families.member("support:resa", areas) == ""


def test_what_only_begins_alike_is_no_family(families: Families) -> None:
    assert families.member("support:resande", ["area:barn"]) == ""
    assert families.is_head("support:resa")
    assert not families.is_head("support:resande")

"""An empty register, and what the register knew at a moment, a day or a position."""

from __future__ import annotations

from typing import Any

import pytest

from dashboards.figures import FIGURES
from dashboards.figures.table import CAUTION
from tests.cli.asking import Journey, Said, words_of


def test_an_empty_register_answers_everything(empty: Journey) -> None:
    assert empty("figure", "caseload", "--json").json["known_at"] == {"position": 0, "moment": None}
    assert empty("figure", "caseload", "--json").json["cells"][0]["value"] == 0
    for figure in FIGURES:
        words = words_of(figure) if FIGURES[figure].takes.required else ()
        assert "Registret kendte ingen hændelser." in empty("figure", figure, *words).out
    assert "Ingen fund" in empty("findings").out
    assert "Registret har ingen offentliggjorte tal endnu." in empty("published", "--check").out
    assert empty("published", "--json").json == []
    assert empty("export") == Said(0, '{"register":null,"edition":2}\n', "")
    assert empty("rebuild") == Said(0, "Rækkerne er bygget på ny til position 0.\n", "")
    assert "før den første registrering (position 0)" in empty("status").out
    assert empty("replay", "N-1").code == 1


@pytest.mark.parametrize(
    "known_at",
    [
        "2025-01-15",
        "2025-01-15T23:59:59.999999",
        "2025-01-15T23:59:59.999999+01:00",
        "2025-01-15T22:59:59.999999Z",
        "2025-01-16T08:59:59.999999+10:00",
    ],
)
def test_a_day_stands_for_its_end_in_copenhagen(sample: Journey, known_at: str) -> None:
    def figure(known_at: object) -> Any:
        return sample("figure", "caseload", "--valid-at", "2025-02-01", "--known-at", known_at, "--json").json

    found = figure(known_at)

    position = found["known_at"]["position"]
    assert found["known_at"]["moment"].startswith("2025-01-1")
    assert figure(position) == found
    assert figure(position + 1)["known_at"]["moment"] >= "2025-01-16"


COMMANDS = [("figure", "caseload", "--json"), ("findings", "--json"), ("findings",)]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_time_that_is_not_past_is_answered_with_a_caution(sample: Journey, words: tuple[str, ...]) -> None:
    later, past = sample(*words, "--known-at", "2100-01-01"), sample(*words, "--known-at", "2025-01-15")

    assert CAUTION in " ".join(later.err.split())
    assert CAUTION not in " ".join(past.err.split())
    if "--json" in words:
        assert later.json["known_at"]["caution"] == CAUTION
        assert "caution" not in past.json["known_at"]


@pytest.mark.parametrize(
    ("known_at", "position"),
    [
        ("0", 0),
        ("1900-01-01", 0),
        ("0001-01-01T00:00+14:00", 0),
        ("19108", 19108),
        ("19.108", 19108),
        ("2100-01-01", 19108),
        ("9999-12-31", 19108),
        ("9999-12-31T23:59-14:00", 19108),
    ],
)
def test_the_future_knows_all_and_the_time_before_nothing(sample: Journey, known_at: str, position: int) -> None:
    for words in (("figure", "caseload"), ("findings",)):
        assert sample(*words, "--known-at", known_at, "--json").json["known_at"]["position"] == position
    assert sample("export", "--known-at", known_at).out.count("\n") == 1 + position


@pytest.mark.parametrize("words", [("figure", "caseload"), ("findings",), ("replay", "N-2022-0120"), ("export",)])
def test_a_position_past_the_end_is_refused(sample: Journey, words: tuple[str, ...]) -> None:
    assert sample(*words, "--known-at", "19109") == Said(
        1,
        "",
        "Afvist (position_unknown) ved --known-at: Registret er nået til position 19108.\n"
        "Gør: Spørg om en position, der findes (se journey status).\n",
    )

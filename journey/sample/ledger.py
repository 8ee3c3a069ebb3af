"""The ledger: every number the papers print, with the cell of the figure that must give it again."""

from __future__ import annotations

from datetime import date, time, timedelta

from journey.history import SAMPLE_SOURCES

from . import survey
from .case_draft import Draft
from .moments import copenhagen

Data = dict[str, object]

PAPER_2023: dict[str, str] = {"case": "22/5547", "title": "Status på helhedsorienteret sagsbehandling", "date": "2023-02-23"}
PAPER_2025: dict[str, str] = {
    "case": "25/1978",
    "title": "Status på og evaluering af helhedsorienteret sagsbehandling",
    "date": "2025-05-14",
}
_UI, _AM = "ungeindsatsen", "arbejdsmarked"
_REPEATED = "Gentaget uændret i 25/1978"
_RESTATED = "Status 2024 som gengivet i 25/1978"
_WITH_ASSESSING = "Med sager under udredning og med medfulgte sager"
_THE_REST = (
    "De resterende sager: intet tal er trykt, og to læsninger er mulige",
    "9 = 17 - 8: sager i bestanden, som ikke er af de oprindelige",
    "23 = 31 - 8: de oprindelige sager, som ikke længere er aktive",
)
_WITHOUT_ASSESSING = "Uden sager under udredning; Ungeindsatsen tæller dem med"


def ledger_lines() -> list[dict[str, object]]:
    """The `figure_published` lines of the stream `ledger`, in the order of the papers 22/5547 and 25/1978."""
    return [draft.line() for draft in ledger_drafts()]


def ledger_drafts() -> list[Draft]:
    """One event for each printed number, known at eight on the morning after the committee's meeting."""
    entries = [(PAPER_2023, entry) for entry in _of_2023()] + [(PAPER_2025, entry) for entry in _of_2025() + _of_the_survey()]
    return [_draft(paper, entry) for paper, entry in entries]


def _draft(paper: dict[str, str], entry: Data) -> Draft:
    day = date.fromisoformat(paper["date"])
    data = {**entry, "paper": dict(paper)}
    draft = Draft("ledger", "figure_published", day, data, "sb-92", copenhagen(day + timedelta(days=1), time(8)))
    draft.source, draft.source_id = f"{SAMPLE_SOURCES}udvalgspapirer", str(entry["id"])
    return draft


def _entry(
    name: str,
    figure: str | None,
    parameters: Data,
    cell: Data,
    value: int | None,
    *notes: str,
    qualifier: str = "exact",
) -> Data:
    return {
        "id": name,
        "figure": figure,
        "parameters": parameters,
        "cell": cell,
        "value": value,
        "qualifier": qualifier,
        "notes": list(notes),
    }


def _reference(name: str, value: int | None, *notes: str, qualifier: str = "exact") -> Data:
    """A printed number that is no projection of events."""
    return _entry(name, None, {}, {}, value, *notes, qualifier=qualifier)


def _caseload(name: str, unit: str, day: str, value: int, *notes: str) -> Data:
    parameters: Data = {"unit": [unit], "valid_at": [day]}
    if unit == _AM:
        parameters["include_assessing"] = False
    return _entry(name, "caseload", parameters, {"unit": unit, "valid_at": day}, value, *notes)


def _adults(year: int, day: str, activity_ready: int, resource_course: int, *notes: str) -> list[Data]:
    """A row of table 2: the two target groups and their sum."""
    parameters: Data = {"unit": [_AM], "valid_at": [day], "include_assessing": False}
    groups = (("aktivitetsparat", activity_ready), ("ressourceforloeb_jaf", resource_course))
    return [
        *(
            _entry(
                f"am-{year}-{group}",
                "caseload_by_benefit",
                dict(parameters),
                {"valid_at": day, "benefit": group},
                value,
                *notes,
            )
            for group, value in groups
        ),
        _caseload(f"am-{year}", _AM, day, activity_ready + resource_course, _WITHOUT_ASSESSING, *notes),
    ]


def _of_2023() -> list[Data]:
    day = "2023-01-24"
    period: Data = {"from": "2022-01-01", "to": "2023-01-25"}
    schools: Data = {"unit": [_UI], "valid_at": day}
    complaints: Data = {"unit": [_UI], **period}
    decided: Data = {"measure": "decided", "outcome": "upheld"}
    return [
        _caseload(
            "ui-2023",
            _UI,
            day,
            156,
            _WITH_ASSESSING,
            "Kaldes sager under helhedsorienteret sagsbehandling; bilaget 2025 siger andet",
            _REPEATED,
        ),
        _entry(
            "ui-2023-efterskole",
            "committed_amounts",
            schools,
            {"support": "efterskole", "measure": "grants"},
            21,
            "Ikke det samme 21 som sagstallet i AM",
        ),
        _entry(
            "ui-2023-efterskole-kr",
            "committed_amounts",
            dict(schools),
            {"support": "efterskole", "measure": "yearly_amount"},
            1_150_000,
            "Kroner om året",
        ),
        _entry(
            "ui-2023-botilbud",
            "caseload_by_support",
            dict(schools),
            {"support": "other"},
            1,
            "Midlertidigt botilbud, bevilget inden overflytningen; med i de 156",
        ),
        _entry(
            "ui-2023-klager-stadfaestet",
            "complaints",
            complaints,
            decided,
            2,
            "Kommunen har fået medhold: stadfæstet, ikke omgjort",
        ),
        _entry("ui-2023-klager-verserende", "complaints", dict(complaints), {"measure": "pending"}, 1),
        *_adults(2023, "2023-01-17", 12, 9, "2023: ressourceforløbsmodtagere; 2025: …/JAF", _REPEATED),
        _entry("am-2023-klager", "complaints", {"unit": [_AM], **period}, {"measure": "received"}, 0),
        _reference("ui-forventet", 100, "Forventning ved Kommunalbestyrelsens beslutning 20. april 2021", qualifier="ca"),
        _reference("am-start", 30, "Sager ved starten i oktober 2022; 25/1978 siger 31", qualifier="ca"),
    ]


def _of_2025() -> list[Data]:
    day = "2025-02-01"
    supports = (("bostoette", 43), ("ungestoette", 21), ("efterskole", 10), ("kontaktperson", 7), ("assessing", 15))
    october: Data = {"from_unit": "social", "to_unit": _AM, "from": "2022-10-01", "to": "2022-11-01", "valid_at": day}
    pensions: Data = {"from_unit": _AM, "to_unit": "social", "reason": "disability_pension"}
    return [
        _caseload("ui-2024", _UI, "2024-02-02", 117, _WITH_ASSESSING, _RESTATED),
        _caseload("ui-2025", _UI, day, 96, _WITH_ASSESSING),
        *(
            _entry(
                f"ui-2025-{support}",
                "caseload_by_support",
                {"unit": [_UI], "valid_at": day},
                {"support": support},
                value,
                *notes,
            )
            for support, value in supports
            for notes in [("Sagen siger borgere, bilaget sager",) if support == "bostoette" else ()]
        ),
        *_adults(2024, "2024-02-01", 13, 7, _RESTATED),
        *_adults(2025, day, 12, 5),
        _entry(
            "am-2025-vum",
            "under_assessment",
            {"unit": [_AM], "valid_at": day},
            {"unit": _AM, "valid_at": day},
            9,
            "Derudover: ikke med i de 17",
        ),
        _entry("am-kohorte", "cohort", october, {"measure": "size"}, 31, "22/5547 siger ca. 30 sager"),
        _entry("am-kohorte-aktive", "cohort", dict(october), {"measure": "active"}, 8),
        _entry("am-kohorte-resten", "cohort", dict(october), {"measure": "newcomers"}, None, *_THE_REST),
        _entry(
            "am-2024-foertidspension",
            "transfers",
            {**pensions, "from": "2024-01-01", "to": "2025-01-01"},
            pensions,
            5,
            "Borgere; kalenderåret 2024, mens bestanden er fra februar til februar",
        ),
        _reference(
            "am-udredt-i-social", None, "Enkelte borgere udredt på Socialområdet; intet tal er trykt", qualifier="enkelte"
        ),
    ]


def _of_the_survey() -> list[Data]:
    """The bars of figures 1-7 in appendix 1, and what its text says where a bar is missing."""
    answers = ("meget_uenig", "uenig", "hverken", "enig", "meget_enig")
    missing = "Søjlens tal mangler i bilaget"
    entries: list[Data] = []
    for number, (statement, bars) in enumerate(survey.STATEMENTS, start=1):
        parameters: Data = {"wave": survey.WAVE, "statement": statement}
        for answer, bar in zip(answers, bars, strict=True):
            notes = (missing,) if bar is None else ()
            entries.append(
                _entry(
                    f"survey-2025-{number}-{answer}",
                    "survey",
                    dict(parameters),
                    {"statement": statement, "answer": answer},
                    bar,
                    *notes,
                )
            )
        entries.append(
            _entry(f"survey-2025-{number}-n", "survey", parameters, {"statement": statement, "measure": "n"}, survey.ANSWERED)
        )
    return [
        *entries,
        _reference("survey-2025-inviterede", survey.INVITED, "Kan ikke udledes af de inviterede grupper"),
        _reference("survey-2025-svarprocent", 29, "Procent: 16 af 56"),
        _reference("survey-2025-4-enige", 12, "Figur 4 og 7: enig og meget enig under ét"),
        _reference("survey-2025-5-enige", 10, "Figur 5: enig og meget enig under ét"),
        _reference("survey-2025-6-enige", 10, "Figur 6: enig og meget enig under ét"),
        _reference("survey-2025-6-uenige", 2, "Figur 6: uenig og meget uenig under ét"),
    ]

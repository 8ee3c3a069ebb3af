"""Til- og afgang: entries and exits between the status days, transfers of the year, and cohorts handed over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboards.figures.figure import Ask, dimensions_of
from dashboards.pack.caveats import ALL_CASES, counted_by
from dashboards.pack.occasion import DAY, Occasion, period
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Paragraph, Part, Sum, by_number, value
from dashboards.view import Answers, FigureCells
from dashboards.words.danish import WORDS, day, word


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    out = {f"flow {unit}": occasion.ask("stock_flow", unit=[unit], **period(occasion.between(unit))) for unit in occasion.days}
    out |= {f"from {unit}": occasion.ask("transfers", from_unit=[unit], **period(occasion.before)) for unit in occasion.days}
    for moved in _printed_transfers(occasion):
        out["printed " + " ".join(moved)] = occasion.ask("transfers", **_of_transfers(moved), **period(occasion.before))
    for cohort in _cohorts(occasion):
        out["cohort " + " ".join(cohort)] = occasion.ask("cohort", **_of_cohort(occasion, cohort))
    return out


def _of_transfers(moved: tuple[str, str, str]) -> dict[str, Sequence[str]]:
    return {name: [code] for name, code in zip(("from_unit", "to_unit", "reason"), moved, strict=True)}


def _of_cohort(occasion: Occasion, cohort: tuple[str, str, str, str]) -> dict[str, Sequence[str]]:
    from_unit, to_unit, first, after = cohort
    day = occasion.days.get(to_unit, (occasion.day,))[-1]
    return {"from_unit": [from_unit], "to_unit": [to_unit], "from": [first], "to": [after], "valid_at": [day.isoformat()]}


def _cohorts(occasion: Occasion) -> list[tuple[str, str, str, str]]:
    """The cohorts that papers have printed (from, to, first day, first day after), handed over before the status."""
    found = {
        tuple(str(printed.published.parameters.get(name)) for name in ("from_unit", "to_unit", "from", "to"))
        for printed in occasion.ledger
        if printed.published.figure == "cohort"
    }
    until = occasion.day.isoformat()
    return sorted(
        (a, b, c, d) for a, b, c, d in found if d <= until and occasion.can_ask("cohort", **_of_cohort(occasion, (a, b, c, d)))
    )


def _printed_transfers(occasion: Occasion) -> list[tuple[str, str, str]]:
    """The transfers for which papers have printed a number: from, to and reason."""
    found = {
        tuple(str(printed.published.parameters.get(name)) for name in ("from_unit", "to_unit", "reason"))
        for printed in occasion.ledger
        if printed.published.figure == "transfers"
    }
    return sorted((a, b, c) for a, b, c in found if occasion.can_ask("transfers", **_of_transfers((a, b, c))))


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    out: list[Part] = [Heading(2, "Til- og afgang")]
    out += [_flow(occasion, unit, answers[f"flow {unit}"]) for unit in occasion.days]
    out += [part for cohort in _cohorts(occasion) for part in _cohort(occasion, cohort, answers)]
    out += _pensions(occasion, answers)
    moved = _transfers(occasion, answers)
    return (*out, *([moved] if moved.rows else []))


def _flow(occasion: Occasion, unit: str, answer: FigureCells) -> Grid:
    rows: list[tuple[Entry, ...]] = []
    entries: list[Any] = []
    exits: list[Any] = []
    for cell in answer.cells:
        dimensions = dimensions_of(cell)
        each = value(answer, **dimensions)
        of = {"entries": entries, "exits": exits}.get(cell["measure"])
        if of is not None and cell["cause"] is not None:
            of.append(each)
            if not each.number:
                continue
        rows.append((_label(dimensions, occasion), each))
    first, after = occasion.between(unit)
    whole = {measure: value(answer, measure=measure, cause=None) for measure in ("entries", "exits")}
    stock = {measure: value(answer, measure=measure, cause=None) for measure in ("opening", "closing")}
    return Grid(
        "",
        f"Til- og afgang af sager i {occasion.unit(unit)} {day(first)} – {day(after - DAY)}",
        ("Til- og afgang", "Antal sager"),
        tuple(rows),
        (
            *counted_by(answer),
            Footnote(
                "Perioden er fra dagen efter forrige statusdag til og med denne."
                if len(occasion.days[unit]) > 1
                else f"Ingen statusdag går forud: perioden er fra {day(first)} til og med statusdagen."
            ),
            *([ALL_CASES] if unit == occasion.municipality.tables.second else []),
        ),
        (
            Sum(whole["entries"], tuple(entries)),
            Sum(whole["exits"], tuple(exits)),
            Sum(stock["closing"], (stock["opening"], whole["entries"]), (whole["exits"],)),
        ),
        last_is_total=True,
    )


def _label(dimensions: Mapping[str, Any], occasion: Occasion) -> str:
    measure, cause = dimensions["measure"], dimensions["cause"]
    if cause is None:
        return {"opening": "Primo", "closing": "Ultimo"}.get(measure, f"{WORDS[measure]} i alt")
    detail = next((word(name, dimensions[name], occasion.codes) for name in ("reason", "to_unit") if name in dimensions), "")
    text = f"{WORDS[measure]}: {word('cause', cause, occasion.codes).lower()}"
    return f"{text} ({detail.lower() if 'reason' in dimensions else detail})" if detail else text


def _cohort(occasion: Occasion, cohort: tuple[str, str, str, str], answers: Answers) -> tuple[Part, ...]:
    from_unit, to_unit, first, after = cohort
    answer = answers["cohort " + " ".join(cohort)]
    last = date.fromisoformat(after) - DAY
    size, active, newcomers = (value(answer, measure=measure) for measure in ("size", "active", "newcomers"))
    text = Paragraph(
        (
            "Der blev overdraget ",
            size,
            (
                f" {by_number(size, 'sag', 'sager')} fra {occasion.unit(from_unit)} til {occasion.unit(to_unit)} i perioden "
                f"{day(date.fromisoformat(first))} – {day(last)}. Af dem er der pr. {day(answer.ask.question.valid_at[0])} fortsat "
            ),
            active,
            f" {by_number(active, 'aktiv', 'aktive')}. Af sagerne med støtte i enheden er ",
            newcomers,
            " kommet til på anden vis.",
            *counted_by(answer),
        )
    )
    return (text,)


def _pensions(occasion: Occasion, answers: Answers) -> list[Part]:
    out: list[Part] = []
    for unit, to_unit, reason in _printed_transfers(occasion):
        answer = answers[f"printed {unit} {to_unit} {reason}"]
        count = value(answer, from_unit=unit, to_unit=to_unit, reason=reason)
        counted = "ingen" if count.number is None and count.why is None else count
        why = word("reason", reason, occasion.codes).lower()
        start = f"I løbet af {occasion.year - 1} blev "
        where = f" {by_number(count, 'borger', 'borgere')} overdraget fra {occasion.unit(unit)} til {occasion.unit(to_unit)} ({why})."
        out.append(Paragraph((start, counted, where, *counted_by(answer))))
    return out


def _transfers(occasion: Occasion, answers: Answers) -> Grid:
    transfers = [answers[f"from {unit}"] for unit in occasion.days]
    rows = tuple(
        (
            *(word(name, cell[name], occasion.codes) for name in ("from_unit", "to_unit", "reason")),
            value(each, **{name: cell[name] for name in ("from_unit", "to_unit", "reason")}),
        )
        for each in transfers
        for cell in each.cells
    )
    note = Footnote(
        "Overdragelser er talt i kalenderåret og i borgere; tabellerne over til- og afgang er talt i sager fra statusdag til statusdag."
    )
    title = f"Overdragelser fra HOI-enhederne i {occasion.year - 1}"
    return Grid("", title, ("Fra", "Til", "Grund", "Antal borgere"), rows, (*counted_by(*transfers), note))

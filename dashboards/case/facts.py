"""The state of a case as facts in words, and what an event changed of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from dashboards.case.words import label
from dashboards.words.language import Language
from journey.case import Grant, State, primary_support, stage
from journey.codes import CodeLists
from journey.events.caseworkers import ROLES


class Fact(Struct, frozen=True):
    """One thing that is so: a key that stays the same while its text changes, and both in words."""

    key: str
    label: str
    text: str


class Change(Struct, frozen=True):
    """One fact before and after an event; None where it was not so, or is so no longer."""

    label: str
    before: str | None
    after: str | None


def stage_word(state: State, codes: CodeLists, translate: Language) -> str:
    """How far the case is: its stage (domain.md section 4), or that it is not open."""
    if not state.open:
        return translate("ikke åben")
    match stage(state, primary_support(state, codes.classes)):
        case "supported":
            return translate("har støtte")
        case "assessing":
            return translate("under udredning")
        case "waiting":
            return translate("venter")


def facts(state: State, codes: CodeLists, translate: Language) -> tuple[Fact, ...]:
    """The state in words, in a fixed order; what was never said is left out."""
    return tuple(_facts(state, codes, translate))


def _facts(state: State, codes: CodeLists, translate: Language) -> Iterator[Fact]:
    yield Fact("stage", translate("Sagen"), stage_word(state, codes, translate))
    if state.unit:
        yield Fact("unit", translate("Enhed"), label(codes, "units", state.unit, translate))
    if state.citizen:
        born = translate(", født {month}", month=translate.month(date.fromisoformat(f"{state.born}-01"))) if state.born else ""
        yield Fact("citizen", translate("Borger"), state.citizen + born)
    if not state.in_scope:
        yield Fact("in_scope", translate("Omfattet"), translate("medfulgt uden for HOI"))
    if state.layer:
        yield Fact("layer", translate("Model 3"), label(codes, "layers", state.layer, translate))
    if state.benefit:
        yield Fact("benefit", translate("Forsørgelse"), label(codes, "benefits", state.benefit, translate))
    if state.assessing:
        yield Fact("assessing", translate("Udredning"), translate("i gang"))
    primary = primary_support(state, codes.classes)
    for grant in state.grants:
        yield Fact(
            f"grant {grant.grant}",
            translate("Bevilling {grant}", grant=grant.grant),
            _granted(grant, primary, codes, translate),
        )
    for role, holder in zip(ROLES, state.holders, strict=True):
        if holder:
            name = label(codes, "roles", role, translate)
            yield Fact(f"holder {role}", translate("Sagsbehandler, {role}", role=name.lower()), holder.worker)
    for worker in state.performers:
        yield Fact(f"performer {worker}", translate("Bostøttemedarbejder"), worker)
    if state.frames or state.drawn:
        money = translate(
            "{agreed} kr. aftalt, {drawn} kr. trukket",
            agreed=translate.number(state.agreed),
            drawn=translate.number(state.drawn),
        )
        yield Fact("frame", translate("Handlingsramme"), money)
    for one in state.follow_ups:
        track = f", {label(codes, 'tracks', one.track, translate).lower()}" if one.track else ""
        yield Fact(f"follow-up {one.position}", translate("Ubesvaret opfølgning"), translate.day(one.due) + track)
    for one in state.complaints:
        answers = [label(codes, "reassessments", one.reassessed, translate)] if one.reassessed else []
        answers += [label(codes, "decisions", one.decided, translate)] if one.decided else []
        name = translate("Klage {complaint}", complaint=one.complaint)
        yield Fact(f"complaint {one.complaint}", name, ", ".join(answers).lower() or translate("ubesvaret"))


def _granted(grant: Grant, primary: str | None, codes: CodeLists, translate: Language) -> str:
    amount = (
        translate(", {amount} kr. om året", amount=translate.number(grant.yearly_amount))
        if grant.yearly_amount is not None
        else ""
    )
    return (
        label(codes, "supports", grant.support, translate)
        + amount
        + (translate(", primær støtte") if grant.support == primary else "")
    )


def changes(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Change, ...]:
    """What is newly so, no longer so, or so in another way."""
    was, now = {one.key: one for one in before}, {one.key: one for one in after}
    return tuple(
        Change((now.get(key) or was[key]).label, was[key].text if key in was else None, now[key].text if key in now else None)
        for key in dict.fromkeys((*was, *now))
        if was.get(key) != now.get(key)
    )

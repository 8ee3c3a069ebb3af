"""The facts of a case's state in words, and the changes between two states."""

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
    """A fact of the state: a key that stays the same while its text changes, with label and text."""

    key: str
    label: str
    text: str


class FactChange(Struct, frozen=True):
    """A fact that changed: its text before and after; None where it did not hold."""

    label: str
    before: str | None
    after: str | None


def stage_word(state: State, codes: CodeLists, translate: Language) -> str:
    """The stage of the case (domain.md section 4), or that it is not open."""
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
    """The facts of a state, in a fixed order; what is not known is left out."""
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
    for follow_up in state.follow_ups:
        track = f", {label(codes, 'tracks', follow_up.track, translate).lower()}" if follow_up.track else ""
        yield Fact(f"follow-up {follow_up.position}", translate("Ubesvaret opfølgning"), translate.day(follow_up.due) + track)
    for each in state.complaints:
        answers = [label(codes, "reassessments", each.reassessed, translate)] if each.reassessed else []
        answers += [label(codes, "decisions", each.decided, translate)] if each.decided else []
        name = translate("Klage {complaint}", complaint=each.complaint)
        yield Fact(f"complaint {each.complaint}", name, ", ".join(answers).lower() or translate("ubesvaret"))


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


def changes(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[FactChange, ...]:
    """The facts that are new, gone or different."""
    was, now = {fact.key: fact for fact in before}, {fact.key: fact for fact in after}
    return tuple(
        FactChange(
            (now.get(key) or was[key]).label, was[key].text if key in was else None, now[key].text if key in now else None
        )
        for key in dict.fromkeys((*was, *now))
        if was.get(key) != now.get(key)
    )

"""An event as a clause that says why: "sagen blev afsluttet 3. oktober 2024: forsørgelse afklaret"."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.case.words import kind_word, label
from dashboards.words.language import Language, later
from journey import events as e
from journey.codes import CodeLists
from journey.events import Event
from journey.history import Recorded

CLAUSES: Mapping[type[Event], str] = {
    e.Referred: later("sagen blev henvist til {to} {day}"),
    e.Reopened: later("sagen blev genoptaget {day}"),
    e.Transferred: later("sagen blev overdraget til {to} {day}: {why}"),
    e.Closed: later("sagen blev afsluttet {day}: {why}"),
    e.Rejected: later("sagen blev afvist ved visitation {day}: {why}"),
    e.MergedInto: later("sagen blev lagt sammen med sag {to} {day}"),
    e.Visited: later("sagen blev visiteret {day}"),
    e.SupportGranted: later("støtten »{what}« blev bevilget {day}"),
    e.SupportEnded: later("bevilling {what} ophørte {day}"),
    e.AssessmentOpened: later("udredningen begyndte {day}: {why}"),
    e.AssessmentClosed: later("udredningen blev afsluttet {day}"),
    e.BenefitChanged: later("forsørgelsen {day} blev {what}"),
    e.ComplaintReceived: later("klage {what} blev modtaget {day}"),
    e.ComplaintReassessed: later("klage {what} blev genvurderet {day}: {why}"),
    e.ComplaintDecided: later("klage {what} blev afgjort i Ankestyrelsen {day}: {why}"),
}
OUT_OF_SCOPE = later("sagen blev henvist til {to} {day} uden at være omfattet af HOI")
ANY = later("hændelsen »{kind}« gælder fra {day}")
"""Of any other kind."""


def event_clause(recorded: Recorded, codes: CodeLists, translate: Language) -> str:
    """The event and its day as a clause."""
    event = recorded.event
    sentence = OUT_OF_SCOPE if isinstance(event, e.Referred) and not event.in_scope else CLAUSES.get(type(event), ANY)
    values = {"to": "", "what": "", "why": ""}
    match event:
        case e.Referred():
            values["to"] = label(codes, "units", event.unit, translate)
        case e.Transferred():
            values |= {"to": label(codes, "units", event.to, translate), "why": _reason(event, event.reason, codes, translate)}
        case e.Closed() | e.Rejected():
            values["why"] = _reason(event, event.reason, codes, translate)
        case e.MergedInto():
            values["to"] = event.case
        case e.SupportGranted():
            values["what"] = label(codes, "supports", event.support, translate)
        case e.SupportEnded():
            values["what"] = event.grant
        case e.AssessmentOpened():
            values["why"] = _lower(label(codes, "methods", event.method, translate))
        case e.BenefitChanged():
            values["what"] = _lower(label(codes, "benefits", event.benefit, translate))
        case e.ComplaintReceived():
            values["what"] = event.complaint
        case e.ComplaintReassessed() | e.ComplaintDecided():
            outcome = label(codes, event.codes["outcome"], event.outcome, translate)
            values |= {"what": event.complaint, "why": _lower(outcome)}
        case _:
            pass
    return translate(sentence, day=translate.day(recorded.valid_at), kind=kind_word(type(event), translate), **values)


def _reason(event: Event, code: str, codes: CodeLists, translate: Language) -> str:
    return _lower(label(codes, event.codes["reason"], code, translate))


def _lower(text: str) -> str:
    """The label as it stands inside a sentence; one that begins with an abbreviation stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text

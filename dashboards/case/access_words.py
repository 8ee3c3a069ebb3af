"""The words of who may see a case: why it is protected, blocked or linked, why it was opened in an emergency, and what an order does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from dashboards.words.language import Language, later

PROTECTED_AS: Mapping[str, str] = {
    "name_and_address": later("Navne- og adressebeskyttelse"),
    "employee_or_relative": later("En medarbejders eller pårørendes sag"),
    "sensitive": later("Særligt følsom"),
}
BLOCKED_AS: Mapping[str, str] = {"own": later("Personens egen sag"), "relative": later("En pårørendes sag")}
LINKED_AS: Mapping[str, str] = {
    "parent": later("Barn og forælder"),
    "household": later("Samme husstand"),
    "merged": later("Lagt sammen"),
}
REASON_WORDS: Mapping[str, str] = {
    "danger": later("Fare for liv eller helbred"),
    "citizen_waits": later("Borgeren er her nu, og sagens medarbejder er ikke"),
    "deadline": later("En frist udløber, før andre kan give adgang"),
    "other": later("Andet"),
}
OUTCOME_WORDS: Mapping[str, str] = {"justified": later("Berettiget"), "not_justified": later("Ikke berettiget")}


class OrderOfAccess(Protocol):
    """Order about who may see a case, as its words need it."""

    @property
    def act(self) -> str: ...
    @property
    def case(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def person(self) -> str: ...
    @property
    def last(self) -> date | None: ...
    @property
    def other(self) -> str: ...


def in_words(order: OrderOfAccess, translate: Language) -> str:
    """Words for what the order does, before it is done."""
    match order.act:
        case "protect":
            return translate(
                "Sag {case} beskyttes: {why}, siger {source}, fra {day}. Kun den, der får adgang ved navn, kan se den og de sager, den er"
                " knyttet til.",
                case=order.case,
                why=translate(PROTECTED_AS[order.kind]).lower(),
                source=translate.quoted(order.source),
                day=_day(order.since, translate),
            )
        case "block":
            return translate(
                "Sag {case} spærres for {person}, hvad end personens rolle er, og hvad end der er givet adgang til.",
                case=order.case,
                person=order.person,
            )
        case "grant":
            return translate(
                "{person} får adgang til sag {case} til og med {day}.",
                person=order.person,
                case=order.case,
                day=_day(order.last, translate),
            )
        case "link":
            return translate(
                "Sag {case} og sag {other} knyttes sammen: er den ene beskyttet, er den anden det også.",
                case=order.case,
                other=order.other,
            )
        case _:
            return translate(
                "Det ophører nu i sag {case}. Hvem der satte det, og hvem der lod det ophøre, bliver stående.", case=order.case
            )


def _day(day: date | None, translate: Language) -> str:
    return translate.day(day) if day else ""

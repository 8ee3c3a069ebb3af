"""The rules R1-R15 that a course is held against: what the papers say should happen, who decided it, and from when it counts.

Background: the research page, section 1.5. A deviation is a question to the municipality, never a refusal of history.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from msgspec import Struct

Standing = Literal["adopted", "described", "proposed"]
"""Vedtaget by a political body; described in a paper as how it is or shall be done (beskrevet); only proposed (foreslået)."""

STANDINGS: Mapping[Standing, str] = {
    "adopted": "vedtaget",
    "described": "beskrevet i et forelagt papir, ikke særskilt vedtaget",
    "proposed": "foreslået; at det er vedtaget, fremgår ikke",
}


class Decision(Struct, frozen=True):
    """Source of a rule: the paper, its case number where it has one, and the body and day that it was before."""

    paper: str
    case: str | None
    body: str
    day: date
    standing: Standing


class Rule(Struct, frozen=True):
    """One rule: the question that a deviation asks, when there is one, the decision behind it, and its days `[first, until)`."""

    id: str
    title: str
    question: str
    deviates: str
    """What counts as a deviation; for a rule that no event can show, why it cannot be measured (ikke målbar)."""
    decision: Decision
    first: date
    until: date | None = None
    """None where no end is printed."""
    occasion: tuple[str, ...] = ()
    """What an occasion on which it applies is, of one and of many; none for a rule that no event can show."""
    of_cases: bool = False
    """Whether it applies to a case on every day, so that its occasions are cases."""
    measurable: bool = True
    unit: str | None = None
    """The code of the unit whose cases it is about; None where it is about cases of any."""
    forum: str | None = None
    """The code of the forum that the case is to be before; None where it is about no one forum."""

    def counts_on(self, day: date) -> bool:
        """Whether the day lies within the rule's dates."""
        return self.first <= day and (self.until is None or day < self.until)


YOUTH, ADULTS = "ungeindsatsen", "arbejdsmarked"
"""The two units that the papers tell of, by their codes in the list of units."""
COMMITTEE = "kv_udvalg"
"""Koordinations- og visitationsudvalget, by its code in the list of forums."""

KB_2021 = date(2021, 4, 20)
"""The council's (Kommunalbestyrelsen) decision to begin."""
YOUTH_BEGAN = date(2022, 2, 1)
"""S3: "I februar 2022 blev den helhedsorienterede sagsbehandling igangsat … i Ungeindsatsen"."""
ADULTS_BEGAN = date(2022, 10, 1)
"""S3: "I oktober 2022 fulgte arbejdsmarkedsområdet"."""
STATUS_2023 = date(2023, 2, 23)
STATUS_2025 = date(2025, 5, 14)

_KB, _AU, _BUU = "Kommunalbestyrelsen", "Arbejdsmarkedsudvalget", "Børne- og Ungdomsudvalget"
_YOUTH_NOTE = "Notat: Helhedsorienteret og tværgående ungeindsats (udateret, 2021)"
_MODEL_3 = "Notat: Helhedsorienteret og tværgående sagsbehandling og indsats, model 3 (udateret, 2021)"
_ANNEX_2025 = "Bilag 1: Status for Helhedsorienteret Indsats (HOI) 2025"
_STATUS_2023 = "Status på helhedsorienteret sagsbehandling"
_STATUS_2025 = "Status på og evaluering af helhedsorienteret sagsbehandling"
_STARTED = "Helhedsorienteret og tværgående sagsbehandling og indsats"

_DESCRIBED_2025 = Decision(_ANNEX_2025, "25/1978", _AU, STATUS_2025, "described")
_PROPOSED_2021 = Decision(_YOUTH_NOTE, None, _KB, KB_2021, "proposed")

_ALL = (
    Rule(
        "R1",
        "Fælles visitation, før støtten begynder",
        "Blev sagen forelagt Samarbejdsforum 30+, før støtten begyndte?",
        "Støtte begynder i Arbejdsmarkedsafdelingen, ved bevilling eller overdragelse, uden at Samarbejdsforum 30+ har visiteret eller "
        "fået sagen forelagt til visitation senest samme dag. De sager, indsatsen begyndte med i oktober 2022, er ikke med.",
        _DESCRIBED_2025,
        date(2022, 11, 1),
        unit=ADULTS,
        forum="samarbejdsforum_30",
        occasion=("1 støttestart i Arbejdsmarkedsafdelingen", "{n} støttestarter i Arbejdsmarkedsafdelingen"),
    ),
    Rule(
        "R2",
        "Nye unge-sager skal omkring Samarbejdsforum",
        "Var den nye sag omkring Samarbejdsforum ung, før støtten begyndte?",
        "Støtte begynder i en ny sag i Ungeindsatsen (medfulgte sager undtaget), ved bevilling eller overdragelse, uden at "
        "Samarbejdsforum ung har haft sagen til visitation senest samme dag. Beslutningen gælder »i en periode«; dens slutdag er "
        "ikke trykt.",
        Decision(_STATUS_2023, "22/5547", _BUU, STATUS_2023, "adopted"),
        STATUS_2023,
        unit=YOUTH,
        forum="samarbejdsforum_ung",
        occasion=("1 støttestart i nye sager i Ungeindsatsen", "{n} støttestarter i nye sager i Ungeindsatsen"),
    ),
    Rule(
        "R3",
        "En leder beslutter, at udvalget skal se sagen",
        "Besluttede en leder, at sagen skulle for koordinations- og visitationsudvalget?",
        "Sagen er første gang for koordinations- og visitationsudvalget, uden at en leder har forelagt den senest samme dag.",
        _PROPOSED_2021,
        YOUTH_BEGAN,
        forum=COMMITTEE,
        occasion=("1 sag, der første gang er for udvalget", "{n} sager, der første gang er for udvalget"),
    ),
    Rule(
        "R4",
        "Ungeplan og fast sagsbehandler på mødet",
        "Blev der aftalt en ungeplan og udpeget en fast sagsbehandler på mødet?",
        "Sagen er første gang for koordinations- og visitationsudvalget, og der er ikke ved dagens udgang både en ungeplan og en "
        "fast/gennemgående sagsbehandler.",
        _PROPOSED_2021,
        YOUTH_BEGAN,
        forum=COMMITTEE,
        occasion=("1 sag, der første gang er for udvalget", "{n} sager, der første gang er for udvalget"),
    ),
    Rule(
        "R5",
        "Ramme og opfølgning aftales fra starten",
        "Blev handlingsrammen og dagen for opfølgning aftalt fra starten?",
        "Sagen er første gang for koordinations- og visitationsudvalget, og der er ikke ved dagens udgang aftalt både en "
        "handlingsramme og en opfølgning.",
        _PROPOSED_2021,
        YOUTH_BEGAN,
        forum=COMMITTEE,
        occasion=("1 sag, der første gang er for udvalget", "{n} sager, der første gang er for udvalget"),
    ),
    Rule(
        "R6",
        "Justeringer holder sig inden for rammen",
        "Holdt justeringen sig inden for den aftalte handlingsramme?",
        "Et træk, hvorefter der er trukket mere, end der er aftalt, eller en aftale, der bringer sagens rammer over 50.000 kr.",
        _PROPOSED_2021,
        YOUTH_BEGAN,
        occasion=("1 ramme eller træk", "{n} rammer og træk"),
    ),
    Rule(
        "R7",
        "Væsentlige ændringer af ungeplanen forelægges på ny",
        "Blev den væsentlige ændring af ungeplanen forelagt på ny?",
        "Ungeplanen er revideret væsentligt, uden at ændringen er forelagt for et forum senest samme dag. En forelæggelse dækker én "
        "ændring.",
        _PROPOSED_2021,
        YOUTH_BEGAN,
        occasion=("1 væsentlig ændring af ungeplanen", "{n} væsentlige ændringer af ungeplanen"),
    ),
    Rule(
        "R8",
        "Sagsbehandlerskift forelægges",
        "Blev sagsbehandlerskiftet forelagt?",
        "En rolle i en sag i Ungeindsatsen går direkte fra én sagsbehandler til en anden, uden at skiftet er godkendt af et forum "
        "eller forelagt senest samme dag. En forelæggelse dækker ét skift.",
        _PROPOSED_2021,
        YOUTH_BEGAN,
        unit=YOUTH,
        occasion=("1 direkte sagsbehandlerskift i Ungeindsatsen", "{n} direkte sagsbehandlerskift i Ungeindsatsen"),
    ),
    Rule(
        "R9",
        "Opfølgning holdes til tiden",
        "Blev opfølgningen holdt til den aftalte tid?",
        "En aftalt opfølgning er ikke holdt på fristdagen. Er den flyttet inden, eller er sagen afsluttet inden, tæller den ikke.",
        _DESCRIBED_2025,
        YOUTH_BEGAN,
        occasion=("1 opfølgning med frist", "{n} opfølgninger med frist"),
    ),
    Rule(
        "R10",
        "Indsatsmål ligger klar, når bostøtten begynder",
        "Lå indsatsmålene klar, da bostøtten begyndte?",
        "Den første bostøttemedarbejder er matchet, uden at indsatsmål er aftalt senest samme dag.",
        _DESCRIBED_2025,
        YOUTH_BEGAN,
        occasion=("1 bostøttestart", "{n} bostøttestarter"),
    ),
    Rule(
        "R11",
        "Koordineret plan for borgere uden for HOI med sager i to forvaltninger",
        "Har den afviste borger med sager i to forvaltninger en fælles og koordineret plan?",
        "Registret følger kun borgerens HOI-forløb. Om en borger uden for HOI har sager i to forvaltninger, og om de har en fælles "
        "plan, viser ingen hændelse.",
        _DESCRIBED_2025,
        YOUTH_BEGAN,
        measurable=False,
    ),
    Rule(
        "R12",
        "Én sagsbehandler for begge lovområder i Ungeindsatsen",
        "Har den unge fået én sagsbehandler i stedet for to?",
        "En åben sag i Ungeindsatsen har ved dagens udgang én sagsbehandler i myndighedsrollen og en anden i beskæftigelsesrollen. "
        "Papiret ventede det gennemført inden sommerferien 2025; her regnes fra 1. juli 2025.",
        _DESCRIBED_2025,
        date(2025, 7, 1),
        unit=YOUTH,
        occasion=("1 åben sag i Ungeindsatsen med begge roller besat", "{n} åbne sager i Ungeindsatsen med begge roller besat"),
        of_cases=True,
    ),
    Rule(
        "R13",
        "Arbejdsmarkedsafdelingen bevilger selv",
        "Hvorfor bevilgede et forum støtten, når afdelingen har fuld bevillingskompetence?",
        "Støtte (ikke tilbehør) i Arbejdsmarkedsafdelingen er bevilget af et forum.",
        Decision(_STARTED, None, _KB, KB_2021, "adopted"),
        ADULTS_BEGAN,
        unit=ADULTS,
        occasion=("1 bevilling af støtte i Arbejdsmarkedsafdelingen", "{n} bevillinger af støtte i Arbejdsmarkedsafdelingen"),
    ),
    Rule(
        "R14",
        "Ingen borger falder mellem to stole",
        "Hvem havde ansvaret for sagen i de dage?",
        "Sagen er åben, og ingen sagsbehandlerrolle er besat ved dagens udgang. Sammenhængende dage er én afvigelse.",
        Decision(_MODEL_3, None, _KB, KB_2021, "proposed"),
        YOUTH_BEGAN,
        occasion=("1 åben sag", "{n} åbne sager"),
        of_cases=True,
    ),
    Rule(
        "R15",
        "Status til udvalgene i 1. kvartal hvert år",
        "Blev der givet udvalgene en status i 1. kvartal?",
        "Registret kender intet papir med offentliggjorte tal, dateret før 1. april i året.",
        Decision(_STATUS_2025, "25/1978", "Udvalgene (AU, BUU og VPU), som gengivet i papiret", STATUS_2023, "adopted"),
        STATUS_2023,
        occasion=("1 år", "{n} år"),
    ),
)

RULES: Mapping[str, Rule] = {rule.id: rule for rule in _ALL}
"""Each rule by its number in the research page."""

MOST_IN_A_FRAME = 50_000
"""Kroner: S4's "forud aftalt budget- og handlingsramme på f.eks. 25.000 - 50.000 kr."."""

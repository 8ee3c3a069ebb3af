"""`journey why FIGURE`: the events that moved a figure's cells between two known positions, and who left and came between two days."""

from __future__ import annotations

from collections.abc import Sequence

import click

from api.answers.why import comparison, comparison_json
from api.cli.danish_click import DanishGroup
from api.cli.figures import group_of, parameter_texts
from api.cli.options import AS_JSON, with_a_caution
from api.console import print_json, print_table
from api.register.answer import with_caution
from api.register.register import opened
from api.settings import settings
from dashboards.comparing.words import between_table
from dashboards.drilldown.why_table import why_table
from dashboards.figures.figure import Ask, Figure
from dashboards.figures.parameters import value_of
from journey.log.looks import looks_at


def why_group() -> DanishGroup:
    """The group `why`, which explains a figure's changes."""
    return group_of(
        _explain,
        "why",
        "Hvorfor er tallet ændret?",
        "Hvorfor er tallet ændret? De hændelser, der flyttede en figurs celler mellem to viden-tidspunkter (--known-from), og de sager, "
        "der gik og kom mellem to dage (--valid-from). Angives begge, er det to trin, der lægges sammen.",
        "Hvorfor er tallet ændret? {title}. {rule}",
        [
            click.Option(
                ["--known-from"],
                metavar="POSITION|TID",
                help="hvad registret vidste før",
                callback=with_a_caution,
            ),
            click.Option(
                ["--valid-from"],
                metavar="DAG",
                help="den tidligere dag, hvor --valid-at er den senere: hvem gik, hvem kom",
            ),
            click.Option(
                ["--known-at"],
                metavar="POSITION|TID",
                help="hvad registret vidste siden; udeladt: alt til nu",
                callback=with_a_caution,
            ),
            AS_JSON,
        ],
    )


def _explain(
    figure: Figure,
    known_from: str | None,
    valid_from: str | None,
    known_at: str | None,
    as_json: bool,
    **words: bool | Sequence[str] | None,
) -> None:
    with opened(settings()) as register:
        question = register.question(figure.id, parameter_texts(words), known_at)
        position = None if known_from is None else register.position(known_from)
        first_day = None if valid_from is None else value_of("valid_at", valid_from, register.codes)
        found = comparison(register, Ask(figure, question), position, first_day)
        register.look(*looks_at("list", found.cases))
    if as_json:
        print_json(with_caution(comparison_json(found), {"known_from": known_from, "known_at": known_at}))
        return
    if found.knowledge is not None:
        print_table(why_table(found.knowledge))
    if found.days is not None:
        print_table(between_table(found.days))

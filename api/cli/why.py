"""`journey why FIGURE`: the events that moved a figure's cells between two known positions."""

from __future__ import annotations

from collections.abc import Sequence

import click

from api.answers.why import why, why_json
from api.cli.danish_click import DanishGroup
from api.cli.figures import group_of, parameter_texts
from api.cli.options import AS_JSON, with_a_caution
from api.console import print_json, print_table
from api.register.answer import with_caution
from api.register.register import opened
from api.settings import settings
from dashboards.drilldown.why_table import why_table
from dashboards.figures.figure import Ask, Figure


def why_group() -> DanishGroup:
    """The group `why`, which explains a figure's changes."""
    return group_of(
        _explain,
        "why",
        "Hvorfor er tallet ændret?",
        "Hvorfor er tallet ændret? De hændelser, der flyttede en figurs celler mellem to viden-tidspunkter.",
        "Hvorfor er tallet ændret? {title}. {rule}",
        [
            click.Option(
                ["--known-from"],
                required=True,
                metavar="POSITION|TID",
                help="hvad registret vidste før",
                callback=with_a_caution,
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
    figure: Figure, known_from: str, known_at: str | None, as_json: bool, **words: bool | Sequence[str] | None
) -> None:
    with opened(settings()) as register:
        question = register.question(figure.id, parameter_texts(words), known_at)
        found = why(register, Ask(figure, question), register.position(known_from))
    if as_json:
        print_json(with_caution(why_json(found), {"known_from": known_from, "known_at": known_at}))
    else:
        print_table(why_table(found))

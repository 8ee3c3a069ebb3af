"""Options that several commands take."""

from __future__ import annotations

import click

from api.console import print_error
from api.register.answer import caution_of


def with_a_caution(_context: click.Context, _parameter: click.Parameter, known_at: str | None) -> str | None:
    """Callback of an option with a known time: a caution on standard error where it is not past yet."""
    caution = caution_of(known_at)
    if caution is not None:
        print_error(f"Bemærk: {caution}")
    return known_at


KNOWN_AT = click.Option(
    ["--known-at"], metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu", callback=with_a_caution
)
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="som JSON")
known_at_option = click.option(*KNOWN_AT.opts, metavar=KNOWN_AT.metavar, help=KNOWN_AT.help, callback=with_a_caution)
as_json_option = click.option(*AS_JSON.opts, "as_json", is_flag=True, help=AS_JSON.help)

"""Options that several commands take."""

from __future__ import annotations

import click

KNOWN_AT = click.Option(["--known-at"], metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu")
AS_JSON = click.Option(["--json", "as_json"], is_flag=True, help="som JSON")
known_at_option = click.option(*KNOWN_AT.opts, metavar=KNOWN_AT.metavar, help=KNOWN_AT.help)
as_json_option = click.option(*AS_JSON.opts, "as_json", is_flag=True, help=AS_JSON.help)

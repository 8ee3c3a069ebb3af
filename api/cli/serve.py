"""`journey serve`: the pages and the API on an address of this machine."""

from __future__ import annotations

import click

from api.cli.danish_click import DanishCommand
from api.console import print_line
from api.settings import settings


@click.command(cls=DanishCommand)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, metavar="TAL", help="udeladt: 8000; 0: en, der er ledig")
@click.option("--host", default="127.0.0.1", metavar="ADRESSE", help="udeladt: 127.0.0.1, kun denne maskine")
@click.option("--name", "names", multiple=True, metavar="NAVN", help="et navn, som en proxy foran kalder den ved")
@click.option("--open/--no-open", "browse", default=False, help="åbn siden i en browser")
def serve(port: int, host: str, names: tuple[str, ...], browse: bool) -> None:
    """Vis siderne, og svar på API'et, indtil der trykkes Ctrl-C."""
    from api.web.server import run  # the web server takes half a second to load: only who asks for it waits

    run(settings(), print_line, host=host, port=port, names=names, browse=browse)

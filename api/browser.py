"""The person's browser, shown a page by way of a file, so that a secret in its address stands in no program's list of words."""

from __future__ import annotations

import webbrowser
from html import escape
from pathlib import Path

from journey.postgres.folders import write_durably

FILE = "open.html"
"""The file, of mode 0600, that sends the browser on. Every account of a machine can read the words that a program is started with."""


def show_page(address: str, folder: Path) -> bool:
    """Show the address in a browser; False where there is none."""
    file = folder / FILE
    at = escape(address)
    page = f'<meta charset="utf-8"><meta http-equiv="refresh" content="0; url={at}"><title>Registret</title><a href="{at}">Registret</a>\n'
    write_durably(file, page)
    try:
        return webbrowser.open(file.resolve().as_uri())
    except webbrowser.Error:
        return False

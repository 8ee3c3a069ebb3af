"""The preview of a delivery on the command line."""

from __future__ import annotations

from api.console import print_table
from dashboards.comparing.preview import FigurePreview
from dashboards.comparing.preview_words import preview_tables


def print_preview(found: FigurePreview) -> None:
    """Print what a delivery would do to the figures: the tables with who leaves and who comes, and the published numbers."""
    for table in preview_tables(found):
        print_table(table)

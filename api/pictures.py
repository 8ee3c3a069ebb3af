"""Pictures of charts, by one browser for all of a paper's; none where the machine has no Chrome or Chromium."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from kaleido import Kaleido
from kaleido.errors import BrowserClosedError, JavascriptError, KaleidoError
from msgspec.structs import replace

from dashboards.charts import Drawn
from dashboards.pack.paper import Drawing, Paper

WIDTH, SCALE = 820, 2
PATIENCE = 60
"""Seconds that one picture may take."""
Progressed = Callable[[int, int | None], None]


def with_pictures(paper: Paper, told: Progressed | None = None) -> Paper:
    """The paper with its figures' pictures; as it was where no browser is found, or it does not answer."""
    drawings = paper.drawings
    if not drawings:
        return paper
    try:
        made = asyncio.run(_pictures([each.drawn for each in drawings], told))
    except (BrowserClosedError, JavascriptError, KaleidoError, OSError, RuntimeError, TimeoutError):
        return paper
    pictures = dict(zip((each.id for each in drawings), made, strict=True))
    parts = (replace(part, png=pictures[part.id]) if isinstance(part, Drawing) else part for part in paper.parts)
    return replace(paper, parts=tuple(parts))


async def _pictures(drawn: Sequence[Drawn], told: Progressed | None) -> list[bytes]:
    for name in ("kaleido", "choreographer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    made: list[bytes] = []
    async with Kaleido(
        n=1, timeout=PATIENCE, mathjax=False
    ) as browser:  # without MathJax, which would be fetched from another host
        for nth, each in enumerate(drawn, start=1):
            if told:
                told(nth, len(drawn))
            options: Any = {"format": "png", "width": WIDTH, "height": each["layout"].get("height", 420), "scale": SCALE}
            made.append(await browser.calc_fig(each, opts=options))
    return made

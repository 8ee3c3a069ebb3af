"""Pictures of charts, by one browser for all of a paper's; none where the machine has no Chrome or Chromium."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from dashboards.drawing.charts import Drawn
from dashboards.pack.paper import Drawing, StatusPaper

if TYPE_CHECKING:
    from kaleido import Kaleido  # pyright: ignore[reportMissingTypeStubs] -- it has none

WIDTH, SCALE = 820, 2
PATIENCE = 15
"""Seconds that the browser may take to start, and one picture to be drawn."""
Progress = Callable[[int, int | None], None]


def with_pictures(paper: StatusPaper, progress: Progress | None = None) -> StatusPaper:
    """The paper with its figures' pictures; as it was where no browser is found, or it does not answer.

    Kaleido is imported where a picture is drawn: as it is imported it takes the words of the command line for its own.
    """
    drawings = paper.drawings
    if not drawings:
        return paper
    from kaleido.errors import (  # pyright: ignore[reportMissingTypeStubs] -- it has none
        BrowserClosedError,
        JavascriptError,
        KaleidoError,
    )

    try:
        with ThreadPoolExecutor(1) as own:  # whoever asks may be in an event loop, and a thread has one only
            made = own.submit(lambda: asyncio.run(_in_time([each.drawn for each in drawings], progress))).result()
    except (BrowserClosedError, JavascriptError, KaleidoError, OSError, RuntimeError, TimeoutError):
        return paper
    pictures = dict(zip((each.id for each in drawings), made, strict=True))
    parts = (replace(part, png=pictures[part.id]) if isinstance(part, Drawing) else part for part in paper.parts)
    return replace(paper, parts=tuple(parts))


async def _in_time(drawn: Sequence[Drawn], progress: Progress | None) -> list[bytes]:
    for name in ("kaleido", "choreographer"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    from kaleido import Kaleido  # pyright: ignore[reportMissingTypeStubs] -- it has none

    browser = Kaleido(n=1, timeout=PATIENCE, mathjax=False)  # without MathJax, which would be fetched from another host
    try:
        async with asyncio.timeout(PATIENCE * (1 + len(drawn))):
            await browser.open()
            return await _pictures(browser, drawn, progress)
    finally:  # also one that hung as it started
        async with asyncio.timeout(PATIENCE):
            await browser.close()


async def _pictures(browser: Kaleido, drawn: Sequence[Drawn], progress: Progress | None) -> list[bytes]:
    made: list[bytes] = []
    for nth, each in enumerate(drawn, start=1):
        if progress:
            progress(nth, len(drawn))
        options: Any = {"format": "png", "width": WIDTH, "height": each["layout"].get("height", 420), "scale": SCALE}
        made.append(await browser.calc_fig(each, opts=options))
    return made

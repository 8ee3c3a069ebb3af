"""Open addresses: what is answered whoever asks, since it has nothing of the register's own."""

from __future__ import annotations

import re

from dashboards import site

_SIGN_IN = (site.SIGN_IN, site.SIGN_IN_START, site.SIGN_IN_ANSWER, site.EMERGENCY_SIGN_IN, site.SIGN_OUT, site.LOGIN_ENDED)
_PAGES = (*_SIGN_IN, site.STATEMENT.address, site.STATEMENT_SHORT)
_FILES = ("/static/[^/]+", r"/plotly-[0-9.]+\.js")
_OPEN = re.compile("|".join(("/health/live", "/health/ready", *_FILES, *map(re.escape, _PAGES))))


def is_open(path: str) -> bool:
    """Whether everybody is answered at the address: it has nothing that is the register's own."""
    return _OPEN.fullmatch(path) is not None

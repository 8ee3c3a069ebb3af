"""Every statement that counts, with the function that runs it: each way in which a figure can be asked is gone through."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product

from dashboards.counting.functions import PLANNING, CountingFunction, function_of
from dashboards.coverage import first_open_day
from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure
from dashboards.figures.parameters import PARAMETERS, Parameter
from dashboards.figures.quality.findings import FINDINGS_COUNT
from dashboards.figures.question import FigureQuestion, Takes, parse_question
from journey.codes import CodeLists, standard

VERSION = 1
"""To be raised when the functions are made in another way."""
_WORDS = ("2024-01-01", "10", "x")
"""A day, a number and a text: one of them is read as a value of any parameter that has neither codes nor options."""
_DAYS = ("2024-01-01", "2025-01-01")
_TODAY = date(2025, 6, 1)
_OF_THE_REGISTER = {
    "first_open_day": (first_open_day(), {"position": 1}),
    "findings_count": (FINDINGS_COUNT, {"at": 1}),
}
"""What is counted over all the rows and is no figure: the statement of each, and values of the types that it takes."""


@cache
def counting_functions() -> Mapping[str, CountingFunction]:
    """Every function by its statement: of all that the figures can be asked, and of what else is counted over all the rows."""
    found = {sql: function_of(of, sql, values) for of, (sql, values) in _OF_THE_REGISTER.items()}
    for figure in FIGURES.values():
        for query in map(figure.query, _questions(figure)):
            found.setdefault(query.counted, function_of(figure.id, query.counted, query.values))
    return found


@cache
def definitions_digest(rows: str) -> str:
    """Hash of all the functions, over rows of a definition: it stands in the database beside those that were made."""
    names = sorted(function.name for function in counting_functions().values())
    settings = [f"{name} {value}" for name, value in PLANNING.items()]
    return hashlib.sha256("\n".join([str(VERSION), rows, *settings, *names]).encode()).hexdigest()


def _questions(figure: Figure) -> Iterator[FigureQuestion]:
    """A question of every way in which the figure can be asked: a statement changes with what is given, not with which day or code."""
    takes, codes = figure.takes, standard()
    for words in product(*(_choices(name, takes, codes) for name in takes.names)):
        given = dict(zip(takes.names, words, strict=True))
        yield parse_question(takes, given, position=1, today=_TODAY, codes=codes)


def _choices(name: str, takes: Takes, codes: CodeLists) -> list[Sequence[str]]:
    """The ways of giving one parameter, as words; not at all among them, where it need not be given."""
    parameter = PARAMETERS[name]
    if name == "valid_at":
        return [_DAYS[:count] for count in ([takes.days] if takes.days else (1, 2) if takes.many_days else (1,))]
    if name in ("from", "to"):
        return [()]  # a period is there whether or not it is given
    words = _words(parameter, codes)
    some: list[Sequence[str]] = [*([word] for word in words), *([words[:2]] if parameter.many else [])]
    return some if name in takes.required else [(), *some]


def _words(parameter: Parameter, codes: CodeLists) -> Sequence[str]:
    if parameter.code_list:
        return [*list(codes[parameter.code_list].codes)[:2], *([parameter.every_code] if parameter.every_code else [])]
    return [*parameter.options] or [next(word for word in _WORDS if _is_read(parameter, word, codes))]


def _is_read(parameter: Parameter, word: str, codes: CodeLists) -> bool:
    try:
        parameter.read(word, codes)
    except ValueError:
        return False
    return True

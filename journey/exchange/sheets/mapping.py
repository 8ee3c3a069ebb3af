"""The mapping file of a municipality's own sheets, read: a valid one, or a refusal that names all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec
import msgspec.inspect
from msgspec import Struct

from journey.codes import CodeLists
from journey.exchange.mapping import read_cases, refuse_problems
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.faults import sheet_faults
from journey.exchange.sheets.mended import mended
from journey.problem import Problem
from journey.refusals import Refused
from journey.toml_text import BadToml, parsed
from journey.types_in_danish import type_problems


class SheetsMapping(Struct, frozen=True):
    """A valid mapping file, with the cases that it names."""

    file: SheetsFile
    cases: Mapping[str, str] | None
    """The register's case by the source's own; None where the source's cases are the register's."""

    @property
    def without_cases(self) -> str:
        """The mapping as an import stores it: without the cases, which link a source's references to the register's."""
        return msgspec.json.encode(msgspec.structs.replace(self.file, cases=None)).decode()


def parse_sheets(text: str, codes: CodeLists) -> SheetsFile:
    """A valid mapping file; raises Refused (`bad_mapping`) naming all that is wrong with it."""
    try:
        table = parsed(text)
    except BadToml as error:
        raise Refused("bad_mapping", f"Filen er ikke gyldig TOML: {error.reason}.", place="oversættelsesfilen") from None
    refuse_problems(mapping_faults(table, codes))
    return msgspec.convert(table, SheetsFile)


def mapping_faults(table: Mapping[str, Any], codes: CodeLists) -> list[Problem]:
    """Every fault of a mapping file's table: of its types first, then of what it means where those are right."""
    form = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(SheetsFile))
    wrong_types = [Problem(problem.field.removeprefix("."), problem.reason) for problem in type_problems("", table, form)]
    file = msgspec.convert(mended(table, form), SheetsFile)
    places = [problem.field for problem in wrong_types]
    return wrong_types + [
        fault for fault in sheet_faults(file, codes) if not any(_within(fault.field, each) for each in places)
    ]


def _within(place: str, other: str) -> bool:
    """Whether one of the places is within the other, so that a fault of the one follows from that of the other."""
    shorter, longer = sorted((place, other), key=len)
    return longer.startswith(shorter) and longer[len(shorter) : len(shorter) + 1] in ("", ".", "[")


def resolve_sheets(text: str, codes: CodeLists, beside: Callable[[str], str]) -> SheetsMapping:
    """A mapping file with its cases; `beside` reads a file that it names."""
    file = parse_sheets(text, codes)
    if file.cases is None:
        return SheetsMapping(file, None)
    found = read_cases(file.cases, beside(file.cases) if isinstance(file.cases, str) else "", file.source, not_cpr=False)
    return SheetsMapping(file, {source_case: case for (source, source_case), case in found.items() if source == file.source})

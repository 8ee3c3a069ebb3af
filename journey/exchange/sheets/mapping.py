"""The mapping file of a municipality's own sheets, read: a valid one, or a refusal that names all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from journey.codes import CodeLists
from journey.exchange.mapping import read_cases
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.faults import sheet_faults
from journey.mended import faults_of
from journey.problem import Problem, refuse_problems
from journey.refusals import Refused
from journey.toml_text import BadToml, parsed


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
    refuse_problems(mapping_faults(table, codes), "bad_mapping")
    return msgspec.convert(table, SheetsFile)


def mapping_faults(table: Mapping[str, Any], codes: CodeLists) -> list[Problem]:
    """Every fault of a mapping file's table: of its types first, then of what it means where those are right."""
    return faults_of(table, SheetsFile, lambda file: sheet_faults(file, codes))


def resolve_sheets(text: str, codes: CodeLists, beside: Callable[[str], str]) -> SheetsMapping:
    """A mapping file with its cases; `beside` reads a file that it names."""
    file = parse_sheets(text, codes)
    if file.cases is None:
        return SheetsMapping(file, None)
    found = read_cases(file.cases, beside(file.cases) if isinstance(file.cases, str) else "", file.source, not_cpr=False)
    return SheetsMapping(file, {source_case: case for (source, source_case), case in found.items() if source == file.source})

"""Draft of a mapping file (udkast til en oversættelsesfil): made of samples of the sheets, every guess marked, no cell of a person's.

What it prints of cells are the words of columns of codes alone; whose they are, what they are called and when, it never prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from journey.codes import CodeLists, folded
from journey.exchange.cells import tidy
from journey.exchange.sheets.drafting.events import DraftColumns, DraftEvent, DraftLine
from journey.exchange.sheets.drafting.profiles import ColumnProfile, Role, profiles_of
from journey.exchange.sheets.drafting.samples import SheetSample
from journey.exchange.sheets.drafting.words import (
    exact_pattern,
    file_pattern,
    nearest_code,
    slug,
    toml_list,
    toml_text,
    undated,
)
from journey.personal import excerpt, is_clean
from journey.problem import thousands
from journey.refusals import Refused

SCHEMA = "sheets.schema.json"
"""The schema's file, beside the mapping file."""
GUESS, FILL = "gæt", "udfyld"
"""The words that mark a guess, and a place to fill in."""
NOISE = "Indberetning"
LONGEST_SOURCE = 200

_HEAD = f"""\
#:schema ./{SCHEMA}
# Udkast til en oversættelsesfil. Det, der er gættet, står ved »{GUESS}:«, og det, I selv skal skrive, ved »{FILL}:«. Se det hele efter.
# Så retter editoren med: journey mapping schema --output {SCHEMA}
# Se, hvad der mangler: journey mapping check FIL
"""
_WHY: dict[Role, str] = {
    "empty": "kolonnen er tom",
    "doubled": f"{FILL}: to kolonner hedder det samme; giv dem hver sit navn, hvis de skal læses",
    "number": f"{GUESS}: et andet CPR-nummer end borgerens",
    "pseudonym": f"{GUESS}: et andet pseudonym end borgerens",
    "month": f"{GUESS}: en måned, som ingen hændelse læser",
    "hidden": "kolonnen har celler med form som et CPR-nummer og kan ikke læses",
    "private": f"{GUESS}: personoplysning eller fri tekst",
    "worker": f"{GUESS}: en medarbejder, som ingen hændelse læser",
    "day": f"{FILL}: en dag; hvis der sker noget på den, så skriv en [[sheet.event]] og tag den ud af ignore",
    "amount": f"{GUESS}: et beløb, som ingen hændelse læser",
    "identifier": f"{GUESS}: et nummer, som ingen hændelse læser",
    "case": f"{GUESS}: et nummer, som ingen hændelse læser",
    "code": f"{GUESS}: koder, som ingen hændelse læser",
    "unknown": f"{FILL}: ikke genkendt; tag den ud af ignore, hvis en hændelse skal læse den",
}
_MOST_KEYS = 3


def draft(samples: Sequence[SheetSample], codes: CodeLists, source: str | None = None, passed_over: Sequence[str] = ()) -> str:
    """The mapping file's first text; `passed_over` says what else was given and is no table.

    Raises Refused (`bad_file`) for two sheets with the same columns, `bad_parameter` for a source.
    """
    if source is not None and not (1 <= len(source) <= LONGEST_SOURCE and is_clean(source) and source.strip()):
        raise Refused("bad_parameter", "Navnet er tomt, for langt eller har form som et CPR-nummer.", place="--source")
    _refuse_names(samples)
    _refuse_twins(samples)
    sheets = [_Sheet(sample, codes) for sample in samples]
    lines = [_HEAD, 'format = "sheets"']
    if source is None:
        lines.append(
            _written(DraftLine(None, 'source = "kildens navn, f.eks. fagsystem-a"; det ændres aldrig, når noget er taget ind'))
        )
    else:
        lines.append(f"source = {toml_text(source)}  # ændres aldrig, når noget er taget ind")
    lines += [_to_fill(f"ikke et ark: {why}") for why in passed_over]
    lines += ["", "[cells]", *_written_all(_cells(sheets[0]))]
    names: set[str] = set()
    for sheet in sheets:
        lines += ["", *_sheet(sheet, _new_name(sheet.sample, names), [each.sample for each in sheets], sheets[0])]
    lines += _tables(sheets, codes)
    return "\n".join(lines) + "\n"


class _Sheet:
    """A sheet with what its columns are taken for."""

    def __init__(self, sample: SheetSample, codes: CodeLists) -> None:
        self.sample = sample
        self.profiles = profiles_of(sample, codes)
        self.columns = DraftColumns(self.profiles, codes)
        self.events: list[DraftEvent] = self.columns.events()
        self.key, self.other_keys = _keys(
            sample, self.profiles, of_citizens=any(event.kind == "referred" for event in self.events)
        )
        self.case = next(
            (each for role in ("number", "pseudonym", "case") for each in self.profiles if each.role == role), None
        )
        read = {*self.key, *(column for event in self.events for column in event.columns)}
        self.read = read | ({self.case.name} if self.case else set[str]())


def _refuse_names(samples: Sequence[SheetSample]) -> None:
    """Raises Refused for a name that cannot stand in a mapping file, which holds no number of anybody's, and for two of one name."""
    seen: set[tuple[str, str | None]] = set()
    for nth, sample in enumerate(samples, 1):
        if not all(is_clean(name) for name in (sample.file, sample.worksheet or "")):
            why = "Navnet har form som et CPR-nummer eller indeholder et styretegn. Giv filen eller fanebladet et andet navn."
            raise Refused("bad_file", why, place=f"fil {nth}")
        if (sample.file, sample.worksheet) in seen:
            raise Refused("bad_file", "To filer hedder det samme. Giv den ene et andet navn.", place=sample.place)
        seen.add((sample.file, sample.worksheet))


def _refuse_twins(samples: Sequence[SheetSample]) -> None:
    seen: dict[frozenset[str], str] = {}
    for sample in samples:
        columns = frozenset(filter(None, sample.columns))
        if columns in seen:
            why = f"Kolonnerne er de samme som i {seen[columns]}. Giv kun det nyeste af de to, i en fil for sig."
            raise Refused("bad_file", why, place=sample.place)
        seen[columns] = sample.place


def _keys(sample: SheetSample, profiles: Sequence[ColumnProfile], *, of_citizens: bool) -> tuple[list[str], list[list[str]]]:
    """The columns that make a row the same row next time, and others that could: unique in the rows, and with a value in each.

    A citizen's number is a row's name only where the rows are `of_citizens`: elsewhere the next month may have her twice.
    """
    order: dict[Role, int] = {"identifier": 0, "case": 1, "number": 2, "pseudonym": 2, "day": 3, "code": 4}
    fit = sorted((each for each in profiles if each.role in order), key=lambda each: order[each.role])
    alone = [each.name for each in fit if each.is_unique and order[each.role] <= order["number" if of_citizens else "case"]]
    found = [[name] for name in alone]
    places = {name: at for at, name in enumerate(sample.columns)}
    of_persons = {each.name for each in fit if order[each.role] <= order["number"]}
    rows = [[tidy(str(cell)) for cell in row.cells] for row in sample.rows if len(row.cells) == len(sample.columns)]
    for several in (2, 3) if not found else ():
        for names in combinations([each.name for each in fit[:_MOST_TRIED]], several):
            values = [tuple(row[places[name]] for name in names) for row in rows]
            if of_persons & {*names} and all(map(all, values)) and len({*values}) == len(values):
                found.append([*names])
        if found:
            break
    return (found[0], found[1:_MOST_KEYS]) if found else ([], [])


_MOST_TRIED = 8


def _cells(sheet: _Sheet) -> list[DraftLine]:
    """How the cells of the sheet are written."""
    sample, profiles = sheet.sample, sheet.profiles
    days = [each for each in profiles if each.role == "day"]
    lines: list[DraftLine] = []
    if sample.encoding is not None:
        note = "gælder filer, der hverken er UTF-8 eller UTF-16; et tegnsæt gættes aldrig"
        lines.append(DraftLine('encoding = "cp1252"', note))
        sign = "tab" if sample.delimiter == "\t" else sample.delimiter
        lines.append(DraftLine(f"delimiter = {toml_text(sign)}", f"{GUESS}: tegnet, der deler linjerne i lige mange felter"))
    iso = any(each.has_iso_days for each in days) and not any(each.has_danish_days for each in days)
    lines.append(
        DraftLine(
            f"dates = {toml_text('yyyy-mm-dd' if iso else 'dd-mm-yyyy')}",
            f"{GUESS}: efter kolonnerne med dage; ISO læses altid",
        )
    )
    commas, points = (sum(getattr(each, name) for each in profiles) for name in ("commas", "points"))
    sign = "." if points > commas else ","
    seen = "efter beløbene" if commas or points else "ingen beløb har decimaler"
    lines.append(DraftLine(f"decimal = {toml_text(sign)}", f"{GUESS}: {seen}"))
    if ends := sorted({end for each in days for end in each.open_ends}):
        lines.append(DraftLine(f"open_ends = {toml_list(ends)}", f"{GUESS}: dage, der betyder »ingen slutdato«"))
    lines.append(DraftLine(f"header = {sample.header}", f"{GUESS}: rækken med kolonnenavne"))
    return lines


def _sheet(sheet: _Sheet, name: str, samples: Sequence[SheetSample], first: _Sheet) -> Iterator[str]:
    sample = sheet.sample
    count = thousands(len(sample.rows)) + (" rækker" if sample.is_whole else " første rækker")
    encoding = f"; tegnsæt {sample.encoding.upper()}" if sample.encoding else ""
    yield f"# {sample.place}: {count}{encoding}. Kolonner: {', '.join(excerpt(column) for column in sample.columns if column)}"
    yield from _warnings(sheet)
    yield "[[sheet]]"
    yield _written(DraftLine(f"name = {toml_text(name)}", f"{GUESS}: efter filens navn; ændres aldrig, når noget er taget ind"))
    others = {each.file for each in samples} - {sample.file}
    pattern = file_pattern(sample.file, others)
    note = (
        f"{GUESS}: næste måneds fil hedder det samme, til og med stjernen"
        if pattern
        else f"{FILL}: et mønster, som kun dette arks filer passer til"
    )
    yield _written(DraftLine(f"file = {toml_text(pattern or exact_pattern(sample.file))}", note))
    if sample.worksheet is not None:
        yield f"worksheet = {toml_text(sample.worksheet)}"
    yield _written(_key_line(sheet))
    yield _written(_case_line(sheet))
    yield from _ignored(sheet)
    if noise := _reported(sheet):
        skip = f"skip = [{{ column = {toml_text(noise.name)}, starts = {toml_text(NOISE)} }}]"
        yield _written(DraftLine(skip, f"{GUESS}: en indberetning til statistik er ingen støtte"))
    yield _written(
        DraftLine(
            'gone = "keep"',
            "en række, der er væk næste gang, beholdes og nævnes; skriv withdraw, hvis den så aldrig var sand",
        )
    )
    own = [line for line in _cells(sheet) if line.toml not in {each.toml for each in _cells(first)}]
    if own:
        yield from ("  [sheet.cells]", *_written_all(own, "  "))
    if not sheet.events:
        yield _written(
            DraftLine(None, 'en [[sheet.event]] for hver hændelse: kind = "…", on = "en kolonne med dage", data = { … }'), "  "
        )
    for event in sheet.events:
        yield "  [[sheet.event]]"
        yield from _written_all(event.head, "  ")
        if event.data:
            yield from ("    [sheet.event.data]", *_written_all(event.data, "    "))


def _warnings(sheet: _Sheet) -> Iterator[str]:
    """What stands in the sheet that would be bad rows."""
    sample = sheet.sample
    if sample.header_fault is not None:
        yield _to_fill(f"rækken med kolonnenavne {sample.header_fault}; eller skriv multiline = true under [sheet.cells]")
    for each in sheet.profiles:
        if each.has_short_years:
            yield _to_fill(f"kolonnen {excerpt(each.name)} har år med to cifre, som aldrig læses; hent den med fire")
    if faulty := [row.line for row in sample.rows if row.fault or len(row.cells) != len(sample.columns)]:
        where = f"f.eks. linje {faulty[0]}: en celle over flere linjer, eller et andet antal felter"
        yield _to_fill(f"dårlige rækker: {thousands(len(faulty))} ({where})")
    if not all(sample.columns):
        yield _to_fill("en kolonne har intet navn; har den værdier, er dens rækker dårlige. Giv den et navn i arket")


def _to_fill(what: str) -> str:
    return _written(DraftLine(None, what))


def _key_line(sheet: _Sheet) -> DraftLine:
    if not sheet.key:
        return DraftLine("key = []", f"{FILL}: kolonnerne, der gør en række til den samme næste gang; ingen af dem er fundet")
    also = f"; også: {' eller '.join(toml_list(key) for key in sheet.other_keys)}" if sheet.other_keys else ""
    return DraftLine(f"key = {toml_list(sheet.key)}", f"{GUESS}: forskellige og udfyldt i alle rækkerne{also}")


def _case_line(sheet: _Sheet) -> DraftLine:
    if sheet.case is None:
        return DraftLine("case = {}", f'{FILL}: {{ cpr = "en kolonne" }} eller {{ column = "en kolonne med sagens nummer" }}')
    if sheet.case.role == "number":
        return DraftLine(f"case = {{ cpr = {toml_text(sheet.case.name)} }}", f"{GUESS}: cellerne har form som CPR-numre")
    what = "pseudonymer" if sheet.case.role == "pseudonym" else "sagens nummer, efter kolonnens navn"
    note = f"{GUESS}: {what}; den samme sag skal hedde det samme i alle kilder"
    return DraftLine(f"case = {{ column = {toml_text(sheet.case.name)} }}", note)


def _reported(sheet: _Sheet) -> ColumnProfile | None:
    """The column of supports in which reports to Danmarks Statistik stand, which are rows beside the support itself."""
    of_supports = (each for each in sheet.profiles if each.of == "supports" and each.name in sheet.read)
    return next((each for each in of_supports if any(map(_is_noise, each.words))), None)


def _is_noise(word: str) -> bool:
    return folded(word).startswith(folded(NOISE))


def _ignored(sheet: _Sheet) -> Iterator[str]:
    unread = [each for each in sheet.profiles if each.name not in sheet.read]
    if not unread:
        yield "ignore = []"
        return
    yield "ignore = ["
    for each in unread:
        yield _written(DraftLine(f"{toml_text(each.name)},", _WHY[each.role]), "  ")
    yield "]"


def _tables(sheets: Sequence[_Sheet], codes: CodeLists) -> Iterator[str]:
    """The tables of the words of every column of codes whose list is known, each with the nearest code there is."""
    tables: dict[str, list[ColumnProfile]] = {}
    for sheet in sheets:
        for each in sheet.profiles:
            name = sheet.columns.list_of(each) if each.role == "code" else None
            if name is not None:
                tables.setdefault(name, []).append(each)
    for name, columns in tables.items():
        yield ""
        headings = ", ".join(dict.fromkeys(excerpt(each.name) for each in columns))
        yield f"# {headings}: koder af listen {codes[name].danish}:"
        yield f"#   {', '.join(codes[name].codes)}"
        if left_out := sum(each.left_out for each in columns):
            note = f"{left_out} ord står her ikke, da de ligner personoplysninger; skriv selv dem, der er koder"
            yield _written(DraftLine(None, note))
        yield f"[codes.{sheets[0].columns.table_of(name)}]"
        yield from _words(dict.fromkeys(word for each in columns for word in each.words), name, codes)


def _words(words: Iterable[str], name: str, codes: CodeLists) -> Iterator[str]:
    seen: set[str] = set()
    for word in words:
        if folded(word) in seen or (name == "supports" and _is_noise(word)):
            continue
        seen.add(folded(word))
        near = nearest_code(word, codes[name])
        if near is None:
            yield _written(DraftLine(None, f'{toml_text(word)} = "en kode"'))
        else:
            yield _written(DraftLine(f"{toml_text(word)} = {toml_text(near.code)}", near.reason))


def _new_name(sample: SheetSample, names: set[str]) -> str:
    stem = sample.worksheet or undated(sample.file.rpartition(".")[0])
    wanted = slug(stem)
    name, nth = wanted, 2
    while name in names:
        name, nth = f"{wanted}-{nth}", nth + 1
    names.add(name)
    return name


def _written_all(lines: Iterable[DraftLine], indent: str = "") -> Iterator[str]:
    return (_written(line, indent) for line in lines)


def _written(line: DraftLine, indent: str = "") -> str:
    if line.toml is None:
        return f"{indent}# {FILL}: {line.note}"
    return f"{indent}{line.toml}" + (f"  # {line.note}" if line.note else "")

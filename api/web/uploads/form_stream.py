"""A form with files (multipart/form-data), read as a stream straight into encrypted files: nothing of it is on a disk in clear."""

from __future__ import annotations

import errno
import logging
from collections.abc import AsyncIterable, AsyncIterator, Collection, Mapping
from pathlib import PurePosixPath

from msgspec import Struct, field
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from api.web.problems import HttpProblem
from api.web.uploads.encrypted_file import EncryptedFile
from journey.exchange.sheets.tables import MOST_BYTES
from journey.personal import is_clean
from journey.problem import thousands
from journey.refusals import Refused

MOST_FILES = 50
"""Files of one form, at most."""
MOST_IN_ALL = 4 * MOST_BYTES
"""Bytes of one form, at most."""
MOST_FIELDS, LONGEST_FIELD = 500, 2_000
"""Fields of one form that are no files, and bytes of each, at most."""

logging.getLogger("python_multipart").setLevel(
    logging.CRITICAL
)  # what it warns of is refused, and its words quote what was sent


class UploadedFile(Struct, frozen=True):
    """A file of a form: the field that it came in, its name without a folder, and its content."""

    field: str
    name: str
    content: EncryptedFile

    @property
    def size(self) -> int:
        return self.content.size


class SentForm(Struct):
    """A form as it was sent: the text of each field, and the files, each of which has something in it."""

    texts: dict[str, str] = field(default_factory=dict[str, str])
    files: list[UploadedFile] = field(default_factory=list[UploadedFile])

    def of(self, name: str) -> list[UploadedFile]:
        """The files that came in a field."""
        return [file for file in self.files if file.field == name]

    def close(self) -> None:
        """Be rid of the files."""
        for file in self.files:
            file.content.close()


async def read_form(
    stream: AsyncIterable[bytes], headers: Mapping[str, str], texts: Collection[str], files: Mapping[str, int]
) -> SentForm:
    """The form in a request's body: its text fields are named in `texts` (a name that ends in `*` is any that begins so), its file fields
    in `files` with the most bytes that one may have.

    Raises Refused (`bad_parameter`, `bad_file`) and HttpProblem (`too_large`); whatever was read is then gone.
    """
    form = SentForm()
    try:
        parts = _FormParts(form, _boundary(headers), texts, files)
        _refuse_large(headers.get("content-length", ""))
        async for piece in _bounded(stream):
            parts.write(piece)
        parts.finish()
    except BaseException:
        form.close()
        raise
    return form


def _refuse_large(length: str) -> None:
    """Refuse a body that says itself how large it is, before it is read."""
    if length.isascii() and length.isdigit() and (len(length) > len(str(MOST_IN_ALL)) or int(length) > MOST_IN_ALL):
        raise _too_large()


async def _bounded(stream: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    size = 0
    async for piece in stream:
        size += len(piece)
        if size > MOST_IN_ALL:
            raise _too_large()
        yield piece


def _too_large() -> HttpProblem:
    most = f"Filerne fylder mere end {thousands(MOST_IN_ALL // 1024**2)} MB i alt."
    return HttpProblem(
        "too_large", most, place="filer", remedy="Send færre filer ad gangen, eller brug journey import på maskinen."
    )


def _boundary(headers: Mapping[str, str]) -> bytes:
    kind, options = parse_options_header(headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary or len(boundary) > 200:
        raise _unreadable()
    return boundary


def _unreadable() -> Refused:
    refused = Refused("bad_parameter", "Formularen kan ikke læses: den er ikke sendt hel.", place="formularen")
    refused.remedy = "Vælg filerne igen på registrets side, og send dem derfra."
    return refused


class _FormParts:
    """The parts of a form, taken one after the other as the parser meets them."""

    def __init__(self, form: SentForm, boundary: bytes, texts: Collection[str], files: Mapping[str, int]) -> None:
        self._form, self._files = form, files
        self._texts = {name for name in texts if not name.endswith("*")}
        self._beginnings = tuple(name[:-1] for name in texts if name.endswith("*"))
        self._whole = False
        self._headers: dict[bytes, bytes] = {}
        self._head, self._value = bytearray(), bytearray()
        self._name, self._text = "", bytearray()
        self._file: UploadedFile | None = None
        self._is_named = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": lambda data, start, end: self._head.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._end_headers,
                    "on_part_data": lambda data, start, end: self._add(memoryview(data)[start:end]),
                    "on_part_end": self._end,
                    "on_end": self._finish,
                },
            )
        except FormParserError:
            raise _unreadable() from None

    def write(self, piece: bytes) -> None:
        """Take a piece of the body. Raises as `read_form` does."""
        try:
            if piece and not self._whole:
                self._parser.write(piece)
        except FormParserError:
            raise _unreadable() from None
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            refused = Refused("bad_file", "Der er ikke plads til filerne på serverens disk.", place="filer")
            refused.remedy = "Bed den, der driver registret, om at gøre plads i mappen til midlertidige filer."
            raise refused from None

    def finish(self) -> None:
        """Check that the form came whole."""
        if not self._whole:
            raise _unreadable()

    def _begin(self) -> None:
        self._headers.clear()
        self._name, self._file, self._is_named = "", None, False
        self._text.clear()

    def _end_header(self) -> None:
        self._headers[bytes(self._head).lower()] = bytes(self._value)
        self._head.clear()
        self._value.clear()

    def _end_headers(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = _decoded(options.get(b"name", b""))
        if b"filename" in options:
            self._begin_file(options[b"filename"])
        elif self._name in self._files:
            pass  # a field without a file chosen, as some programs send it; text in it is refused
        elif self._name not in self._texts and not (self._beginnings and self._name.startswith(self._beginnings)):
            raise Refused("bad_parameter", "Formularen har et felt, som siden ikke har.", place="formularen")
        elif self._name in self._form.texts:
            raise Refused("bad_parameter", "Feltet er sendt to gange.", place=self._name)
        elif len(self._form.texts) >= MOST_FIELDS:
            raise _unreadable()

    def _begin_file(self, raw: bytes) -> None:
        if self._name not in self._files:
            raise Refused("bad_parameter", "Formularen har et felt, som siden ikke har.", place="formularen")
        name = PurePosixPath(_decoded(raw).replace("\\", "/")).name
        if not is_clean(name) or len(name) > 200:
            refused = Refused(
                "bad_file",
                "En fils navn har form som et CPR-nummer, et tegn, der ikke kan ses, eller mere end 200 tegn.",
                place=self._name,
            )
            refused.remedy = "Giv filen et andet navn, og send den igen."
            raise refused
        if len(self._form.files) >= MOST_FILES:
            refused = Refused("bad_file", f"Der er mere end {MOST_FILES} filer.", place=self._name)
            refused.remedy = "Send færre ad gangen, eller pak dem i én zip-fil."
            raise refused
        self._is_named = bool(name)
        self._file = UploadedFile(self._name, name, EncryptedFile())
        self._form.files.append(self._file)  # so that it is closed whatever happens

    def _add(self, data: memoryview) -> None:
        if self._file is None:
            self._text += data
            if self._name in self._files:
                raise _unreadable()
            if len(self._text) > LONGEST_FIELD:
                raise Refused("bad_parameter", f"Feltet er længere end {thousands(LONGEST_FIELD)} tegn.", place=self._name)
            return
        most = self._files[self._name]
        if self._file.size + len(data) > most:
            size = f"{most // 1024**2} MB" if most >= 1024**2 else f"{most // 1024} KB"
            raise HttpProblem(
                "too_large",
                f"En fil er større end {size}.",
                place=self._name,
                remedy="Del udtrækket i flere filer, eller brug journey import på maskinen.",
            )
        self._file.content.write(data)

    def _end(self) -> None:
        if self._file is None:
            if self._name not in self._files:
                self._form.texts[self._name] = _decoded(bytes(self._text)).strip()
            return
        self._file.content.finish()
        if not self._is_named and not self._file.size:  # a field without a file chosen
            self._form.files.remove(self._file)
            self._file.content.close()
        elif not self._is_named:
            raise _unreadable()

    def _finish(self) -> None:
        self._whole = True


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise _unreadable() from None

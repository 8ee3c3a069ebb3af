"""Files packed with gzip: read as what is in them, told by their contents and not their names, and refused where they are not whole."""

from __future__ import annotations

import gzip
import io
import tempfile
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journey.exchange import gzip_files
from journey.exchange.gzip_files import MOST_TIMES, SMALL, gunzipped
from journey.exchange.input_file import open_input
from journey.refusals import Refused
from tests.conftest import Database
from tests.exchange.test_file_kinds import CSV, HEADER, ROW, TRACE, XES, read
from tests.support.import_files import activity, exported, file, taking

TEXT = b"A;B\n" * 5_000


def contents_of(content: bytes, **more: int) -> IO[bytes]:
    return gunzipped(io.BytesIO(content), "fil.gz", **more)


@settings(max_examples=40)
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4).filter(lambda parts: not parts[0].startswith(b"\x1f\x8b")))
def test_what_is_packed_in_any_number_of_members_is_read_as_it_was(parts: list[bytes]) -> None:
    packed, whole = b"".join(map(gzip.compress, parts)), b"".join(parts)
    if whole.startswith(gzip_files.MARK):
        return
    opened = contents_of(packed)

    assert [opened.read(), opened.read()] == [whole, b""]
    assert opened.seek(0, io.SEEK_END) == len(whole)
    opened.seek(0)
    assert opened.readlines() == io.BytesIO(whole).readlines()
    opened.seek(len(whole) // 2)
    assert opened.read() == whole[len(whole) // 2 :]


@given(st.binary(max_size=50).filter(lambda content: not content.startswith(b"\x1f\x8b")))
def test_what_is_not_packed_is_the_file_itself(content: bytes) -> None:
    given_file = io.BytesIO(content)

    assert gunzipped(given_file, "fil.gz") is given_file
    assert given_file.tell() == 0


PACKED = gzip.compress(TEXT, mtime=0)
BROKEN = {
    "cut off in the middle": (PACKED[: len(PACKED) // 2], "slutter for tidligt"),
    "cut off at its end": (PACKED[:-1], "slutter for tidligt"),
    "only its mark": (PACKED[:2], "slutter for tidligt"),
    "cut off in its second member": (PACKED + PACKED[:20], "slutter for tidligt"),
    "another sum": (PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:], "er i stykker"),
    "another length": (PACKED[:-4] + b"\0\0\0\0", "er i stykker"),
    "a turned byte": (PACKED[:15] + b"\xff\xff\xff" + PACKED[18:], "er i stykker"),
    "no method that there is": (b"\x1f\x8b\x09" + PACKED[3:], "er i stykker"),
    "something after it": (PACKED + b"hej\n", "efterfølges af noget andet efter 20.000 bytes"),
    "gzip in gzip": (gzip.compress(PACKED, mtime=0), "to gange. Pak den ud én gang"),
    "a bomb": (gzip.compress(bytes(SMALL + 1), mtime=0), f"mere end {MOST_TIMES} gange"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_whole_is_refused_before_any_of_it_is_read(name: str) -> None:
    content, why = BROKEN[name]

    with pytest.raises(Refused, match=why) as refused:
        contents_of(content)

    assert (refused.value.code, refused.value.place) == ("bad_file", "fil.gz")
    assert "gzip" in refused.value.message


def test_zeros_after_it_are_the_padding_that_the_format_allows() -> None:
    assert contents_of(PACKED + bytes(100)).read() == TEXT


def test_no_more_is_unpacked_than_shows_that_it_is_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(30_000_000), 9, mtime=0)
    asked: list[int] = []
    whole = gzip.GzipFile.read1
    monkeypatch.setattr(gzip.GzipFile, "read1", lambda self, size=-1: asked.append(size) or whole(self, size))

    with pytest.raises(Refused, match=r"1 MB pakket ud\. Del udtrækket"):
        contents_of(bomb, most=1_000_000)
    assert sum(asked) <= 3_000_000
    with pytest.raises(Refused, match=f"mere end {MOST_TIMES} gange"):
        contents_of(bomb)
    assert sum(asked) <= 3_000_000 + max(SMALL, MOST_TIMES * len(bomb)) + 3_000_000


def test_closing_what_is_in_it_closes_the_file() -> None:
    packed = io.BytesIO(PACKED)

    with gunzipped(packed, "fil.gz") as contents:
        assert contents.readline() == b"A;B\n"

    assert packed.closed


@pytest.mark.parametrize(
    ("mapping", "text"),
    [(CSV, HEADER + ROW), (CSV, (HEADER + ROW).encode("utf-16")), (XES, f"<log>{TRACE}</log>")],
)
def test_each_format_is_read_packed_whatever_the_file_is_called(tmp_path: Path, mapping: str, text: str | bytes) -> None:
    content = text if isinstance(text, bytes) else text.encode()
    for name, packing in (("log", gzip.compress), ("log.csv.gz", gzip.compress), ("log.gz", bytes)):
        (tmp_path / name).write_bytes(packing(content))
        with open_input(tmp_path / name) as opened:
            assert read(opened.read(), mapping) == 1


def test_what_is_packed_lies_unpacked_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "log.gz").write_bytes(PACKED)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)

    with open_input(tmp_path / "log.gz") as opened:
        assert opened.read() == TEXT
    with pytest.raises(AssertionError, match="a file was made"), open_input(io.BytesIO(PACKED)) as opened:
        opened.read()  # standard input is copied, as it came


def test_a_register_is_taken_in_packed(database: Database, tmp_path: Path) -> None:
    lines = file(activity(1, "a"), activity(2, "b")).getvalue()
    (tmp_path / "log.jsonl").write_bytes(gzip.compress(lines, mtime=0))
    rejects = tmp_path / "rejects"

    first = taking(database, tmp_path / "log.jsonl")
    own = io.BytesIO(gzip.compress(exported(database), mtime=0))
    bad = io.BytesIO(gzip.compress(lines + b'\n{"case": "N-1"}\n', mtime=0))

    assert (first.recorded, taking(database, own).known) == (2, 2)
    assert taking(database, bad, skip_bad=True, rejects=rejects).left_out == 1
    assert rejects.read_text("utf-8").startswith('{"case": "N-1","_reason":"linje 3')
    with pytest.raises(Refused, match="er pakket med gzip og slutter for tidligt") as refused:
        taking(database, io.BytesIO(gzip.compress(lines, mtime=0)[:-3]))
    assert refused.value.place == "standard input"

"""A form with files is read as a stream into encrypted files: whatever is sent, nothing is in clear on a disk, and no name is repeated."""

from __future__ import annotations

import os
import random
import tempfile
import tracemalloc
from collections.abc import AsyncIterator, Coroutine, Iterable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag

from api.web.problems import HttpProblem
from api.web.uploads import encrypted_file, form_stream
from api.web.uploads.encrypted_file import BLOCK, EncryptedFile
from api.web.uploads.form_stream import SentForm, read_form
from journey.refusals import Refused

NUMBER = "010180-0001"
BOUNDARY = b"----x"
TYPE = {"content-type": f"multipart/form-data; boundary={BOUNDARY.decode()}"}
FILES = {"files": 1_000_000, "mapping": 1_000}


def part(name: str, content: bytes, file: str | bytes | None = None) -> bytes:
    named = b"" if file is None else b'; filename="%b"' % (file if isinstance(file, bytes) else file.encode())
    return b'--%b\r\nContent-Disposition: form-data; name="%b"%b\r\n\r\n%b\r\n' % (BOUNDARY, name.encode(), named, content)


END = b"--" + BOUNDARY + b"--\r\n"


def done(work: Coroutine[Any, Any, SentForm]) -> SentForm:
    """The outcome of work that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as stopped:
        return stopped.value
    raise AssertionError("it waits")


def form_of(*pieces: bytes, headers: dict[str, str] | None = None, files: dict[str, int] | None = None) -> SentForm:
    async def stream() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece

    return done(read_form(stream(), TYPE if headers is None else headers, ("day", "choice-*"), files or FILES))


def refusal(*pieces: bytes, **more: Any) -> Refused | HttpProblem:
    before = open_files()
    with pytest.raises((Refused, HttpProblem)) as error:
        form_of(*pieces, **more)
    assert open_files() == before, "a file is left open"
    return error.value


def open_files() -> int:
    return len([*Path("/proc/self/fd").iterdir()]) if Path("/proc/self/fd").is_dir() else 0


def read_back(form: SentForm) -> list[tuple[str, str, bytes]]:
    try:
        return [(file.field, file.name, file.content.open().read()) for file in form.files]
    finally:
        form.close()


WHOLE = part("day", b" 1-10-2026 ") + part("files", b"a;b\r\n1;2\r\n", "a.csv") + part("files", b"x" * 70_000, "b.csv") + END


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1_000, 65_536, 1_000_000])
def test_a_form_is_the_same_in_pieces_of_any_size(size: int) -> None:
    form = form_of(*(WHOLE[at : at + size] for at in range(0, len(WHOLE), size)))

    assert form.texts == {"day": "1-10-2026"}
    assert read_back(form) == [("files", "a.csv", b"a;b\r\n1;2\r\n"), ("files", "b.csv", b"x" * 70_000)]


@pytest.mark.parametrize("name", ["C:\\arbejde\\a.csv", "mappe/a.csv", "../../a.csv", "/etc/a.csv"])
def test_a_file_s_folder_is_left_out(name: str) -> None:
    assert [file[1] for file in read_back(form_of(part("files", b"x", name) + END))] == ["a.csv"]


def test_a_field_without_a_file_chosen_is_no_file() -> None:
    assert form_of(part("files", b"", "") + part("mapping", b"", "") + END).files == []


@pytest.mark.parametrize("name", [f"{NUMBER}.csv", "udtræk 0101800001.csv", "a\x00.csv", "a\u202eb.csv", "a\tb.csv", "x" * 201])
def test_a_file_s_name_that_may_not_be_repeated_is_refused_and_not_repeated(name: str) -> None:
    refused = refusal(part("files", b"x", name) + END)

    assert isinstance(refused, Refused)
    assert "andet navn" in refused.remedy
    assert "0001" not in f"{refused} {refused.remedy}"
    assert "b.csv" not in f"{refused} {refused.remedy}"


def test_a_file_s_name_with_a_day_and_a_time_is_taken() -> None:
    for name in ("udtræk 2026-10-01.csv", "udtraek_202610010600.csv", "bevillinger (2).csv"):
        assert [file[1] for file in read_back(form_of(part("files", b"x", name) + END))] == [name]


@pytest.mark.parametrize("cut", range(0, 420, 17))
def test_a_form_that_is_cut_off_is_refused(cut: int) -> None:
    assert isinstance(refusal(WHOLE[:cut]), Refused)


def test_a_form_that_is_cut_off_before_its_last_letters_is_refused() -> None:
    for cut in (3, 8, 50_000):
        assert isinstance(refusal(WHOLE[:-cut]), Refused)


HOSTILE: dict[str, tuple[bytes, dict[str, str]]] = {
    "no boundary": (WHOLE, {"content-type": "multipart/form-data"}),
    "another boundary": (WHOLE, {"content-type": "multipart/form-data; boundary=other"}),
    "an endless boundary": (WHOLE, {"content-type": f"multipart/form-data; boundary={'x' * 300}"}),
    "another type": (b"day=1", {"content-type": "application/x-www-form-urlencoded"}),
    "no type": (WHOLE, {}),
    "two fields of one name": (part("day", b"1") + part("day", b"2") + END, TYPE),
    "a field of no page": (part("evil", b"1") + END, TYPE),
    "a file of no page": (part("evil", b"1", "a.csv") + END, TYPE),
    "a file in a text field": (part("day", b"1", "a.csv") + END, TYPE),
    "a text in a file field": (part("files", b"1") + END, TYPE),
    "a file without a name": (part("files", b"1", "") + END, TYPE),
    "a name that is no UTF-8": (part("files", b"1", b"\xe6.csv") + END, TYPE),
    "a long field": (part("day", b"1" * 3_000) + END, TYPE),
    "many fields": (b"".join(part(f"choice-{n}", b"1") for n in range(600)) + END, TYPE),
    "many headers": (b"------x\r\n" + b"A: b\r\n" * 1_000 + b"\r\n\r\n" + END, TYPE),
    "a long header": (b"------x\r\nA: " + b"b" * 100_000 + b"\r\n\r\n" + END, TYPE),
    "no disposition": (b"------x\r\n\r\nx\r\n" + END, TYPE),
    "nothing": (b"", TYPE),
    "noise": (random.Random(7).randbytes(10_000), TYPE),
}


@pytest.mark.parametrize("sent", HOSTILE)
def test_what_is_no_form_of_the_page_is_refused_with_a_remedy(sent: str) -> None:
    body, headers = HOSTILE[sent]
    refused = refusal(body, headers=headers)

    assert refused.remedy


def test_a_file_that_is_too_large_is_refused_before_more_is_read() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        yield part("files", b"", "a.csv")[:-2]
        while True:
            read += 1
            yield b"x" * 10_000

    with pytest.raises(HttpProblem) as problem:
        done(read_form(endless(), TYPE, (), FILES))

    assert (problem.value.code, read) == ("too_large", 101)
    assert problem.value.remedy


def test_a_form_that_is_too_large_is_refused_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_stream, "MOST_IN_ALL", 100_000)

    assert refusal(b"", headers={**TYPE, "content-length": "100001"}).code == "too_large"
    assert refusal(b"", headers={**TYPE, "content-length": "9" * 100}).code == "too_large"
    assert refusal(WHOLE[:60_000], WHOLE[60_000:], b"x" * 60_000).code == "too_large"


def test_many_files_are_refused() -> None:
    assert "50" in str(refusal(b"".join(part("files", b"x", f"{n}.csv") for n in range(51)) + END))


def test_a_full_disk_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(EncryptedFile):
        def write(self, data: bytes | memoryview) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(form_stream, "EncryptedFile", Full)

    assert "plads" in str(refusal(WHOLE))


# --- the encrypted file ---------------------------------------------------------------------------------------------------


def filled(pieces: Iterable[bytes]) -> EncryptedFile:
    file = EncryptedFile()
    for piece in pieces:
        file.write(piece)
    file.finish()
    return file


@pytest.fixture
def random_bytes() -> random.Random:
    return random.Random(1)


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 17])
def test_what_is_written_is_read_from_anywhere(size: int, random_bytes: random.Random) -> None:
    content = random_bytes.randbytes(size)
    file = filled(content[at : at + 10_007] for at in range(0, size, 10_007))

    with file.open() as reader:
        assert reader.read() == content
        for _ in range(20):
            at, length = random_bytes.randrange(size + 5), random_bytes.randrange(2 * BLOCK)
            assert reader.seek(at) == at
            assert reader.read(length) == content[at : at + length]
        assert reader.seek(-min(size, 9), os.SEEK_END) == size - min(size, 9)
    assert file.size == size
    file.close()


def test_nothing_in_clear_and_no_name_is_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = filled([NUMBER.encode() * 20_000])

    assert [*tmp_path.iterdir()] == []
    assert NUMBER.encode() not in raw_bytes(file)
    assert len(raw_bytes(file)) > 200_000
    file.close()


def raw_bytes(file: EncryptedFile) -> bytes:
    """What is on the disk, read by the file's own descriptor."""
    descriptor = file._file.fileno()
    return os.pread(descriptor, 10_000_000, 0)


def test_a_file_that_was_written_to_from_outside_is_not_read(random_bytes: random.Random) -> None:
    file = filled([b"x" * (2 * BLOCK)])
    os.pwrite(file._file.fileno(), b"?", BLOCK + 100)

    with file.open() as reader:
        assert reader.read(BLOCK) == b"x" * BLOCK
        with pytest.raises(InvalidTag):
            reader.read()
    file.close()


def test_a_closed_file_gives_nothing() -> None:
    file = filled([b"x"])
    file.close()

    with pytest.raises(ValueError, match="closed"):
        file.open().read()


def test_a_file_that_is_not_encrypted_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a cipher that changes nothing."""

    class Clear:
        def __init__(self, _: bytes) -> None: ...

        @staticmethod
        def generate_key(bit_length: int) -> bytes:
            return bytes(bit_length // 8)

        def encrypt(self, _nonce: bytes, data: bytes, _more: None) -> bytes:
            return data + bytes(16)

    monkeypatch.setattr(encrypted_file, "AESGCM", Clear)
    file = filled([NUMBER.encode() * 20_000])

    assert NUMBER.encode() in raw_bytes(file)
    file.close()


def test_a_large_upload_takes_little_memory() -> None:
    piece = b"x" * 65_536

    async def stream() -> AsyncIterator[bytes]:
        yield part("files", b"", "a.csv")[:-2]
        for _ in range(300):
            yield piece
        yield b"\r\n" + END

    tracemalloc.start()
    try:
        form = done(read_form(stream(), TYPE, (), {"files": 100_000_000}))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert form.files[0].size == 65_536 * 300
    assert most < 2_000_000
    form.close()

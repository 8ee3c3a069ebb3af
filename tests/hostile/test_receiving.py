"""Forms with files that are read at once are few, whoever sends them, and so are the uploads that are held."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from api.web.problems import HttpProblem
from api.web.uploads import uploads as module
from api.web.uploads.encrypted_file import EncryptedFile
from api.web.uploads.form_stream import UploadedFile
from api.web.uploads.uploads import MINUTES, MOST_RECEIVED, MOST_UPLOADS, Uploads


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(clock: Clock) -> Uploads:
    return Uploads(lambda _: None, clock)


def file_of(size: int) -> UploadedFile:
    content = EncryptedFile()
    content.write(b"x" * size)
    content.finish()
    return UploadedFile("files", "a.csv", content)


def test_a_few_forms_are_read_at_once(uploads: Uploads) -> None:
    with ExitStack() as reading:
        for _ in range(MOST_RECEIVED):
            reading.enter_context(uploads.receiving())
        with pytest.raises(HttpProblem) as problem:
            reading.enter_context(uploads.receiving())
    assert problem.value.code == "too_many_uploads"
    with uploads.receiving():  # and there is room again
        pass


def test_a_form_that_fails_gives_its_place_back(uploads: Uploads) -> None:
    for _ in range(2 * MOST_RECEIVED):
        with pytest.raises(ValueError, match="x"), uploads.receiving():
            raise ValueError("x")


def test_what_is_held_is_bounded_by_number_and_bytes(uploads: Uploads, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [uploads.add([file_of(10)], "", {}) for _ in range(MOST_UPLOADS + 2)]
    assert [uploads.find(each.id) is not None for each in held] == [False] * 2 + [True] * MOST_UPLOADS
    assert all(each.files[0].content._file.closed for each in held[:2])

    monkeypatch.setattr(module, "MOST_BYTES_HELD", 100)
    large = uploads.add([file_of(95)], "", {})
    assert [each for each in held if uploads.find(each.id)] == []
    assert uploads.find(large.id) is large
    uploads.close()
    assert large.files[0].content._file.closed
    with pytest.raises(HttpProblem):
        uploads.add([], "", {})


def test_what_nobody_looks_at_is_dropped(uploads: Uploads, clock: Clock) -> None:
    looked_at, left = (uploads.add([file_of(10)], "", {}) for _ in range(2))
    clock.now = 60 * MINUTES - 1
    assert uploads.find(looked_at.id)
    clock.now = 60 * MINUTES + 1

    uploads._swept()

    assert left.files[0].content._file.closed
    assert uploads.find(looked_at.id)
    assert uploads.find(left.id) is None
    uploads.close()


def test_an_id_is_long_and_of_chance(uploads: Uploads) -> None:
    ids = {uploads.add([], "", {}).id for _ in range(20)}

    assert len(ids) == 20
    assert {len(each) for each in ids} == {43}
    uploads.close()

"""The auditor's export: the sealed log, its tree, its signed roots and keys, and verify.py, as a folder that needs nothing of ours."""

from __future__ import annotations

import os
import shutil
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from psycopg import Connection

from journey.log.acts import act_lines
from journey.proof.proofs import event_line
from journey.proof.reading import SealBroken, all_signed, entries, handover_notes, newest, tile_places, tiles, vkeys
from journey.proof.tiles import HASH, WIDTH, TreeTile, address, bundle, expected_edge
from journey.proof.walk import Progress
from journey.refusals import Refused

ALONGSIDE = {"verify.py": "verify.py", "LAESMIG.txt": "LÆSMIG.txt"}
"""What comes with the export, by its name with us and its name there."""


def alongside() -> dict[str, bytes]:
    """The program that verifies, and how to use it: files to lay beside the proofs."""
    package = resources.files("journey.proof")
    return {name: package.joinpath(source).read_bytes() for source, name in ALONGSIDE.items()}


def write(conn: Connection[Any], folder: Path, upto: int | None = None, progress: Progress | None = None) -> int:
    """Write the export up to the last signed root, or the last of at most `upto` events; gives how many events it has.

    What is damaged is written as it stands, for verify.py to find. The folder is its owner's alone, and there when all of it is written,
    or not at all.
    Raises Refused (`not_sealed`, `bad_file`), and SealBroken for an event that has no place in the form.
    """
    if folder.exists():
        refused = Refused("bad_file", "Mappen findes i forvejen.", place=str(folder))
        refused.remedy = "Vælg et andet navn, eller flyt mappen."
        raise refused
    last = newest(conn, upto)
    if last is None:
        raise Refused("not_sealed")
    part = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    part.mkdir(0o700, parents=True)
    try:
        size = last.checkpoint.size
        _write_events(conn, part, size, progress)
        _write_tiles(conn, part, size)
        known = [vkey for kind in ("log", "witness") for vkey in vkeys(conn, kind)]
        for name, content in alongside().items():
            (part / name).write_bytes(content)
        (part / "keys.txt").write_text("".join(f"{vkey}\n" for vkey in known), "utf-8")
        if handed := handover_notes(conn):
            (part / "handovers.txt").write_text("\n".join(handed), "utf-8")
        (part / "checkpoint").write_text(last.text, "utf-8")
        if last.checkpoint.acts:
            (part / "acts.txt").write_bytes(_acts(conn, last.checkpoint.acts[0]))
        (part / "checkpoints.txt").write_text("\n".join(root.text for root in all_signed(conn, size)), "utf-8")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return size


def _write_events(conn: Connection[Any], folder: Path, size: int, progress: Progress | None) -> None:
    events = entries(conn, 0, size)
    with (folder / "events.tsv").open("wb") as out:
        first = 0
        while some := list(islice(events, WIDTH)):
            out.write(b"".join(map(event_line, some)))
            width = min(WIDTH, size - first)
            tile = TreeTile(None, first // WIDTH, None if width == WIDTH else width)
            try:
                _write(folder / address(tile), bundle(event.entry for event in some))
            except OverflowError:
                raise SealBroken(some[0].position, "en hændelse herefter er for lang til at være registreret") from None
            first += WIDTH
            if progress is not None:
                progress(some[-1].position, size)


def _acts(conn: Connection[Any], number: int) -> bytes:
    """The acts that the root is signed over, as they stand."""
    return "".join(f"{line}\n" for line in act_lines(conn, number)).encode()


def _write_tiles(conn: Connection[Any], folder: Path, size: int) -> None:
    stored, expected = tiles(conn), dict(enumerate(expected_edge(size)))
    for level, number in tile_places(conn):
        full, rest = expected.get(level, (0, 0))
        width = WIDTH if number < full else rest if number == full else 0
        if width and number >= 0:
            tile = TreeTile(level, number, None if width == WIDTH else width)
            _write(folder / address(tile), stored(level, number)[: width * HASH])


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)

"""The committee pack's files: written under temporary names first and then all renamed, so that none is half-written."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from dashboards.pack.paper import StatusPaper
from dashboards.pack.writers.sheets import xlsx
from dashboards.pack.writers.typeset import pdf
from dashboards.pack.writers.word import docx
from journey.refusals import Refused

WRITERS: Mapping[str, Callable[[StatusPaper], bytes]] = {"docx": docx, "pdf": pdf, "xlsx": xlsx}
"""The writer of each file form, by its file name extension."""
MEDIA_TYPES: Mapping[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HALF = ".part"


def file_name(year: int, form: str) -> str:
    return f"status-{year}.{form}"


def free(folder: Path, year: int, *, overwrite: bool) -> None:
    """Raises Refused: `bad_folder` where no files can be written into the folder, and `folder_taken` where it has files of the
    pack already and they are not to be overwritten."""
    _writable(folder)
    existing = [name for form in WRITERS if (folder / (name := file_name(year, form))).exists()]
    if folders := [name for name in existing if (folder / name).is_dir()]:
        raise Refused("bad_folder", f"{', '.join(folders)} er en mappe; intet er skrevet.", place=str(folder))
    if existing and not overwrite:
        raise Refused("folder_taken", f"{', '.join(existing)} findes i forvejen; intet er skrevet.", place=str(folder))


def _writable(folder: Path) -> None:
    """Check the folder, or the nearest existing folder above it."""
    nearest = next((each for each in (folder, *folder.absolute().parents) if os.path.lexists(each)), folder)
    if not nearest.is_dir():
        raise Refused("bad_folder", f"{nearest} er ikke en mappe; intet er skrevet.", place=str(folder))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise Refused("bad_folder", f"Der må ikke skrives i {nearest}; intet er skrevet.", place=str(folder))


def write(
    folder: Path, paper: StatusPaper, *, overwrite: bool, progress: Callable[[int, int | None], None] | None = None
) -> list[Path]:
    """Write the pack's files into the folder, made if need be; gives where they are. Raises as `free` does, and OSError."""
    free(folder, paper.of.year, overwrite=overwrite)
    folder.mkdir(parents=True, exist_ok=True)
    paths: dict[Path, Path] = {}
    try:
        for nth, (form, writer) in enumerate(WRITERS.items(), start=1):
            path = folder / file_name(paper.of.year, form)
            half = path.with_name(f".{path.name}.{os.getpid()}{HALF}")
            paths[half] = path
            half.write_bytes(writer(paper))
            if progress:
                progress(nth, len(WRITERS))
        for half, path in paths.items():
            half.replace(path)
    finally:
        for half in paths:
            half.unlink(missing_ok=True)
    return list(paths.values())

"""New files of the command line: written whole, readable by their owner only."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from journey.refusals import Refused
from journey.system_words import os_error_reason


@contextmanager
def new_file(target: Path) -> Generator[BinaryIO]:
    """Open a file that only its owner may read, and that exists once all of it is written, or not at all.

    Raises Refused (`bad_file`) for one that exists already or cannot be written.
    """
    if target.exists():
        raise unusable_file("Filen findes i forvejen.", target, "Vælg et andet navn, eller flyt filen.")
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            yield out
        part.rename(target)
    except OSError as error:
        raise unusable_file(
            f"Filen kan ikke skrives: {os_error_reason(error)}.", target, "Ret stien, eller giv adgang og plads."
        ) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def replace_file(target: Path, content: bytes) -> None:
    """Write the file anew: it is the old one until all of the new one is there. Raises Refused (`bad_file`)."""
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.chmod(target.stat().st_mode & 0o7777)
        part.replace(target)
    except OSError as error:
        why = f"Filen kan ikke skrives: {os_error_reason(error)}."
        raise unusable_file(why, target, "Giv adgang og plads.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def unusable_file(why: str, file: Path, remedy: str) -> Refused:
    """The refusal `bad_file` with its own reason and remedy."""
    refused = Refused("bad_file", why, place=str(file))
    refused.remedy = remedy
    return refused

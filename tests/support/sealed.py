"""A log with events of several cases and a note, sealed in some steps, and verify.py beside it: what tests of the proof begin with."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, NamedTuple

import psycopg

from api.sealing.anchors import Anchors, cosign
from api.sealing.witness import KEY_FILE as WITNESS_KEY_FILE
from journey import events as e
from journey.log.login import as_role
from journey.log.migrate import SEAL
from journey.log.store import Log
from journey.log.stored import Entry
from journey.log.vault import Vault
from journey.proof.checking import Copy
from journey.proof.checkpoint import SignedNote
from journey.proof.reading import all_signed, keys, log_key
from journey.proof.sealing import KEY_FILE, log_signer, seal
from tests.conftest import Database

ROOT = Path(__file__).parents[2]
STEP = 10
"""Events between two signed roots."""


@contextmanager
def sealing(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may seal."""
    with psycopg.connect(as_role(database.app_url, SEAL), autocommit=True) as conn:
        yield conn


def sealed(database: Database, home: Path, most: int = 65_536) -> SignedNote | None:
    """Seal what is there; gives the last signed root."""
    last = None
    with sealing(database) as conn:
        by = log_signer(home / KEY_FILE, conn)
        while (note := seal(conn, by, most)) is not None:
            last = note
    return last


def recorded(database: Database, count: int, home: Path, seed: int = 1) -> None:
    """Record so many events, a note among them, in some cases of uneven length."""
    rng = Random(seed)
    with Log(database.app_url) as log, Vault(home / "outer.key", database.app_url) as vault:
        for nth in range(count):
            name, day = f"{seed}-{nth}", date(2024, 1, 1) + timedelta(rng.randrange(500))
            case = f"N-{rng.choice('11112234')}"
            text = None
            event: Any = e.ActivityRecorded("samtale", f"m{rng.randrange(6)}")
            if nth % 10 == 7:
                event, text = e.NoteAdded("0" * 64), f"Notat {name}"
            one = Entry(case, day, "proof", name, event, text=text)
            log.record(name, case, name.encode(), lambda _, one=one: [one], vault=vault)


def keyed(home: Path, rng: Random) -> None:
    """Give the register and its witness keys of the generator's, so that what is signed does not hang on chance."""
    (home / "witness").mkdir()
    for file in (home / KEY_FILE, home / "witness" / WITNESS_KEY_FILE):
        file.write_bytes(rng.randbytes(32))
        file.chmod(0o600)


class Means(NamedTuple):
    """What an auditor has from elsewhere than the export: the keys, and the signed roots that were kept."""

    key: str
    witness: str
    kept: list[Path]
    copies: list[Copy]


def sealed_in_steps(database: Database, home: Path) -> Means:
    """Seal every ten events, each root cosigned and kept."""
    anchors = Anchors(witness=str(home / "witness"))
    with sealing(database) as conn:
        by = log_signer(home / KEY_FILE, conn)
        while (note := seal(conn, by, STEP)) is not None:
            cosign(conn, anchors, note)
        kept, copies = list[Path](), list[Copy]()
        (home / "kept").mkdir()
        for one in all_signed(conn):
            file = home / "kept" / str(one.checkpoint.size)
            file.write_text(one.text, "utf-8")
            kept.append(file)
            copies.append(Copy(file.name, one.note))
        key, (witness,) = log_key(conn), keys(conn, "witness")
        assert key is not None
        return Means(key.vkey, witness.vkey, kept, copies)


def verify_alone() -> ModuleType:
    """verify.py as a program of its own."""
    spec = importlib.util.spec_from_file_location("verify_alone", ROOT / "journey" / "proof" / "verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.is_signed = lru_cache(None)(module.is_signed)  # the same few signatures, thousands of times
    return module


def fault_of(verify: Callable[..., Any], *given: Any) -> Any:
    """The fault that is found, None where none is."""
    try:
        verify(*given)
    except Exception as error:  # noqa: BLE001 -- whatever it says, it says that something is wrong
        return error
    return None

"""A1: an acknowledged event survives, however the database and the application are killed under eight writers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import sleep

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from tests.promises.application import Application, killed_between_position_and_rows, sent_by
from tests.promises.conftest import Figures
from tests.promises.killing import WAYS, Killable
from tests.promises.tally import all_followed, tables_unlike_a_rebuild, tally
from tests.support.sizes import SOAK, by_size
from tests.support.waiting import until

PROMISE = "A1: an acknowledged event survives kills of the database and of the program"

KILLS = by_size(4, 25, 200)
"""Of the database, and as many of the application."""
LONGEST_PEACE = 0.25
"""Seconds between two kills, at most."""
PROCESSES = (("writers",), ("follower",), ("writers", "follower"))


@pytest.fixture
def application(killable: Killable, home: Path) -> Iterator[Application]:
    made = Application(killable.app_url, home)
    made.start()
    yield made
    made.stop()


def acknowledges_more(application: Application) -> None:
    before = len(application.acknowledged)
    until(lambda: len(application.acknowledged) > before)


@pytest.mark.timeout(by_size(600, 600, 3600))
def test_an_acknowledged_event_survives_every_kill(killable: Killable, application: Application, figures: Figures) -> None:
    seed = int.from_bytes(os.urandom(4)) if SOAK else 1
    rng = Random(seed)
    victims = ["database"] * KILLS + ["application"] * KILLS
    rng.shuffle(victims)

    for nth, victim in enumerate(victims):
        acknowledges_more(application)
        sleep(rng.uniform(0, LONGEST_PEACE))
        if victim == "database":
            killable.kill(WAYS[nth % len(WAYS)], rng)
            killable.start()
        else:
            application.kill(*PROCESSES[nth % len(PROCESSES)])
            application.start()
    acknowledges_more(application)
    application.kill("writers")
    until(lambda: all_followed(killable.app_url))
    application.stop()

    found = tally(killable.admin_url, sent_by(application.acknowledged))
    unlike = tables_unlike_a_rebuild(killable.app_url)
    retried = sum(receipt["recorded_before"] for receipt in application.acknowledged.receipts())
    kills = {"database_kills": KILLS, "application_kills": KILLS, "seed": seed, "recorded_without_a_reply": retried}
    figures("A1", **kills, **found.told(), tables_unlike_a_rebuild=unlike)
    assert found.whole
    assert unlike == 0


def test_twin_without_waiting_for_the_disk_acknowledged_events_are_lost(
    killable: Killable, application: Application, figures: Figures
) -> None:
    """The setting that the program refuses to start on, made behind its back once it has started."""
    kills, lost = 0, 0
    while lost == 0 and kills < 5:
        application.start()
        acknowledges_more(application)
        set_by_admin(killable, synchronous_commit="off", wal_writer_delay="10s")
        acknowledges_more(application)
        sleep(0.3)
        killable.kill("machine", Random(kills))
        application.stop()
        killable.start()
        set_by_admin(killable, synchronous_commit="on")
        lost = tally(killable.admin_url, sent_by(application.acknowledged)).lost
        kills += 1

    figures("A1", database_kills=kills, lost=lost)
    assert lost > 0


def set_by_admin(killable: Killable, **settings: str) -> None:
    with psycopg.connect(killable.admin_url, autocommit=True) as conn:
        for name, value in settings.items():
            conn.execute(SQL("alter system set {} = {}").format(Identifier(name), value))
        conn.execute("select pg_reload_conf()")


def test_twin_rows_whose_position_moves_without_them_are_unlike_a_rebuild(
    killable: Killable, application: Application, figures: Figures
) -> None:
    acknowledges_more(application)
    application.kill("follower")
    acknowledges_more(application)
    application.kill("writers")

    killed = killed_between_position_and_rows(killable.app_url)
    application.start("follower")
    until(lambda: all_followed(killable.app_url))
    application.stop()

    unlike = tables_unlike_a_rebuild(killable.app_url)
    figures("A1", application_kills=int(killed), tables_unlike_a_rebuild=unlike)
    assert killed
    assert unlike > 0

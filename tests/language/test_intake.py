"""The pages of a delivery, in each state that they have, are good Danish and good English."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Database
from tests.language.site import wrong_in
from tests.support.sheets import ACCEPTED
from tests.support.uploads import GRANT_ROWS, after, id_of, press, send, sheets, taking_uploads

pytestmark = pytest.mark.long

ROWS = ("2;8;020280-0002;x;Bostøtte efter § 85;01-03-2026;Iværksat;;1o0", "3;9;030380-0003;x;Tolk;01-03-26;Iværksat;;1")
MASKS = ["fagsystem-a", "bevillinger", "sager", "ydelser"]
"""Names that the mapping file of the test gives."""


def test_every_state_is_said_in_good_danish_and_english(server: Database, template: Database, tmp_path: Path) -> None:
    with taking_uploads(server, template, tmp_path) as app:
        states = ["/indlaes", "/leverancer", "/indlaes/er-her-ikke"]
        assert wrong_in(app, states, MASKS) == []
        first = send(app, sheets())
        after(app, first)
        after(app, press(app, f"{id_of(first)}/tag"))
        for grants, mapping, fields in (
            ((*GRANT_ROWS, *ROWS), ACCEPTED, {}),
            ((*GRANT_ROWS, *ROWS), ACCEPTED, {"skip_bad": "yes"}),
            (GRANT_ROWS, ACCEPTED.replace('key = ["CPR"]', "key = []"), {}),
            (GRANT_ROWS, ACCEPTED, {"day": "31-02-2026"}),
        ):
            sent = send(app, sheets(grants), mapping, **fields)
            after(app, sent)
            states.append(id_of(sent))
        undone = press(app, "/leverancer/1/fortryd")
        after(app, undone)
        after(app, press(app, f"{id_of(undone)}/tag"))

        found = wrong_in(app, [*states, id_of(first), id_of(undone), "/leverancer/1/vaek"], MASKS)
        assert [each for each in found if "mente du" not in each.text] == []  # a code is named as a mapping file writes it

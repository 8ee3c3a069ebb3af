"""A role file is proposed by one person whom the municipality's login let in, and signed by another, with a real provider."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.answers.roles import roles_state
from tests.access.test_login import Visitor
from tests.conftest import Database, fresh_database
from tests.support.identity_provider import site_with_provider
from tests.support.registers import register_on

pytestmark = pytest.mark.long

ADDRESS = "/om/rettigheder/rollefil"
ACCOUNTS = {"lb1": {"groups": ["leder"]}, "lb2": {"groups": ["leder"]}, "az1234": {"groups": ["sag-unge"]}}


def test_two_leaders_take_the_next_file_into_force_and_neither_gains_by_it(
    server: Database, template: Database, tmp_path: Path
) -> None:
    with (
        fresh_database(server, template.name) as database,
        site_with_provider(register_on(database, tmp_path).settings) as site,
    ):
        site.provider.set(accounts=ACCOUNTS)
        first, second, caseworker = Visitor(site), Visitor(site), Visitor(site)
        for visitor, account in ((first, "lb1"), (second, "lb2"), (caseworker, "az1234")):
            assert visitor.sign_in(account).status_code == 303
        register = site.site.register
        before = roles_state(register).in_force
        assert before is not None
        more = before.text + '[[grant]]\nname = "Alt"\nclaim = "groups"\nvalue = "leder"\nrole = "privacy_officer"\n'
        assert "og så meget af den har du ikke nu" in first.ask(ADDRESS, "POST", text=more, confirmed="yes").text
        hidden = more.replace('claim = "groups"\nvalue = "leder"\nrole = "p', 'claim = "email"\nvalue = "lb1@k.dk"\nrole = "p')
        assert (
            first.ask(ADDRESS, "POST", text=hidden, confirmed="yes").status_code == 400
        )  # no session says what is not its own

        proposed = first.ask(ADDRESS, "POST", text=before.text + "# bekræftet\n", confirmed="yes")
        assert proposed.status_code == 201, proposed.text
        (waiting,) = roles_state(register).waiting
        assert [each.person for each in waiting.signatures] == ["lb1"]
        number = str(waiting.number)
        assert caseworker.ask(f"{ADDRESS}/underskriv", "POST", number=number).status_code == 404
        assert first.ask(f"{ADDRESS}/underskriv", "POST", number=number).status_code == 400
        assert second.ask(f"{ADDRESS}/underskriv", "POST", number=number).status_code == 201
        after = roles_state(register).in_force
        assert after is not None
        assert (after.who, after.by_tokens, after.act) == (("lb1", "lb2"), False, before.act + 1)

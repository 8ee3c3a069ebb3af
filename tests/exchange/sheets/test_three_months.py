"""Three months of three sheets: what the caseworker's lists say each month, and what the register makes of it, line by line.

The expected lines were written down by hand from domain.md section 10, before there was a program.
"""

from __future__ import annotations

import pytest

from journey.refusals import Refused
from tests.support.sheets import Register, lines, mapping, moment

# Two citizens: Åse (010180-0001), and Bo (020290-0002). What is within quotes is what the fagsystem printed.
OCTOBER = {
    "sager": """\
CPR;Henvist;Enhed;Sagsbehandler
010180-0001;04-03-2024;Ungeindsatsen;sb-17
020290-0002;11.03.2024;jobcenter;sb-20
""",
    "bevillinger": """\
Sagsnr;Bevillingsnr;CPR;Navn;Status;Ydelse;Startdato;Slutdato;Beløb pr. måned
S-1;880123;010180-0001;Åse;Bevilliget;Bostøtte § 85;01-04-2024;;4.563,49 kr.
S-1;880124;010180-0001;Åse;Ansøgt;Efterskole;01-08-2024;;
S-2;880125;020290-0002;Bo;Iværksat;Bostøtte  § 85;01/05/2024;30-06-2024;1 200
S-2;880126;020290-0002;Bo;Bevilliget;Indberetning til Danmarks Statistik;01-05-2024;;
""",
    "ydelser": """\
CPR;Fra;Ydelse
010180-0001;01-01-2024;Kontanthjælp, aktivitetsparat
020290-0002;01-01-2024;sygedagpenge
""",
}
AFTER_OCTOBER = [
    "+ 2024-01-01 BenefitChanged benefit=kontanthjaelp_aktivitetsparat",
    "+ 2024-01-01 BenefitChanged benefit=sygedagpenge",
    "+ 2024-03-04 Referred unit=ungeindsatsen born=1980-01",
    "+ 2024-03-04 CaseworkerAssigned role=authority worker=sb-17",
    "+ 2024-03-11 Referred unit=arbejdsmarked born=1990-02",
    "+ 2024-03-11 CaseworkerAssigned role=authority worker=sb-20",
    "+ 2024-04-01 SupportGranted grant=880123 support=bostoette_85 yearly_amount=54762",
    "+ 2024-05-01 SupportGranted grant=880125 support=bostoette_85 yearly_amount=14400",
    "+ 2024-07-01 SupportEnded grant=880125 reason=udloebet",
]

# In November Åse has another caseworker (a change), her grant has an end (a change), and the application was granted (a change).
# Bo's referral was on another day (a correction), his grant ended a month later (a correction), his benefit's row is gone (kept).
NOVEMBER = {
    "sager": """\
CPR;Henvist;Enhed;Sagsbehandler
010180-0001;04-03-2024;Ungeindsatsen;sb-18
020290-0002;12-03-2024;Jobcenter;SB-20
""",
    "bevillinger": """\
Sagsnr;Bevillingsnr;CPR;Navn;Status;Ydelse;Startdato;Slutdato;Beløb pr. måned
S-1;880123;010180-0001;Åse;Bevilliget;Bostøtte § 85;01-04-2024;31-10-2024;4.563,49 kr.
S-1;880124;010180-0001;Åse;Bevilliget;Efterskole;01-08-2024;31-12-9999;
S-2;880125;020290-0002;Bo;Iværksat;Bostøtte § 85;01-05-2024;31-07-2024;1.200,00
""",
    "ydelser": """\
CPR;Fra;Ydelse
010180-0001;01-01-2024;kontanthjaelp_aktivitetsparat
""",
}
AFTER_NOVEMBER = [
    "- 2024-03-11 source_corrected",
    "- 2024-03-11 source_corrected",
    "- 2024-07-01 source_corrected",
    "+ 2024-03-12 Referred unit=arbejdsmarked born=1990-02",
    "+ 2024-03-12 CaseworkerAssigned role=authority worker=sb-20",
    "+ 2024-08-01 SupportGranted grant=880124 support=efterskole",
    "+ 2024-08-01 SupportEnded grant=880125 reason=udloebet",
    "+ 2024-11-01 SupportEnded grant=880123 reason=udloebet",
    "+ 2024-11-04 CaseworkerChanged role=authority worker=sb-18 reason=other",
]

# In December the efterskole grant was never true (its status fell back: a withdrawal), the end of Åse's other grant was taken out
# again (a withdrawal), Bo is gone from the list of cases (a withdrawal), and his benefit's row is back (nothing: it stood).
DECEMBER = {
    "sager": """\
CPR;Henvist;Enhed;Sagsbehandler
010180-0001;04-03-2024;Ungeindsatsen;
""",
    "bevillinger": """\
Sagsnr;Bevillingsnr;CPR;Navn;Status;Ydelse;Startdato;Slutdato;Beløb pr. måned
S-1;880123;010180-0001;Åse;Bevilliget;Bostøtte § 85;01-04-2024;;4.563,49 kr.
S-1;880124;010180-0001;Åse;Ansøgt;Efterskole;01-08-2024;;
S-2;880125;020290-0002;Bo;Iværksat;Bostøtte § 85;01-05-2024;31-07-2024;1.200,00
""",
    "ydelser": """\
CPR;Fra;Ydelse
010180-0001;01-01-2024;Kontanthjælp, aktivitetsparat
020290-0002;01-01-2024;Sygedagpenge
""",
}
AFTER_DECEMBER = [
    "- 2024-03-12 source_removed",
    "- 2024-03-12 source_removed",
    "- 2024-08-01 source_removed",
    "- 2024-11-01 source_removed",
]

# In January Bo is back on the list, with a third caseworker: it begins anew.
JANUARY = {
    **DECEMBER,
    "sager": DECEMBER["sager"].replace(";\n", ";sb-18\n") + "020290-0002;12-03-2024;Jobcenter;sb-22\n",
}
AFTER_JANUARY = [
    "+ 2024-03-12 Referred unit=arbejdsmarked born=1990-02",
    "+ 2024-03-12 CaseworkerAssigned role=authority worker=sb-22",
]


def test_rules_3_to_5_three_months_and_one_more_are_told_apart_as_by_hand() -> None:
    register = Register(mapping())

    october = register.take(moment("2024-10-02"), OCTOBER)
    assert lines(october) == AFTER_OCTOBER
    assert october.counts == {"new": 9}

    november = register.take(moment("2024-11-04"), NOVEMBER)
    assert lines(november) == AFTER_NOVEMBER
    assert november.counts == {"new": 3, "corrected": 3, "known": 5}
    assert [sheet for sheet, _ in november.listed] == ["ydelser"], "a row that is gone is listed until it is back"

    december = register.take(moment("2024-12-03"), DECEMBER)
    assert lines(december) == AFTER_DECEMBER
    assert december.counts == {"withdrawn": 4, "known": 6}
    assert december.listed == []
    assert [sheet for sheet, _ in december.withdrawn] == ["bevillinger", "sager"], "the rows of which nothing stands"

    january = register.take(moment("2025-01-03"), JANUARY)
    assert lines(january) == AFTER_JANUARY
    assert [entry.source_id.partition("#")[2] for entry in january.entries] == ["3", "3"]


@pytest.mark.parametrize("month", [OCTOBER, NOVEMBER, DECEMBER])
def test_rule_3_the_same_delivery_again_changes_nothing(month: dict[str, str]) -> None:
    register = Register(mapping())
    first = register.take(moment("2024-10-02"), month)

    again = register.take(moment("2024-10-03"), month)

    assert again.entries == []
    assert again.counts == {"known": first.counts["new"]}


def test_rule_7_a_delivery_older_than_the_newest_is_refused() -> None:
    register = Register(mapping())
    register.take(moment("2024-11-04"), OCTOBER)

    with pytest.raises(Refused) as refused:
        register.take(moment("2024-10-02"), NOVEMBER)

    assert refused.value.code == "older_delivery"
    assert "02-10-2024" in refused.value.message
    register.take(moment("2024-11-04"), NOVEMBER)  # of the same moment is not older

"""The code lists, and a municipality's additions to them."""

from __future__ import annotations

from datetime import date

import pytest

from journey.codes import CodeLists, check_used, parse_code_lists, standard, standard_text
from journey.refusals import Refused

OWN_SUPPORT = """
[supports]
ridning = { da = "Rideterapi", en = "Riding therapy", class = "main", group = "kontaktperson", aliases = ["rideterapi"] }
"""


def _ridning(basis: str) -> str:
    return f'[supports]\nridning = {{ da = "R", en = "R", class = "main", group = "kontaktperson", basis = [{basis}] }}'


def with_additions(additions: str) -> CodeLists:
    return parse_code_lists(standard_text(), additions)


def test_a_municipality_adds_a_support_without_touching_code():
    lists = with_additions(OWN_SUPPORT)

    assert lists["supports"].codes["ridning"].da == "Rideterapi"
    assert lists.classes["ridning"] == "main"
    assert set(lists["supports"].codes) == {*standard()["supports"].codes, "ridning"}


def test_an_added_unit_counts_in_hoi_only_if_it_says_so():
    lists = with_additions('[units]\nnord = { da = "Nord", en = "North" }\nsyd = { da = "Syd", en = "South", hoi = true }')

    assert lists.hoi_units == ("ungeindsatsen", "arbejdsmarked", "syd")


def test_the_standard_lists_are_as_they_were_after_an_addition():
    before = standard().digest

    with_additions(OWN_SUPPORT)

    assert standard().digest == before == parse_code_lists(standard_text()).digest
    assert "ridning" not in standard()["supports"].codes


@pytest.mark.parametrize(
    ("additions", "place"),
    [
        ("[units", "kodefil"),
        ("units = 5", "units"),
        ('[[units]]\nda = "Nord"', "units"),
        ('[planets]\nmars = { da = "Mars", en = "Mars" }', "planets"),
        ('[units]\nnord = { da = "Nord" }', "units.nord"),
        ('[units]\nnord = "Nord"', "units.nord"),
        ('[units]\nnord = { da = "Nord", en = "North", colour = "blue" }', "units.nord"),
        ('[units]\nnord = { da = "Nord", en = "North", valid_from = "engang" }', "units.nord"),
        ('[units]\nNord = { da = "Nord", en = "North" }', "units.Nord"),
        ('[units]\n"nord-vest" = { da = "Nordvest", en = "Northwest" }', "units.nord-vest"),
        ('[units]\n"øst" = { da = "Øst", en = "East" }', "units.øst"),
        (f'[units]\n{"n" * 81} = {{ da = "Nord", en = "North" }}', f"units.{'n' * 81}"),
        ('[units]\nsocial = { da = "Social", en = "Social" }', "units.social"),
        ('[units]\nui = { da = "UI", en = "UI" }', "units.ui"),
        ('[units]\nnord = { da = "Nord", en = "North", aliases = ["ui"] }', "units.nord"),
        ('[units]\nnord = { da = "Nord", en = "North", aliases = ["social"] }', "units.nord"),
        ('[units]\nnord = { da = "Nord", en = "North", aliases = ["nord"] }', "units.nord"),
        ("[units]\nopen = false", "units.open"),
        ('[units]\ngroups = ["nord"]', "units.groups"),
        ('[supports]\nridning = { da = "Ridning", en = "Riding", class = "main" }', "supports.ridning"),
        ('[supports]\nridning = { da = "Ridning", en = "Riding", group = "bostoette" }', "supports.ridning"),
        ('[supports]\nridning = { da = "R", en = "R", class = "main", group = "heste" }', "supports.ridning"),
        ('[supports]\nridning = { da = "R", en = "R", class = "hest", group = "other" }', "supports.ridning"),
        ('[supports]\nridning = { da = "R", en = "R", class = "accessory", group = "other" }', "supports.ridning"),
        ('[supports]\nridning = { da = "R", en = "R", class = "other", group = "accessory" }', "supports.ridning"),
        ('[breaks]\nsystem = { da = "S", en = "S", group = "counting" }', "breaks.system"),
        ('[breaks]\nsystem = { da = "S", en = "S", valid_from = 2025-01-01 }', "breaks.system"),
        (
            '[breaks]\nsystem = { da = "S", en = "S", valid_from = 2025-01-01, group = "counting", unit = "nord" }',
            "breaks.system",
        ),
        ('[units]\nnord = { da = "Nord", en = "North", unit = "social" }', "units.nord"),
        ('[benefits]\nsu = { da = "SU", en = "Student grant" }', "benefits.su"),
        ('[units]\nnord = { da = "N", en = "N", valid_from = 2025-01-02, valid_to = 2025-01-01 }', "units.nord"),
        ('[units]\nnord = { da = "N", en = "N", valid_from = 2025-01-01, valid_to = 2025-01-01 }', "units.nord"),
        ('[units]\nnord = { da = "N", en = "N", closed_to_new = 2025-01-02, valid_to = 2025-01-01 }', "units.nord"),
        ('[units]\nnord = { da = "N", en = "N", closed_to_new = 2025-01-01, valid_from = 2025-01-02 }', "units.nord"),
        ('[units]\nnord = { da = "N", en = "N", succeeded_by = ["syd"] }', "units.nord"),
        ('[units]\nnord = { da = "N", en = "N", kle = [" "] }', "units.nord"),
        ('[units]\nnord = { da = "N", en = "N", dst = ["7"] }\nsyd = { da = "S", en = "S", dst = ["7"] }', "units.syd"),
        ('[units]\nnord = { da = "N", en = "N", basis = [{ act = "serviceloven" }] }', "units.nord"),
        (_ridning('{ printed = "§ 1" }'), "supports.ridning"),
        (_ridning('{ act = " " }'), "supports.ridning"),
        (_ridning('{ act = "lov", verified = "§ 1" }'), "supports.ridning"),
        (_ridning('{ act = "lov", verified_on = 2026-11-29 }'), "supports.ridning"),
        (_ridning('{ act = "lov", from = 2024-01-01, to = 2024-01-01 }'), "supports.ridning"),
        (_ridning('{ act = "lov" }, { act = "ny lov", from = 2024-01-01 }'), "supports.ridning"),
        (_ridning('{ act = "lov", to = 2024-01-01 }, { act = "ny lov" }'), "supports.ridning"),
        (_ridning('{ act = "lov", to = 2024-01-02 }, { act = "ny lov", from = 2024-01-01 }'), "supports.ridning"),
    ],
)
def test_an_addition_that_a_list_cannot_take_is_refused_with_its_place(additions, place):
    with pytest.raises(Refused) as refused:
        with_additions(additions)

    assert (refused.value.code, refused.value.place) == ("bad_codes", place)


@pytest.mark.parametrize("name", [name for name, one in standard().lists.items() if not one.open])
def test_a_closed_list_takes_no_additions(name):
    with pytest.raises(Refused) as refused:
        with_additions(f'[{name}]\nny = {{ da = "Ny", en = "New" }}')

    assert (refused.value.code, refused.value.place) == ("bad_codes", name)


def test_the_lists_that_a_municipality_may_add_to():
    """What the law groups or folds by (roles, tracks, outcomes, layers) is closed."""
    assert {name for name, one in standard().lists.items() if one.open} == {
        "units",
        "supports",
        "benefits",
        "forums",
        "rejections",
        "transfer_reasons",
        "closings",
        "activities",
        "endings",
        "purposes",
        "withdrawals",
        "statements",
        "breaks",
    }


def test_an_alias_is_another_spelling_of_its_code():
    lists = with_additions(OWN_SUPPORT)

    assert lists["supports"].canonical["rideterapi"] == "ridning"
    assert lists["units"].canonical["jobcentret"] == "arbejdsmarked"
    assert all(one.canonical[code] == code for one in lists.lists.values() for code in one.codes)


def test_no_spelling_names_two_codes():
    for one in standard().lists.values():
        spellings = [spelling for code, entry in one.codes.items() for spelling in (code, *entry.aliases)]
        assert len(spellings) == len(set(spellings)), one.name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('class = "main", group = "kontaktperson"', 'class = "other", group = "other"'),
        ('group = "kontaktperson"', 'group = "bostoette"'),
        ('"Rideterapi"', '"Ridning"'),
        ("ridning =", "ridning_2 ="),
        ('["rideterapi"]', "[]"),
    ],
)
def test_the_digest_changes_with_the_content(old, new):
    assert old in OWN_SUPPORT

    assert with_additions(OWN_SUPPORT.replace(old, new)).digest != with_additions(OWN_SUPPORT).digest


def test_the_digest_does_not_depend_on_the_order_of_the_additions():
    nord, syd = ('nord = { da = "Nord", en = "North" }', 'syd = { da = "Syd", en = "South" }')

    assert with_additions(f"[units]\n{nord}\n{syd}").digest == with_additions(f"[units]\n{syd}\n{nord}").digest


@pytest.mark.parametrize("now", ['class = "other", group = "other"', 'class = "main", group = "bostoette"', None])
def test_a_used_code_keeps_its_class_and_its_group(now):
    """Removed altogether is refused as well."""
    used = [("supports", "ridning", "main", "kontaktperson")]
    changed = OWN_SUPPORT.replace('class = "main", group = "kontaktperson"', now) if now else ""

    check_used(with_additions(OWN_SUPPORT), used)
    with pytest.raises(Refused) as refused:
        check_used(with_additions(changed), used)

    assert (refused.value.code, refused.value.place) == ("codes_changed", "supports.ridning")


def test_the_classes_and_groups_are_those_of_the_law():
    """domain.md section 3: the four HOI groups are class main, a residence is other, accessories are accessories."""
    of_group = {(entry.group, entry.support_class) for entry in standard()["supports"].codes.values()}

    assert of_group == {
        ("bostoette", "main"),
        ("ungestoette", "main"),
        ("efterskole", "main"),
        ("kontaktperson", "main"),
        ("other", "other"),
        ("accessory", "accessory"),
    }
    assert standard().hoi_units == ("ungeindsatsen", "arbejdsmarked")
    assert standard()["benefits"].groups == ("aktivitetsparat", "ressourceforloeb_jaf", "other")


@pytest.mark.parametrize(
    ("support", "day", "act", "printed", "verified"),
    [
        ("efterskole", "2023-01-24", "serviceloven", None, None),
        ("efterskole", "2023-12-31", "serviceloven", None, None),
        ("efterskole", "2024-01-01", "barnets lov", "§ 35, stk. 4, nr. 3-4 barnets lov", None),
        ("kontaktperson_32", "2023-12-31", "serviceloven", None, "§ 52"),
        ("kontaktperson_32", "2024-01-01", "barnets lov", "§ 32, stk. 1, nr. 3 barnets lov", "§ 32"),
        ("ungestoette", "2023-12-31", "serviceloven", None, "§ 76"),
        ("ungestoette", "2024-01-01", "barnets lov", "§ 99, Barnets Lov", "kapitel 13, §§ 111-121"),
        ("bostoette_85", "2023-12-31", "serviceloven", "§ 85 serviceloven", "§ 85"),
        ("bostoette_85", "2024-01-01", "serviceloven", "§ 85 serviceloven", "§ 85"),
        ("bostoette_85a", "2023-10-01", "serviceloven", None, "§ 85 a"),
        ("bostoette_82b", "2022-01-01", "serviceloven", "§ 82 b serviceloven", "§ 82 b"),
    ],
)
def test_the_legal_basis_is_that_of_the_day(support: str, day: str, act: str, printed: str | None, verified: str | None):
    basis = standard()["supports"].codes[support].basis_on(date.fromisoformat(day))

    assert basis is not None
    assert (basis.act, basis.printed, basis.verified) == (act, printed, verified)


def test_before_its_first_day_and_after_its_last_a_support_has_no_basis():
    ended = with_additions(_ridning('{ act = "lov", to = 2024-01-01 }, { act = "ny lov", from = 2024-02-01, to = 2025-01-01 }'))
    found = ended["supports"].codes["ridning"]

    assert standard()["supports"].codes["bostoette_85a"].basis_on(date(2023, 9, 30)) is None
    assert [bool(found.basis_on(date(*day))) for day in ((2023, 12, 31), (2024, 1, 1), (2024, 2, 1), (2025, 1, 1))] == [
        True,
        False,
        True,
        False,
    ]


def test_a_name_outside_gives_its_code():
    lists = with_additions(
        '[supports]\nx = { da = "X", en = "X", class = "other", group = "other", kle = ["1", "2"], ffb = ["u"] }'
    )

    assert lists["supports"].by_outside_name("kle") == {"27.36.12": "bostoette_85", "1": "x", "2": "x"}
    assert lists["supports"].by_outside_name("ffb") == {"u": "x"}
    assert lists["benefits"].by_outside_name("lab") == {"6.7": "jobafklaring"}


def test_every_code_has_a_danish_and_an_english_label():
    unlabelled = [
        f"{name}.{code}"
        for name, one in standard().lists.items()
        for code, entry in one.codes.items()
        if not (entry.en and (entry.da or code == "exact"))
    ]

    assert unlabelled == []

"""Map of OWASP ASVS 5.0.0, read from `docs/asvs.toml`, and the page that is made of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tests.house.documents import MADE
from tests.support.advisories import shown, stored

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "asvs.toml"
LEVELS: dict[str, str] = {
    "1.1": "22",
    "1.2": "1111122223",
    "1.3": "112222222223",
    "1.4": "222",
    "1.5": "123",
    "2.1": "122",
    "2.2": "112",
    "2.3": "12223",
    "2.4": "23",
    "3.1": "3",
    "3.2": "113",
    "3.3": "12223",
    "3.4": "11222233",
    "3.5": "11122333",
    "3.6": "3",
    "3.7": "22333",
    "4.1": "12233",
    "4.2": "23333",
    "4.3": "22",
    "4.4": "1222",
    "5.1": "2",
    "5.2": "112333",
    "5.3": "113",
    "5.4": "222",
    "6.1": "122",
    "6.2": "111111112222",
    "6.3": "11223333",
    "6.4": "112233",
    "6.5": "22222333",
    "6.6": "2223",
    "6.7": "33",
    "6.8": "2222",
    "7.1": "222",
    "7.2": "1111",
    "7.3": "22",
    "7.4": "11222",
    "7.5": "223",
    "7.6": "22",
    "8.1": "1233",
    "8.2": "1123",
    "8.3": "133",
    "8.4": "23",
    "9.1": "111",
    "9.2": "1222",
    "10.1": "22",
    "10.2": "223",
    "10.3": "22223",
    "10.4": "1111122222233333",
    "10.5": "22222",
    "10.6": "22",
    "10.7": "222",
    "11.1": "2233",
    "11.2": "22233",
    "11.3": "11233",
    "11.4": "1222",
    "11.5": "23",
    "11.6": "23",
    "11.7": "33",
    "12.1": "12233",
    "12.2": "11",
    "12.3": "22223",
    "13.1": "2333",
    "13.2": "222223",
    "13.3": "2233",
    "13.4": "1222233",
    "14.1": "22",
    "14.2": "12223333",
    "14.3": "122",
    "15.1": "12233",
    "15.2": "12233",
    "15.3": "1222222",
    "15.4": "3333",
    "16.1": "2",
    "16.2": "22222",
    "16.3": "2222",
    "16.4": "222",
    "16.5": "2223",
    "17.1": "23",
    "17.2": "22223333",
    "17.3": "22",
}
"""The sections of OWASP ASVS 5.0.0, each with the level of its requirements in their order (owasp.org/ASVS, CC BY-SA 4.0)."""
OF_LEVEL_3 = (
    *("1.2.10", "1.3.12", "1.5.3", "2.3.5", "4.1.4", "8.3.2", "8.3.3"),
    *("11.3.4", "14.2.6", "14.2.7", "15.2.4", "15.4.1", "15.4.2", "16.5.4"),
)
"""The requirements of level 3 that bind this program too."""
TITLES = {
    1: "Encoding and sanitizing",
    2: "Validation and business logic",
    3: "Browser",
    4: "API",
    5: "Files",
    6: "Authentication",
    7: "Sessions",
    8: "Authorization",
    9: "Self-contained tokens",
    10: "OAuth and OIDC",
    11: "Cryptography",
    12: "Communication",
    13: "Configuration",
    14: "Data protection",
    15: "Coding and architecture",
    16: "Logging and errors",
    17: "WebRTC",
}


class Requirement(Struct, frozen=True, forbid_unknown_fields=True):
    """Requirement: what it is about, and what holds it, or why it is not for us, or why it is not held."""

    about: str
    met: tuple[str, ...] = ()
    not_applicable: str = ""
    not_met: str = ""

    @property
    def status(self) -> str:
        return "met" if self.met else "not met" if self.not_met else "not applicable"


def level_of(requirement: str) -> int | None:
    """The level of a requirement in the standard; None for one that the standard does not have."""
    section, _, nth = requirement.rpartition(".")
    levels = LEVELS.get(section, "")
    return int(levels[int(nth) - 1]) if nth.isdigit() and 0 < int(nth) <= len(levels) else None


def bound() -> set[str]:
    """The requirements that bind this program."""
    every = {f"{section}.{nth}" for section, levels in LEVELS.items() for nth in range(1, len(levels) + 1)}
    return {each for each in every if level_of(each) != 3} | {*OF_LEVEL_3}


def requirements(text: str) -> dict[str, Requirement]:
    """The map of a file, each reason in full. Raises ValueError for a requirement twice, or in another chapter's table."""
    given: dict[str, Any] = tomllib.loads(text)
    reasons: dict[str, str] = given.pop("reason")
    found: dict[str, Requirement] = {}
    for chapter, table in given.items():
        for name, each in table.items():
            if name in found or not name.startswith(f"{chapter.removeprefix('v')}."):
                raise ValueError(f"{name} stands twice, or in another chapter")
            requirement = msgspec.convert(each, Requirement)
            found[name] = msgspec.structs.replace(
                requirement,
                not_met=reasons.get(requirement.not_met, requirement.not_met),
                not_applicable=reasons.get(requirement.not_applicable, requirement.not_applicable),
            )
    return found


def page() -> str:
    """The map as a page."""
    found = requirements(FILE.read_text("utf-8"))
    counts = {status: sum(each.status == status for each in found.values()) for status in ("met", "not met", "not applicable")}
    parts = [
        _chapter(title, {name: each for name, each in found.items() if name.startswith(f"{nth}.")})
        for nth, title in TITLES.items()
    ]
    return f"""# Map of security requirements

{MADE}
[OWASP ASVS 5.0.0](https://owasp.org/www-project-application-security-verification-standard/): every requirement of levels 1 and 2, and
{len(OF_LEVEL_3)} of level 3, from `docs/asvs.toml`. The words are ours; the standard says what each demands. The program's makers filled it
in; nobody else has looked it over.

{counts["met"]} are met, {counts["not met"]} are not, {counts["not applicable"]} are not for this program. {shown(stored())}
The bill of materials (CycloneDX 1.6) is made from `requirements.lock`: `make sbom`.

## Not met

| | level | | why |
|---|---|---|---|
{chr(10).join(_row(name, each, each.not_met) for name, each in found.items() if each.not_met)}

{chr(10).join(parts)}"""


def _chapter(title: str, of: dict[str, Requirement]) -> str:
    rows = "\n".join(_row(name, each, _held(each)) for name, each in of.items() if not each.not_met)
    return f"## {title}\n\n| | level | | held by |\n|---|---|---|---|\n{rows}\n"


def _row(name: str, each: Requirement, text: str) -> str:
    return f"| {name} | {level_of(name)} | {each.about} | {text} |"


def _held(each: Requirement) -> str:
    if each.not_applicable:
        return f"not for us: {each.not_applicable}"
    return "<br>".join(f"`{place}`" for place in each.met)

"""The readings of the rules that can be read in two ways; as printed, where nothing else is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dashboards.words.language import Language, later


class RuleReading(Struct, frozen=True):
    """One way of counting in place of the printed one, each by the parameter of that name; None where it is as printed."""

    include_assessing: str | None = None
    include_out_of_scope: str | None = None
    count: str | None = None

    @property
    def printed(self) -> bool:
        """Whether every rule is read as the papers do."""
        return self == AS_PRINTED

    def words(self, translate: Language) -> str:
        """The choices, in words."""
        choices = [translate(CHOICES[name][value]) for name in CHOICES if (value := getattr(self, name))]
        return ", ".join(choices) if choices else translate("som trykt")

    def unheard(self, takes: Iterable[str]) -> tuple[str, ...]:
        """The chosen rules that are no parameter of a figure with these."""
        return tuple(name for name in CHOICES if getattr(self, name) is not None and name not in takes)


AS_PRINTED = RuleReading()

RULES: Mapping[str, str] = {
    "include_assessing": later("Sager under udredning"),
    "include_out_of_scope": later("Medfulgte sager uden for HOI"),
    "count": later("Der tælles"),
}
"""The rules that can be read in two ways, by the parameter that says which."""

PRINTED: Mapping[str, str] = {
    "include_assessing": later("som trykt: hver enhed og figur som i papirerne"),
    "include_out_of_scope": later("talt med (som trykt)"),
    "count": later("sager (som trykt)"),
}
"""What the papers do."""

AS_PRINTED_WORD: Mapping[str, str] = {"include_out_of_scope": "true", "count": "cases"}
"""The word that says what the papers do, where it is one: a question that is written out has it in its address."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "include_assessing": {"true": later("med udredning"), "false": later("uden udredning")},
    "include_out_of_scope": {"false": later("uden medfulgte sager")},
    "count": {"citizens": later("borgere")},
}
"""What else can be chosen."""

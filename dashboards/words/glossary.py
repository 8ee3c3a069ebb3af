"""The glossary: every word of the vocabulary with its Danish, made from the vocabulary itself."""

from __future__ import annotations

from journey.codes import CodeLists
from journey.events import KINDS

TERMS = (
    ("valid_at", "virkning(stid)", "the day from which an event is true in the world; an ending's is the first day without"),
    ("known_at", "registrering(stid)", "the moment the register came to know it; its order is the log position"),
    ("position", "position", "an event's number in the log: 1, 2, 3 … without holes"),
    ("correction", "rettelse", "an event that was never true is withdrawn, with the right one beside it"),
    ("change", "ændring", "something became different in the world: a new event"),
    ("finding", "fund", "a place where the history makes no sense; listed, never refused afterwards"),
    ("skift", "sagsbehandlerskift", "another caseworker's start in a role, at most 30 days after the one before"),
    ("cover", "vikariat", "A to B and back to A, B having stayed less than 30 days"),
    ("samling", "samling", "a skift to one who already held another role, so that the citizen has fewer caseworkers"),
    ("ledger", "fortegnelse over offentliggjorte tal", "what was printed, counted again by its figure"),
)


def glossary(codes: CodeLists) -> str:
    """The glossary as Markdown: terms, kinds of event, and the code lists that a municipality may extend or not."""
    lines = ["| English | dansk | |", "|---|---|---|"]
    lines += [f"| {english} | {danish} | {meaning} |" for english, danish, meaning in TERMS]
    lines += ["", "| kind of event | dansk | what it says |", "|---|---|---|"]
    lines += [f"| `{name}` | {kind.danish} | {(kind.__doc__ or '').strip().splitlines()[0]} |" for name, kind in KINDS.items()]
    lines += ["", "| code list | dansk | codes |", "|---|---|---|"]
    for code_list in codes.lists.values():
        entries = ", ".join(f"`{code}` {entry.da}".strip() for code, entry in code_list.codes.items())
        lines.append(f"| `{code_list.name}`{' (open)' if code_list.open else ''} | {code_list.danish} | {entries} |")
    return "\n".join(lines)

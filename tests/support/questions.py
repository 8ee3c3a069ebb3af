"""Random questions to ask of a random register."""

import random
from datetime import date, timedelta

from tests.support.course import FIRST_DAY, FORUMS, ROLES, TRANSFER_REASONS, UNITS


def random_questions(rng: random.Random, lines: list[dict], n: int) -> list[tuple[str, dict, int | None]]:
    """`n` questions over all figures in turn: (figure, parameters, position), position from 0 to the log's end."""
    near = [date.fromisoformat(line["valid_at"]) for line in lines] or [FIRST_DAY]

    def day() -> date:
        if rng.random() < 0.5:
            return rng.choice(near) + timedelta(days=rng.choice([-1, 0, 0, 1, 29, 30, 89, 90]))
        return date(2021, 12, 15) + timedelta(days=rng.randrange(1150))

    def maybe(**said: object) -> dict:
        return {name: value for name, value in said.items() if rng.random() < 0.4}

    def units() -> dict:
        how = rng.random()
        if how < 0.35:
            return {}
        if how < 0.55:
            return {"unit": [rng.choice(UNITS)]}
        if how < 0.75:
            return {"unit": list(UNITS)}
        return {"unit": rng.sample(UNITS, rng.randint(1, 5))}

    def on() -> dict:
        return {"valid_at": [day().isoformat()]}

    def on_days() -> dict:
        return {"valid_at": sorted({day().isoformat() for _ in range(rng.choice([1, 1, 2, 4]))})}

    def two_days() -> dict:
        first = day()
        return {"valid_at": [first.isoformat(), (first + timedelta(days=rng.choice([1, 2, 7, 30, 90, 365, 700]))).isoformat()]}

    def period() -> dict:
        start = day()
        if rng.random() < 0.3:
            return {"from": "2021-12-01", "to": rng.choice(["2023-01-01", "2024-01-01", "2025-02-01", "2025-07-01"])}
        length = rng.choice([1, 2, 7, 30, 31, 90, 365, 366, 731, 1200])
        return {"from": start.isoformat(), "to": (start + timedelta(days=length)).isoformat()}

    def pair() -> dict:
        return dict(zip(("from_unit", "to_unit"), rng.sample(UNITS[:3], 2), strict=True))

    def layer() -> dict:
        return {"layer": rng.choice("123")} if rng.random() < 0.25 else {}

    def some_of(**said: object) -> dict:
        return dict(rng.sample(sorted(said.items()), rng.choice([0, 0, 1, 1, 2, 3])))

    def bands() -> dict:
        return {"bands": [0, *sorted(rng.sample(range(2, 60, 3), rng.randint(1, 4)))]} if rng.random() < 0.5 else {}

    flags = {
        "assessing": lambda: maybe(include_assessing=rng.random() < 0.5),
        "scope": lambda: maybe(include_out_of_scope=rng.random() < 0.5),
        "count": lambda: maybe(count=rng.choice(["cases", "citizens"])),
    }
    ask = {
        "caseload": lambda: units() | on_days() | flags["assessing"]() | flags["scope"]() | flags["count"]() | layer(),
        "caseload_by_support": lambda: units() | on() | flags["scope"](),
        "caseload_by_benefit": lambda: units() | on_days() | flags["assessing"](),
        "under_assessment": lambda: units() | on(),
        "cohort": lambda: pair() | period() | on(),
        "transfers": lambda: period() | some_of(**pair(), reason=rng.choice(TRANSFER_REASONS)),
        "stock_flow": lambda: units() | period(),
        "caseworker_changes": lambda: units() | period() | maybe(role=rng.choice(ROLES)),
        "concurrent_caseworkers": lambda: units() | on(),
        "uncovered_days": lambda: units() | period(),
        "contact_surface": lambda: units() | on() | maybe(window=rng.choice([1, 7, 30, 90, 365])),
        "complaints": lambda: units() | period(),
        "committed_amounts": lambda: units() | on(),
        "spending_in_period": lambda: units() | period(),
        "frames": lambda: units() | on(),
        "follow_ups": lambda: units() | period(),
        "overdue_follow_ups": lambda: units() | on(),
        "upcoming_follow_ups": lambda: units() | on() | maybe(window=rng.choice([1, 7, 30, 31, 90, 365])),
        "visitations": lambda: units() | period(),
        "refused_supports": lambda: units() | period(),
        "rehabilitation": lambda: units() | period(),
        "expected_pensions": lambda: units() | period(),
        "assessments": lambda: units() | on(),
        "plans": lambda: units() | on(),
        "handovers": lambda: units() | period(),
        "layers": lambda: units() | on(),
        "membership": lambda: units() | two_days(),
        "lead_times": lambda: units() | period() | layer(),
        "forum_throughput": lambda: period() | maybe(forum=rng.choice(FORUMS)),
        "age_bands": lambda: units() | on() | bands(),
        "survey": lambda: {"wave": rng.choice(["2023", "2024"])} | maybe(statement=rng.choice(["s1", "s2", "s3"])),
        "late_registration": lambda: units() | period(),
    }
    without_unit = ("cohort", "transfers", "forum_throughput", "survey")
    names = list(ask)
    rng.shuffle(names)
    questions = []
    for number in range(n):
        figure = names[number % len(names)]
        position = None if rng.random() < 0.4 else rng.randint(0, len(lines))
        asked = ask[figure]()
        if rng.random() < 0.2:  # as much as possible at once, so that there are not always too few
            position = None
            asked |= {"from": "2021-12-01", "to": "2025-07-01"} if "from" in asked else {}
            asked |= {"unit": list(UNITS)} if figure not in without_unit else {}
            asked.pop("layer", None)
        questions.append((figure, asked, position))
    return questions

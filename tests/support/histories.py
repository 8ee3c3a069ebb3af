"""Awkward random registers, as a file to import would hold them.

Everything here is synthetic. A register is made of courses (`tests/support/scenes.py`), known late, long after, or before, signed by
several sources, corrected, and put out of order.
"""

import random
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta, timezone

from tests.support.course import (
    BENEFITS,
    COPENHAGEN,
    FIRST_DAY,
    LATEST_KNOWN,
    METHODS,
    NOW,
    PLANS,
    SOURCES,
    SUPPORTS,
    UNITS,
    WITHDRAWALS,
    WORKERS,
)
from tests.support.scenes import course


def moment_for(rng: random.Random, valid_at: str, told: int) -> datetime | None:
    """When the register came to know it: mostly at once and in the order told, also late, long after, before, never."""
    day = date.fromisoformat(valid_at)
    how = rng.random()
    if how < 0.03:
        return None
    if how < 0.6:
        at = datetime(day.year, day.month, day.day, 8, 0, tzinfo=COPENHAGEN) + timedelta(minutes=told)
    else:
        lag = rng.randint(1, 45) if how < 0.8 else rng.randint(100, 500) if how < 0.9 else -rng.randint(1, 60)
        lag = rng.choice([0, 30, 31]) if rng.random() < 0.1 else lag
        hour, minute = rng.choice([(0, 15), (9, 0), (12, 30), (23, 30)])
        at = datetime(day.year, day.month, day.day, hour, minute, tzinfo=COPENHAGEN) + timedelta(days=lag)
    return min(at, LATEST_KNOWN)


def written(rng: random.Random, moment: datetime) -> str:
    """A moment as ISO with an offset: Copenhagen's, or another's."""
    zone = rng.choice([COPENHAGEN] * 4 + [UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=5, minutes=30))])
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    return text.replace("+00:00", "Z") if rng.random() < 0.3 else text


def corrected(rng: random.Random, line: dict) -> dict:
    """The right event in place of one that was never true."""
    right = {name: deepcopy(line[name]) for name in ("case", "kind", "valid_at", "data")}
    day = date.fromisoformat(line["valid_at"]) + timedelta(days=rng.choice([-31, -1, 0, 0, 1, 30]))
    right["valid_at"] = max(day, FIRST_DAY).isoformat()
    choices = {"worker": WORKERS, "unit": UNITS, "to": UNITS, "support": SUPPORTS, "benefit": BENEFITS}
    choices |= {"citizen": [f"citizen-{number}" for number in range(6)], "plan": PLANS, "method": METHODS}
    for name in right["data"]:
        if name in choices and rng.random() < 0.6:
            right["data"][name] = rng.choice(choices[name])
    return right


def random_register(seed: int, cases: int = 30, events: int = 25) -> list[dict]:
    """A register of about `cases` x `events` interchange lines (section 2), as a file to import would hold them."""
    rng = random.Random(seed)
    lines: list[dict] = []

    def sign(event: dict, moment: datetime | None) -> dict:
        number = len(lines) + 1
        line = {name: event[name] for name in ("case", "stream", "kind", "valid_at") if name in event}
        if moment is not None:
            line["known_at"] = written(rng, moment)
        if rng.random() < 0.5:
            line["by"] = rng.choice(WORKERS)
        source = rng.choice(SOURCES)
        line |= {"source": source, "source_id": f"{source[-1]}{number}", "data": event["data"]}
        lines.append(line)
        return line

    names = [f"case-{number:03d}" for number in range(cases)]
    for name in names:
        others = [other for other in names if other != name]
        for told, event in enumerate(course(rng, name, events, others)):
            sign(event, moment_for(rng, event["valid_at"], told))
    for told, event in enumerate(surveys(rng)):
        sign(event, moment_for(rng, event["valid_at"], told))
    todo = [line for line in lines if "case" in line and rng.random() < 0.08]
    while todo:
        wrong = todo.pop()
        known = datetime.fromisoformat(wrong["known_at"]) if "known_at" in wrong else None
        for _ in range(rng.choice([1, 1, 1, 1, 1, 2])):
            if known is not None:
                known = min(known + timedelta(days=rng.choice([0, 1, 30, 200]), hours=rng.choice([0, 3])), LATEST_KNOWN)
            withdraw(rng, sign, wrong, known)
        if rng.random() < 0.6:
            right = sign(corrected(rng, wrong), known)
            if rng.random() < 0.1:
                todo.append(right)
    return in_file_order(rng, lines)


def surveys(rng: random.Random) -> list[dict]:
    """Survey waves on a stream of their own; a statement may be recorded again."""
    found = []
    for wave in ("2023", "2024"):
        for statement in ("s1", "s2", "s3", rng.choice(["s1", "s2"])):
            answers = [rng.choice([None, 0, 1, 2, 5, 9]) for _ in range(5)]
            day = date(int(wave), 1 + rng.randrange(12), 1 + rng.randrange(28))
            data = {"wave": wave, "statement": statement, "answers": answers, "n": rng.randint(5, 40)}
            if rng.random() < 0.5:
                data["invited"] = 56
            stream = f"survey-{wave}"
            found.append({"stream": stream, "kind": "survey_recorded", "valid_at": day.isoformat(), "data": data})
    return found


def withdraw(rng: random.Random, sign, wrong: dict, known: datetime | None) -> None:
    """A withdrawal; its own valid_at means nothing, its source may be another's."""
    day = rng.choice([wrong["valid_at"], (FIRST_DAY + timedelta(days=rng.randrange(1095))).isoformat()])
    data = {"source_id": wrong["source_id"], "reason": rng.choice(WITHDRAWALS)}
    line = sign({"case": wrong["case"], "kind": "withdrawn", "valid_at": day, "data": data}, known)
    if line["source"] != wrong["source"] or rng.random() < 0.3:
        data["source"] = wrong["source"]


def in_file_order(rng: random.Random, lines: list[dict]) -> list[dict]:
    """Interleave the cases by known_at, put some lines out of order, and drop withdrawals that come too early."""
    known = [line for line in lines if "known_at" in line]
    known.sort(key=lambda line: datetime.fromisoformat(line["known_at"]))
    for line in [line for line in lines if "known_at" not in line]:
        known.insert(rng.randrange(len(known) + 1), line)
    if rng.random() < 0.6:
        for _ in range(len(known) // 10):
            line = known.pop(rng.randrange(len(known)))
            known.insert(rng.randrange(len(known) + 1), line)
    places = {(line["source"], line["source_id"]): line["position"] for line in taken(known)}

    def stands(line: dict) -> bool:
        if line["kind"] != "withdrawn":
            return True
        named = (line["data"].get("source", line["source"]), line["data"]["source_id"])
        return places[named] < places[line["source"], line["source_id"]]

    return [line for line in known if stands(line)]


def taken(lines: list[dict], now: datetime = NOW) -> list[dict]:
    """The lines as an import into an empty register takes them: (known_at, line), those without one last, at `now`."""
    stamped = [line for line in lines if line.get("known_at")]
    stamped.sort(key=lambda line: datetime.fromisoformat(line["known_at"]))
    unstamped = [{**line, "known_at": now.isoformat()} for line in lines if not line.get("known_at")]
    return [{**deepcopy(line), "position": number} for number, line in enumerate(stamped + unstamped, start=1)]

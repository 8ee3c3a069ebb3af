"""How many of the mutants of rules, folds and a figure's counting the tests kill: `make mutants`.

A mutant is the code with one small wrong in it (`<` for `<=`, a `case` left out, an argument that is None); one that no test
fails for has survived. Which files are mutated and which tests judge stands in pyproject.toml; none of them needs a database.
Prints a line a file, lists what survived, keeps the figures in results/mutants.json, and exits 1 below 90 %.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

FOLDER = Path("mutants")
RESULTS = Path("results/mutants.json")
ENOUGH = 90.0
KILLED = {1, 3}
"""pytest's exit codes for a test that failed, and for a program that could not go on."""
HUNG = {24, -24, 36, 152, 255}
SURVIVED, WITHOUT_A_TEST = {0}, {5, 33}


def main() -> int:
    """Mutate anew, whatever was there; the exit code."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    mutmut = [sys.executable, "-m", "mutmut", "run", "--max-children", "2"]
    with Path("results").joinpath("mutmut.log").open("wb") as log:
        if subprocess.run(mutmut, stdout=log, stderr=subprocess.STDOUT, check=False).returncode != 0:
            sys.stderr.write(f"mutmut did not end well: see {log.name}\n")
            return 1
    return told(judged(FOLDER))


def judged(folder: Path) -> dict[str, dict[str, int]]:
    """Each mutated file's mutants with how the tests left for each (pytest's exit code)."""
    metas = sorted(folder.rglob("*.py.meta"))
    return {
        str(meta.relative_to(folder)).removesuffix(".meta"): json.loads(meta.read_text("utf-8"))["exit_code_by_key"]
        for meta in metas
    }


def told(found: dict[str, dict[str, int]]) -> int:
    """Say and keep the figures; 0 where enough are killed."""
    counts: dict[str, Counter[str]] = {}
    for file, mutants in found.items():
        if mutants:
            counts[file] = Counter(fate(code) for code in mutants.values())
    total = sum(counts.values(), Counter())
    for file, count in [*counts.items(), ("all", total)]:
        sys.stdout.write(f"{file:34} {count['killed']:5} of {count.total():5} killed  {percent(count):5.1f} %\n")
    for file, mutants in found.items():
        for name, said in ((name, fate(code)) for name, code in mutants.items()):
            if said != "killed":
                sys.stdout.write(f"{said}: {name}  ({file})\n")
    kept = {file: dict(count) for file, count in counts.items()}
    RESULTS.write_text(json.dumps({"killed": round(percent(total), 1), "files": kept}, indent=2) + "\n", "utf-8")
    return 0 if percent(total) >= ENOUGH else 1


def fate(code: int | None) -> str:
    """What a mutant's exit code says; one that hangs until its time is up has been noticed, and counts as killed."""
    if code in KILLED | HUNG:
        return "killed"
    return "survived" if code in SURVIVED else "without a test" if code in WITHOUT_A_TEST else "not judged"


def percent(count: Counter[str]) -> float:
    """Killed of all."""
    return 100 * count["killed"] / count.total() if count.total() else 0.0


if __name__ == "__main__":
    Path("results").mkdir(exist_ok=True)
    sys.exit(main())

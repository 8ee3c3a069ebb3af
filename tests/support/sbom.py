"""Bill of materials (SBOM) in CycloneDX 1.6, made of the lock file: `make sbom`.

The same lock file on the same machine gives the same bytes. Licences are those that the installed packages name; a package that is
not installed on this machine has none here. What the program needs to run is `required`, what only its making needs `excluded`.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
import uuid
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.lock import LOCK, ROOT, LockedPackage, locked

_CLASSIFIER = "License :: OSI Approved :: "


def bill(lock: str, pyproject: dict[str, Any]) -> dict[str, Any]:
    """The bill of materials of a lock file and pyproject.toml."""
    packages, project = locked(lock), pyproject["project"]
    to_run = _all_needs(project["dependencies"])
    needs = to_run | _all_needs([*project["dependencies"], *pyproject["dependency-groups"]["dev"]])
    own = {canonicalize_name(Requirement(each).name) for each in project["dependencies"]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=hashlib.sha256(lock.encode()).digest()[:16], version=5)}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": project["name"],
                "name": project["name"],
                "version": project["version"],
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [_component(each, {*to_run}) for each in packages],
        "dependencies": _dependencies(project["name"], own, packages, needs),
    }


def _component(package: LockedPackage, needed: set[str]) -> dict[str, Any]:
    licence = _licence(package)
    return {
        "type": "library",
        "bom-ref": _purl(package),
        "name": package.name,
        "version": package.version,
        "scope": "required" if package.name in needed else "excluded",
        "hashes": [{"alg": "SHA-256", "content": each} for each in package.hashes],
        **({"licenses": [licence]} if licence else {}),
        "purl": _purl(package),
        **({"properties": [{"name": "pip:marker", "value": package.where}]} if package.where else {}),
    }


def _purl(package: LockedPackage) -> str:
    return f"pkg:pypi/{package.name}@{package.version.replace('+', '%2B')}"


def _licence(package: LockedPackage) -> dict[str, Any] | None:
    """The licence that the installed package names: as an expression, by its classifiers, or in words of one line."""
    try:
        told = metadata.metadata(package.name)
    except metadata.PackageNotFoundError:
        return None
    if expression := told.get("License-Expression"):
        return {"expression": expression}
    names = [each.removeprefix(_CLASSIFIER) for each in told.get_all("Classifier") or () if each.startswith(_CLASSIFIER)]
    name = " AND ".join(names) or next(iter((told.get("License") or "").strip().splitlines()), "")
    return {"license": {"name": name}} if name else None


def _needs(name: str, extras: frozenset[str]) -> list[Requirement]:
    """What an installed package needs on this machine, and for these extras of its own."""
    try:
        told = [Requirement(each) for each in metadata.requires(name) or []]
    except metadata.PackageNotFoundError:
        return []
    return [
        each for each in told if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def _all_needs(requirements: Iterable[str]) -> dict[str, set[str]]:
    """Every package that these need, with what it needs itself, in the extras that somebody asks for."""
    left, done = [Requirement(each) for each in requirements], set[tuple[str, frozenset[str]]]()
    found: dict[str, set[str]] = {}
    while left:
        requirement = left.pop()
        key = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if key not in done:
            done.add(key)
            needs = _needs(*key)
            found.setdefault(key[0], set()).update(canonicalize_name(each.name) for each in needs)
            left += needs
    return found


def _dependencies(name: str, own: set[str], packages: list[LockedPackage], needs: dict[str, set[str]]) -> list[dict[str, Any]]:
    purls = {each.name: _purl(each) for each in packages}
    edges = {name: own, **{purls[each.name]: needs.get(each.name, set()) for each in packages}}
    return [
        {"ref": ref, "dependsOn": sorted(purls[each] for each in each_needs if each in purls)}
        for ref, each_needs in edges.items()
    ]


def text(lock: str = LOCK.read_text("utf-8"), pyproject: str = (ROOT / "pyproject.toml").read_text("utf-8")) -> str:
    """The bill of materials as a file."""
    return json.dumps(bill(lock, tomllib.loads(pyproject)), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    Path(sys.argv[1]).write_text(text(), "utf-8")

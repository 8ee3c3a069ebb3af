"""The faults that a check of the seal may find, in words."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.words.language import later

FAULTS: Mapping[str, str] = {
    "hash": later("indholdet er ikke det forseglede"),
    "hole": later("der er et hul i positionerne"),
    "order": later("rækkefølgen er forkert"),
    "version": later("en sags versioner har et spring"),
    "root": later("roden passer ikke med hændelserne"),
    "consistency": later("rødderne hænger ikke sammen"),
    "signature": later("en underskrift passer ikke"),
    "acts": later("registrets handlinger er ikke dem, der er forseglet"),
}

ACTS: Mapping[str, str] = {
    "restore_declared": later("genoprettelse erklæret"),
    "keys_changed": later("nøgle skiftet"),
    "roles_in_force": later("rollefil trådt i kraft"),
    "emergency_account_made": later("nødadgang lavet"),
    "emergency_sign_in": later("nødadgang brugt"),
}
"""The kinds of the register's acts."""

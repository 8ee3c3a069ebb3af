"""The list of all projections: a new one is its own file and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from projections.adoptions import adoptions
from projections.assignments import assignments
from projections.complaints import complaints
from projections.contacts import contacts
from projections.deviations import deviations
from projections.findings import findings
from projections.fold import Projection
from projections.follow_ups import follow_ups
from projections.forum_days import forum_days
from projections.frames import frames
from projections.grants import grants
from projections.milestones import milestones
from projections.moves import moves
from projections.places import places
from projections.publications import publications
from projections.referrals import referrals
from projections.registrations import registrations
from projections.spans import spans
from projections.surveys import surveys

PROJECTIONS: Mapping[str, Projection] = {
    "spans": spans,
    "places": places,
    "assignments": assignments,
    "grants": grants,
    "moves": moves,
    "milestones": milestones,
    "referrals": referrals,
    "complaints": complaints,
    "follow_ups": follow_ups,
    "frames": frames,
    "contacts": contacts,
    "forum_days": forum_days,
    "registrations": registrations,
    "findings": findings,
    "deviations": deviations,
    "surveys": surveys,
    "publications": publications,
    "adoptions": adoptions,
}
"""Each projection by the name of its table."""

"""The list of all projections: a new one is its own file and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from projections.fold import Projection
from projections.rows.adoptions import adoptions
from projections.rows.assignments import assignments
from projections.rows.complaints import complaints
from projections.rows.contacts import contacts
from projections.rows.decisions import decisions
from projections.rows.findings import findings
from projections.rows.follow_ups import follow_ups
from projections.rows.forum_days import forum_days
from projections.rows.frames import frames
from projections.rows.grants import grants
from projections.rows.handovers import handovers
from projections.rows.merges import merges
from projections.rows.milestones import milestones
from projections.rows.moves import moves
from projections.rows.occasions import occasions
from projections.rows.places import places
from projections.rows.plans import plans
from projections.rows.publications import publications
from projections.rows.referrals import referrals
from projections.rows.registrations import registrations
from projections.rows.spans import spans
from projections.rows.surveys import surveys

PROJECTIONS: Mapping[str, Projection] = {
    "spans": spans,
    "places": places,
    "assignments": assignments,
    "grants": grants,
    "moves": moves,
    "milestones": milestones,
    "referrals": referrals,
    "complaints": complaints,
    "decisions": decisions,
    "plans": plans,
    "handovers": handovers,
    "merges": merges,
    "follow_ups": follow_ups,
    "frames": frames,
    "contacts": contacts,
    "forum_days": forum_days,
    "registrations": registrations,
    "findings": findings,
    "occasions": occasions,
    "surveys": surveys,
    "publications": publications,
    "adoptions": adoptions,
}
"""Each projection by the name of its table."""

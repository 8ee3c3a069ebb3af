"""An open case when the papers' years end: where it is, what runs, and what is waited for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..case_draft import CaseDraft, Draft
from ..courses import PlannedGrant


@dataclass(slots=True)
class OpenCase:
    """An open case on the last day of the papers' years."""

    case: CaseDraft
    unit: str = ""
    citizen: str = ""
    born: date = date.min
    entered: date = date.min
    """The first day in its unit."""
    opened: date = date.min
    assessing: bool = False
    benefit: str = ""
    layer: bool = False
    """Whether a forum fields its layer."""
    grants: dict[str, PlannedGrant] = field(default_factory=dict)
    performer: str = ""
    due: dict[str, date] = field(default_factory=dict)
    """For each track the follow-up that is waited for."""
    plan: str = ""
    complaints: list[str] = field(default_factory=list)
    open: bool = False

    @property
    def state(self) -> str:
        """The state of the course, by the letters of the plan; `.` where it only waits."""
        running = [grant for grant in self.grants.values() if grant.support in _LETTERS]
        return _LETTERS[running[-1].support] if running else "A" if self.assessing else "."


_LETTERS = {
    "bostoette_85": "B",
    "bostoette_82b": "B",
    "ungestoette": "U",
    "efterskole": "E",
    "kontaktperson_32": "K",
    "botilbud": "O",
}


def open_case(case: CaseDraft) -> OpenCase | None:
    """The case as it stands, its drafts not yet registered; nothing where it is closed."""
    found = OpenCase(case)
    for draft in sorted(case.drafts, key=lambda draft: draft.valid_at):
        _goes_on(found, draft)
    return found if found.open else None


def _goes_on(found: OpenCase, draft: Draft) -> None:
    day, fields = draft.valid_at, {name: str(value) for name, value in draft.data.items()}
    match draft.kind:
        case "referred":
            found.open, found.unit, found.entered, found.opened = True, fields["unit"], day, day
            found.citizen, found.born = fields["citizen"], date.fromisoformat(fields["born"] + "-01")
        case "reopened":
            found.open, found.opened = True, day
        case "closed" | "rejected":
            found.open, found.assessing, found.performer, found.plan = False, False, "", ""
            found.grants, found.due = {}, {}
        case "transferred":
            found.unit, found.entered = fields["to"], day
        case "assessment_opened":
            found.assessing = True
        case "assessment_closed":
            found.assessing = False
        case "benefit_changed":
            found.benefit = fields["benefit"]
        case "visited":
            found.layer = True
        case "support_granted":
            found.grants[fields["grant"]] = PlannedGrant(fields["support"], day)
        case "support_ended":
            found.grants.pop(fields["grant"], None)
        case "performer_matched":
            found.performer = fields["worker"]
        case "performer_ended":
            found.performer = "" if found.performer == fields["worker"] else found.performer
        case "follow_up_agreed":
            found.due[fields["track"]] = date.fromisoformat(fields["due"])
        case "follow_up_held":
            found.due.pop(fields["track"], None)
        case "plan_agreed" if fields["plan"] != "indsatsmaal":
            found.plan = fields["plan"]
        case "complaint_received":
            found.complaints.append(fields["complaint"])
        case "complaint_decided":
            found.complaints = [each for each in found.complaints if each != fields["complaint"]]
        case "complaint_reassessed" if fields["outcome"] == "accommodated":
            found.complaints = [each for each in found.complaints if each != fields["complaint"]]
        case _:
            pass

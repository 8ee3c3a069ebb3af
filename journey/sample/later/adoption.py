"""The adoption of a definition: the committee that asked for the numbers says how a change of caseworker is counted."""

from __future__ import annotations

from datetime import date, time, timedelta

from journey.history import SAMPLE_SOURCES

from ..case_draft import Draft
from ..moments import copenhagen

_BODY = "Arbejdsmarkedsudvalget"
"""S3: "Arbejdsmarkedsudvalget ønsker fremadrettet at følge …"; that it adopted a definition is made up."""

_MEETING = date(2026, 1, 21)


def adoption() -> list[Draft]:
    """The adoption, known at eight on the morning after the committee's meeting."""
    data: dict[str, object] = {"figure": "caseworker_changes", "version": 1, "body": _BODY}
    moment = copenhagen(_MEETING + timedelta(days=1), time(8))
    draft = Draft("definitions", "definition_adopted", _MEETING, data, "sb-92", moment)
    draft.source, draft.source_id = f"{SAMPLE_SOURCES}udvalgspapirer", f"definition-{data['figure']}-{data['version']}"
    return [draft]

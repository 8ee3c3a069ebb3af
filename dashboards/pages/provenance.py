"""The provenance that goes with a chart wherever it goes: its title, both times, what was chosen, how it is counted, and its source."""

from __future__ import annotations

from dashboards.sections.section import Chart, Section
from dashboards.view import SAMPLE, View


def about(view: View, section: Section, chart: Chart) -> dict[str, object]:
    """A chart's title, and the lines that go with it."""
    return {"title": chart.title, "lines": lines(view, section)}


def lines(view: View, section: Section) -> list[str]:
    """Both times with the position, what was chosen, each figure's counting rule with version and parameters, caveats, source."""
    translate = view.translate
    units = ", ".join(view.unit(unit) for unit in view.units)
    choices = f"{units} · {view.days} · {translate('opgjort {reading}', reading=view.reading.words(translate))}"
    chosen = (
        translate("Gældende {day} · som vi vidste det {known}", day=view.day, known=view.known),
        translate("Valgt på siden: {choices}", choices=choices),
    )
    return [
        *((translate(SAMPLE),) if view.sample else ()),
        *(section.scope or chosen),
        *(
            " ".join(
                (
                    f"{definition.title}, {translate('udgave {n}', n=definition.version)}:",
                    definition.rule,
                    *((f"{' · '.join(definition.parameters)}.",) if definition.parameters else ()),
                )
            )
            for definition in section.definitions
        ),
        *section.breaks,
        *section.caveats,
        translate(section.source),
    ]

"""What stands with a chart wherever it goes: its title, both times, what was chosen, how it is counted, and its source."""

from __future__ import annotations

from dashboards.sections.section import Chart, Section
from dashboards.sections.view import View


def about(view: View, section: Section, chart: Chart) -> dict[str, object]:
    """A chart's title, and the lines that go with it."""
    return {"title": chart.title, "lines": lines(view, section)}


def lines(view: View, section: Section) -> list[str]:
    """Both times with the position, what was chosen, each figure's counting rule with version and parameters, caveats, source."""
    say = view.say
    units = ", ".join(view.unit(unit) for unit in view.units)
    choices = f"{units} · {view.days} · {say('opgjort {reading}', reading=view.reading.words(say))}"
    chosen = (
        say("Gældende {day} · som vi vidste det {known}", day=view.day, known=view.known),
        say("Valgt på siden: {choices}", choices=choices),
    )
    return [
        *(section.asked or chosen),
        *(
            " ".join(
                (
                    f"{one.title} ({one.figure}, {say('udgave {n}', n=one.version)}):",
                    one.rule,
                    *((f"{' · '.join(one.parameters)}.",) if one.parameters else ()),
                )
            )
            for one in section.definitions
        ),
        *section.breaks,
        *section.caveats,
        say(section.source),
    ]

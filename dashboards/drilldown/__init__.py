"""The drilldown from a number: its cases, and the events that moved it."""

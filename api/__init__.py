"""The edge: settings, the clock, the command line; the one place that puts the parts together."""

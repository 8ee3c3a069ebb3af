"""Event logs of process mining, as files: OCEL in and out, XES and a table of events out."""

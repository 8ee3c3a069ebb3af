"""One file a row type: its columns and the fold that gives its rows."""

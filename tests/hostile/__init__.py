"""Input that is made to cost or to break: long, deep, many."""

"""From a number to what it is made of: its cases, and the events that moved it."""

"""The committee pack: one model of a paper, the chapters that make it, the traps it is checked for, and its three writers."""

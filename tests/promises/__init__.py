"""The promises A1 to A3 and the bad days, each with a twin that must fail and a line of figures."""

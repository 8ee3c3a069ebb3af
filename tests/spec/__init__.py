"""Sådan tælles der: små sager, hvor hændelserne står øverst og de rækker, de bliver til, nederst (se `tests/support/given.py`)."""

"""The event log: events recorded once and read back, its receipts, its vault of notes, its migrations."""

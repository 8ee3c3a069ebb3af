"""Access to the register: who reads, in which role, and what the one table of rules lets each role do."""

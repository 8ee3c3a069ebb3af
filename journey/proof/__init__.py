"""The proof that nothing was changed: the log's events as the leaves of a Merkle tree whose root is signed, with copies outside."""

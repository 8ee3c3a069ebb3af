"""Sealing: the sealer, the anchors of the signed roots, and the witness."""

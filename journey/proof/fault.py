"""The fault that a check of the seal finds."""

from __future__ import annotations


class SealFault(Exception):
    """The first fault: its kind by verify.py's name for it, its position, and a sentence in Danish."""

    def __init__(self, position: int, kind: str, sentence: str) -> None:
        self.position, self.kind, self.sentence = position, kind, sentence
        super().__init__(f"position {position}: {kind}: {sentence}")

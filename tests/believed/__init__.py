"""What is believed at any position is what a fold of the events known there says, however the log grew."""

PROMISE = "the rows are the same at any batch size, and a rebuild is the same to the byte"

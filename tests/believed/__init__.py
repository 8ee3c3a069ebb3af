"""What is believed at any position is what a fold of the events known there says, however the log grew."""

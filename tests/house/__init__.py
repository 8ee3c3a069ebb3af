"""The project itself: its layers, its papers, its words, its set-up."""

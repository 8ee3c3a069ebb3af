"""The language of all that people read: every page, paper, file, message and help, in Danish and in English."""

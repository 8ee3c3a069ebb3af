"""The sections of the pages of numbers: each has its questions to the register, and the section made of the answers."""

"""Words for what is shown: Danish and English, numbers and dates, the glossary."""

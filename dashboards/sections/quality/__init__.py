"""The sections of the page Datakvalitet."""

"""Draft of a mapping file (udkast): what a sheet's own columns and cells say, and what must be filled in by somebody who knows it."""

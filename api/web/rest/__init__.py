"""The routes of the API, and its description."""

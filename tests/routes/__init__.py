"""The API as a client meets it: each route, each refusal, retries, versions, and what never leaves."""

"""The register at hand: its database, its connections, its follower, its answers."""

"""The open register: its database, connections, follower, caches and answers."""

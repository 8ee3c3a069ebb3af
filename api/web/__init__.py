"""The web application: its server, its guard, its routes and its pages."""

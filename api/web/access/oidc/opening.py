"""Opening of the access by the municipality's own login, over an open register."""

from __future__ import annotations

from contextlib import ExitStack

from api.oidc_settings import OidcSettings
from api.register.register import Register
from api.web.access.oidc.oidc_access import OidcAccess
from api.web.access.oidc.provider import Connection
from api.web.access.oidc.roles_of_claims import RolesOfClaims
from api.web.access.oidc.stored_sessions import StoredSessions
from journey.log.migrate import ACCESS_ROLES


def oidc_access(settings: OidcSettings, secret: str, register: Register, opened: ExitStack) -> OidcAccess:
    """The access, with its connections, which are closed with `opened`. The login need not be up."""
    connection, sessions = Connection(settings, secret), StoredSessions(register.url)
    opened.callback(connection.close)
    opened.callback(sessions.close)
    person_ids = register.settings.person_ids
    roles = RolesOfClaims(lambda: register.connected(ACCESS_ROLES), register.codes["units"], person_ids)
    return OidcAccess(settings, connection, sessions, roles, person_ids)

"""Whether a request came by one of this machine's own names: until there is sign-in, data comes in by those alone."""

from __future__ import annotations

import ipaddress
import re

from fastapi import Request

from api.socket import LOOPBACK
from api.web.access.access import Access, LocalAccess

_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "via")
"""The headers of a proxy: the request has come from another machine, whatever name it came by in the end."""


def is_by_own_name(request: Request, access: Access) -> bool:
    """Whether the request's host is this machine by its own name, the sender is on it, and no proxy stands between."""
    hosts = request.headers.getlist("host")
    host = re.sub(r":\d+$", "", hosts[0]).lower() if len(hosts) == 1 else ""
    is_direct = isinstance(access, LocalAccess) and not any(name in request.headers for name in _FORWARDED)
    return is_direct and host in LOOPBACK and request.client is not None and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback

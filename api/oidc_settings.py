"""Settings of the sign-in by OpenID Connect: the municipality's provider, this site as its client, and the site's own address."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from msgspec import Struct

from journey.refusals import Refused

ISSUER, CLIENT_ID, SECRET_FILE, PUBLIC_URL = REQUIRED = (
    "JOURNEY_OIDC_ISSUER",
    "JOURNEY_OIDC_CLIENT_ID",
    "JOURNEY_OIDC_CLIENT_SECRET_FILE",
    "JOURNEY_PUBLIC_URL",
)
SCOPE = "JOURNEY_OIDC_SCOPE"

_SCOPE = re.compile(r"[!#-\[\]-~]+(?: [!#-\[\]-~]+)*")


class OidcSettings(Struct, frozen=True):
    """The provider (`issuer`), what this site is to it, and `public_url`, under which browsers know the site."""

    issuer: str
    client_id: str
    secret_file: Path
    public_url: str
    """Without a path or a slash at its end: it is also the audience of the API's tokens."""
    scope: str = "openid"

    @property
    def host(self) -> str:
        """The host name of the site."""
        return urlsplit(self.public_url).hostname or ""


def oidc_settings(environment: Mapping[str, str]) -> OidcSettings | None:
    """Read the settings; None where there are none. Raises Refused (`wrong_start`) for some without the rest, or a value of no use."""
    given = {name: environment.get(name, "").strip() for name in (*REQUIRED, SCOPE)}
    if not any(given.values()):
        return None
    for name in REQUIRED:
        if not given[name]:
            raise _refused("Log ind med OpenID Connect er sat halvt op.", name, f"Sæt også {name}, eller fjern dem alle.")
    issuer, public_url = given[ISSUER], given[PUBLIC_URL].removesuffix("/")
    for name, address in ((ISSUER, issuer), (PUBLIC_URL, public_url)):
        if not is_safe_address(address):
            raise _refused(
                "Adressen skal begynde med https://.", name, "Skriv den som https://vært; http kun til denne maskine."
            )
    if urlsplit(public_url).path:
        raise _refused("Adressen må ikke have en sti.", PUBLIC_URL, "Skriv kun https://vært, og :port hvis der er en.")
    scope = given[SCOPE] or "openid"
    if not _SCOPE.fullmatch(scope) or "openid" not in scope.split(" "):
        raise _refused(
            "Værdien skal være navne med ét mellemrum imellem, og openid skal være et af dem.", SCOPE, "Skriv openid."
        )
    return OidcSettings(issuer, given[CLIENT_ID], Path(given[SECRET_FILE]), public_url, scope)


def is_safe_address(address: str) -> bool:
    """Whether what is sent to the address is read by its owner alone: https, or http to this machine; no login, query or fragment in it."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    plain = (
        "@" not in parts.netloc and "?" not in address and "#" not in address and address.isascii() and address.isprintable()
    )
    if not host or not plain or " " in address:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))


def is_this_machine(host: str) -> bool:
    """Whether the host is this machine, by a name or address that leads nowhere else."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _refused(message: str, place: str, remedy: str) -> Refused:
    refused = Refused("wrong_start", message, place=place)
    refused.remedy = remedy
    return refused

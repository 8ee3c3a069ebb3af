"""A browser without a window, that signs in to the register by a real provider."""

from __future__ import annotations

import re

import httpx

from tests.support.identity_provider import SignedInSite
from tests.support.waiting import PATIENCE


class Visitor:
    """A browser without a window: it shows the register its cookies, the provider its own, and follows nothing by itself."""

    def __init__(self, site: SignedInSite) -> None:
        self.site, self.cookies = site, dict[str, str]()
        self._http = httpx.Client(timeout=PATIENCE, trust_env=False)

    def ask(self, address: str, method: str = "GET", **form: str) -> httpx.Response:
        """Ask the register; a page is asked for as a browser does."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin", **({"Cookie": cookie} if cookie else {})}
        url = address if "://" in address else self.site.url + address
        answer = httpx.request(method, url, headers=headers, data=form or None, timeout=PATIENCE, trust_env=False)
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            self.cookies.pop(name, None)
            if value and "Max-Age=0" not in line:
                self.cookies[name] = value
        return answer

    def to_login(self, page: str = "/") -> str:
        """Begin a sign-in; gives the address of the provider's page."""
        answer = self.ask(f"/log-ind/start?side={page}")
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    def at_login(self, address: str, account: str, do: str = "login") -> str:
        """Sign in at the provider; gives the address that it sends the browser back to."""
        for _ in range(6):
            answer = self._http.get(address)
            if answer.status_code == 200:
                answer = self._http.post(str(answer.url), data={"account": account, "do": do})
            address = str(httpx.URL(str(answer.url)).join(answer.headers["location"]))
            if address.startswith(self.site.url):
                return address
        raise AssertionError(address)

    def sign_in(self, account: str) -> httpx.Response:
        """Sign in; gives the register's answer to what the provider says."""
        return self.ask(self.at_login(self.to_login(), account))

    def leave_login(self, address: str) -> None:
        """Sign out at the provider, by its own page."""
        form = self._http.get(address).text
        words = dict(re.findall(r'name="(xsrf)" value="([^"]+)"', form))
        assert words, form
        self._http.post(f"{self.site.provider.issuer}/session/end/confirm", data={**words, "logout": "yes"})

"""One-time links and sessions: once, for a while, on one port of one server."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from api.web.access.links import MINUTES, Links, link
from api.web.access.sessions import IDLE, LONGEST, Sessions

TOKEN, PORT = "t" * 43, 8000
TEN_MINUTES = 60 * MINUTES


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.5

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def code(clock: Callable[[], float], token: str = TOKEN, port: int = PORT) -> str:
    return httpx.URL(link(token, "http://localhost", port, clock=clock)).params["kode"]


def test_a_link_is_good_once(clock: Clock) -> None:
    links, one, other = Links(TOKEN, PORT, clock), code(clock), code(clock)

    assert [links.refusal(one), links.refusal(one), links.use(one), links.use(one), links.refusal(one)] == [
        *(None, None, None),
        *("used", "used"),
    ]
    assert links.use(other) is None


def test_a_link_is_good_for_ten_minutes(clock: Clock) -> None:
    links, one, other = Links(TOKEN, PORT, clock), code(clock), code(clock)

    clock.now += TEN_MINUTES - 1
    assert links.use(one) is None
    clock.now += 1
    assert links.use(other) == "expired"
    assert links.use(one) in ("used", "expired")


def test_a_used_link_stays_used_for_as_long_as_it_could_be_good(clock: Clock) -> None:
    """What is remembered of old links is forgotten, of good ones never."""
    links, one = Links(TOKEN, PORT, clock), code(clock)
    assert links.use(one) is None

    for _ in range(TEN_MINUTES // 7):
        clock.now += 7
        assert links.use(code(clock)) is None
        assert links.use(one) in ("used", "expired")


def test_a_link_of_before_the_server_began_is_not_good(clock: Clock) -> None:
    """A server that is started again knows of no use."""
    one = code(clock)
    clock.now += 1

    assert Links(TOKEN, PORT, clock).use(one) == "expired"


def test_a_link_from_the_future_is_not_good(clock: Clock) -> None:
    links = Links(TOKEN, PORT, clock)
    clock.now += 3600
    one = code(clock)
    clock.now -= 3600

    assert links.use(one) == "expired"


def test_a_link_of_another_token_or_port_is_wrong(clock: Clock) -> None:
    links = Links(TOKEN, PORT, clock)

    assert links.use(code(clock, token="u" * 43)) == "wrong"
    assert links.use(code(clock, port=8001)) == "wrong"


def test_a_changed_link_is_wrong(clock: Clock) -> None:
    links, one = Links(TOKEN, PORT, clock), code(clock)
    raw = base64.urlsafe_b64decode(one + "=")

    for bit in range(0, 8 * len(raw), 3):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        assert links.use(base64.urlsafe_b64encode(changed).decode().rstrip("=")) == "wrong"
    assert links.use(one) is None


@pytest.mark.parametrize("given", ["", "a", "æ", "\x00", "=" * 75, "A" * 75, "A" * 74, "A" * 76, "A" * 9000, "-_" * 37 + "-"])
def test_what_is_no_link_is_wrong(clock: Clock, given: str) -> None:
    assert Links(TOKEN, PORT, clock).use(given) == "wrong"


def test_of_many_who_use_a_link_at_once_one_is_let_in(clock: Clock) -> None:
    links, one = Links(TOKEN, PORT, clock), code(clock)

    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(links.use, [one] * 40)]

    assert answers.count(None) == 1
    assert set(answers) == {None, "used"}


def test_a_session_ends_after_an_idle_time_and_after_a_day(clock: Clock) -> None:
    sessions = Sessions(clock)
    idle, used = sessions.open(), sessions.open()

    for _ in range(LONGEST // (IDLE - 1)):
        clock.now += IDLE - 1
        assert sessions.has(used)
    assert not sessions.has(idle)
    clock.now = 1_700_000_000.5 + LONGEST
    assert not sessions.has(used)
    assert not sessions.has("")


def test_what_a_page_fetches_by_itself_keeps_no_session_alive(clock: Clock) -> None:
    sessions = Sessions(clock)
    one = sessions.open()

    clock.now += IDLE - 1
    assert sessions.has(one, is_used=False)
    clock.now += 1
    assert not sessions.has(one, is_used=False)


def test_no_id_is_kept_in_the_process() -> None:
    sessions = Sessions(Clock())
    one = sessions.open()

    assert one not in repr(vars(sessions))
    assert one.encode() not in repr(vars(sessions)).encode()

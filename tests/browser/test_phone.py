"""Tables on a phone: the rows keep their names while they are moved sideways, and sentences stand one below the other."""

from __future__ import annotations

from tests.browser.conftest import PHONE, Visits
from tests.support.serving import Running

LEFT_EDGES = """id => {
  const scroll = document.getElementById(id);
  scroll.scrollLeft = 200;
  const left = (one) => Math.round(one.getBoundingClientRect().left - scroll.getBoundingClientRect().left);
  return [scroll.scrollLeft, left(scroll.querySelector("tbody th")), left(scroll.querySelector("caption span"))];
}"""


def test_a_rows_name_and_the_caption_stay_while_the_rest_is_moved(site: Running, visits: Visits) -> None:
    page = visits.to(site, PHONE).go()

    moved, name, caption = page.evaluate(LEFT_EDGES, "sager-tabel-1-1")

    assert moved > 100
    assert (name, caption) == (0, 0)


def test_a_table_of_sentences_needs_no_moving_and_is_still_a_table(site: Running, visits: Visits) -> None:
    page = visits.to(site, PHONE).go("/datakvalitet?valid_at=2025-02-01")
    rules = page.locator("#praksis-tabel-2-1")

    assert rules.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert rules.get_by_role("row").count() == 16
    assert rules.get_by_role("rowheader").first.is_visible()
    first = rules.get_by_role("cell").first
    assert first.evaluate("one => getComputedStyle(one, '::before').content").startswith('"Gælder fra')

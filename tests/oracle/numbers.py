"""Percents, rates, medians and percentiles, and the few-rule (section 5, last point)."""

from __future__ import annotations

from fractions import Fraction

FEW = 20
DAY_BANDS = ["0-30", "31-90", "91-180", "181+"]


def cell_of(dimensions: dict, observations: int, value: float | None) -> dict:
    """A cell under the few-rule: below 20 observations null, and why."""
    if observations < FEW:
        return {**dimensions, "value": None, "why": "few"}
    return {**dimensions, "value": value}


def median(values: list[int]) -> float | None:
    """The middle one; of an even number the mean of the middle two."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2 == 1:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def percentile_90(values: list[int]) -> int | None:
    """By nearest rank: the value whose rank is 90 % of the number, rounded up."""
    if not values:
        return None
    rank = -(-9 * len(values) // 10)
    return sorted(values)[rank - 1]


def share(part: int | Fraction, whole: int | Fraction) -> float | None:
    """A part of a whole; nothing of nothing is not known."""
    return None if whole == 0 else float(Fraction(part) / Fraction(whole))


def day_band(days: int) -> str:
    """The band a number of days falls in; negative days are in the first."""
    if days <= 30:
        return "0-30"
    if days <= 90:
        return "31-90"
    if days <= 180:
        return "91-180"
    return "181+"


def band_cells(dimensions: dict, values: list[int]) -> list[dict]:
    """The counts in the four bands of days, all of them, beside what is null for being few; else none (section 5)."""
    if len(values) >= FEW:
        return []
    return [{**dimensions, "band": band, "value": sum(1 for days in values if day_band(days) == band)} for band in DAY_BANDS]

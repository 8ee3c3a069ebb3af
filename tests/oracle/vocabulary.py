"""Code lists, as section 3 of domain.md (and section 6's group codes) prints them."""

from __future__ import annotations

HOI_UNITS = ["ungeindsatsen", "arbejdsmarked"]

ROLES = ["authority", "employment", "continuous"]

# support -> (class, group)
SUPPORTS = {
    "bostoette_85": ("main", "bostoette"),
    "bostoette_82b": ("main", "bostoette"),
    "ungestoette": ("main", "ungestoette"),
    "efterskole": ("main", "efterskole"),
    "kontaktperson_32": ("main", "kontaktperson"),
    "botilbud": ("other", "other"),
    "bostoette_85a": ("other", "other"),
    "mentor": ("accessory", "accessory"),
    "befordring": ("accessory", "accessory"),
    "hjaelpemiddel": ("accessory", "accessory"),
    "enkeltydelse": ("accessory", "accessory"),
}
PRIMARY_GROUPS = ["bostoette", "ungestoette", "efterskole", "kontaktperson", "other"]
MONEY_GROUPS = PRIMARY_GROUPS + ["accessory"]

BENEFITS = {
    "kontanthjaelp_aktivitetsparat": "aktivitetsparat",
    "ressourceforloeb": "ressourceforloeb_jaf",
    "jobafklaring": "ressourceforloeb_jaf",
    "kontanthjaelp_jobparat": "other",
    "uddannelseshjaelp": "other",
    "sygedagpenge": "other",
    "foertidspension": "other",
    "fleksjob": "other",
    "ingen": "other",
    "kontanthjaelp_uddannelsesparat": "other",
    "ledighedsydelse": "other",
    "revalidering": "other",
    "dagpenge": "other",
    "su": "other",
}
BENEFIT_GROUPS = ["aktivitetsparat", "ressourceforloeb_jaf", "other", "unknown"]

REJECT_REASONS = [
    "botilbud",
    "psyk_misbrug",
    "fleksjob",
    "forsikret",
    "integration",
    "foertidspension",
    "declined",
    "other",
]
METHODS = ["vum", "child", "application"]
PLANS = ["ungeplan", "samlet", "indsatsmaal"]
LAYERS = ["1", "2", "3"]
TRACKS = ["social", "employment", "forum"]
WHEN_UNCOVERED = ["start", "between"]
OVERDUE_BANDS = ["1-30", "31-90", "91+"]

VARIANTS = ["all", "without_reorganisation", "without_reorganisation_and_cover"]
REASSESSMENTS = ["maintained", "accommodated"]
DECISIONS = ["upheld", "changed", "remitted", "dismissed"]
SURVEY_ANSWERS = ["meget_uenig", "uenig", "hverken", "enig", "meget_enig"]
UP_TO_THREE = ["0", "1", "2", "3+"]


def support_class(support: str) -> str:
    """`main`, `other` or `accessory` (section 3)."""
    return SUPPORTS[support][0]


def support_group(support: str) -> str:
    """The group of a support, as coded in section 6."""
    return SUPPORTS[support][1]


def benefit_group(benefit: str | None) -> str:
    """The group of a benefit; `unknown` where none was said (section 6)."""
    return "unknown" if benefit is None else BENEFITS[benefit]


def up_to_three(count: int) -> str:
    """The closed list 0/1/2/3+ of section 6."""
    return str(count) if count < 3 else "3+"

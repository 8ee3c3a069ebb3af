"""The catalogue of every refusal that the API can answer with: its status, its meaning and what to do, by its code."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from journey.refusals import CATALOGUE, Refusal, Refused

EDGE: Mapping[str, tuple[int, Refusal]] = {
    "bad_events": (422, Refusal("Hændelserne kan ikke bruges.", "Ret felterne, som beskrevet, og send kommandoen igen.")),
    "bad_header": (400, Refusal("Et felt i forespørgslens hoved kan ikke bruges.", "Ret feltet, som beskrevet.")),
    "bad_host": (
        400,
        Refusal(
            "Værtsnavnet er ikke registrets.",
            "Brug registrets egen adresse; et andet navn skal det have at vide, når det startes.",
        ),
    ),
    "bad_json": (400, Refusal("Indholdet er ikke gyldig JSON.", "Send et objekt eller en liste af objekter.")),
    "bad_request": (400, Refusal("Forespørgslen kan ikke læses.", "Se /api/openapi.json.")),
    "busy": (503, Refusal("Der kunne ikke skrives i registret lige nu.", "Send kommandoen igen med samme Idempotency-Key.")),
    "delivery_under_way": (
        409,
        Refusal(
            "En anden leverance er ved at blive indlæst.", "Vent, til den er færdig; siden Leverancer viser, hvor langt den er."
        ),
    ),
    "method_not_allowed": (405, Refusal("Adressen kan ikke bruges på den måde.", "Se /api/openapi.json.")),
    "no_database": (503, Refusal("Databasen svarer ikke lige nu.", "Prøv igen om lidt; bliver det ved, så se /health.")),
    "no_page": (404, Refusal("Der er ikke noget på adressen.", "Se /api/openapi.json.")),
    "no_cell": (
        404,
        Refusal("Figurens svar har ikke den celle.", "Skriv hver af cellens dimensioner, f.eks. cell.unit=ungeindsatsen."),
    ),
    "no_key": (
        400,
        Refusal(
            "Kommandoen har ingen Idempotency-Key.",
            "Send et id, som kun denne kommando har (f.eks. et UUID), og det samme, hvis den sendes igen.",
        ),
    ),
    "login_down": (
        503,
        Refusal(
            "Kommunens log ind svarer ikke lige nu.", "Prøv igen om lidt; bliver det ved, så sig det til den, der driver det."
        ),
    ),
    "no_role": (
        403,
        Refusal(
            "Du har ingen rolle i registret.",
            "Vælg en rolle på /log-ind/rolle; er der ingen at vælge, så bed din leder om en i kommunens rettighedssystem.",
        ),
    ),
    "on_behalf_of_nobody": (
        400,
        Refusal(
            "Programmet siger ikke, hvem det handler for.",
            "Send X-Journey-On-Behalf-Of med personens id; det bliver hændelsens by.",
        ),
    ),
    "not_json": (415, Refusal("Indholdet er ikke JSON.", "Send det som application/json.")),
    "not_signed_in": (
        401,
        Refusal(
            "Registret svarer kun den, der er lukket ind.",
            "Send Authorization: Bearer og nøglen i filen api.token i registrets datamappe; står det bag en proxy, så gå gennem den.",
        ),
    ),
    "other_site": (
        403,
        Refusal(
            "Forespørgslen er sendt fra en side på et andet websted.",
            "Brug registrets egne sider, eller et program uden browser.",
        ),
    ),
    "put_back_below": (
        503,
        Refusal(
            "Databasen er sat tilbage fra en sikkerhedskopi, og tallene gøres klar af den.",
            "Prøv igen om lidt; /health siger, hvor langt det er.",
        ),
    ),
    "rows_behind": (503, Refusal("Tallene er ikke nået så langt endnu.", "Prøv igen om lidt, eller spørg uden known_at.")),
    "slow_client": (408, Refusal("Forespørgslen kom for langsomt.", "Send den igen i ét stræk.")),
    "stream_moved": (
        412,
        Refusal("Andre har skrevet i sagen imens.", "Læs sagen igen, og send en ny kommando med dens nye version."),
    ),
    "too_large": (413, Refusal("Kommandoen er for stor.", "Del den op i flere kommandoer.")),
    "too_long": (414, Refusal("Adressen er for lang.", "Spørg om færre enheder eller dage ad gangen.")),
    "too_many_connections": (503, Refusal("Registret har for mange forbindelser lige nu.", "Prøv igen om lidt.")),
    "too_many_requests": (
        429,
        Refusal("Der er sendt flere forespørgsler på et minut, end der må.", "Vent så mange sekunder, som Retry-After siger."),
    ),
    "too_many_reports": (503, Refusal("Der laves allerede så mange papirer, som der er plads til.", "Prøv igen om lidt.")),
    "too_many_uploads": (
        503,
        Refusal("Der arbejdes allerede på så mange leverancer, som der er plads til.", "Prøv igen, når en af dem er færdig."),
    ),
    "too_slow": (503, Refusal("Spørgsmålet tog for lang tid.", "Spørg om en kortere periode eller færre dage.")),
    "uploads_closed": (
        403,
        Refusal(
            "Der kan ikke indlæses filer på den adresse.",
            "Se siden Indlæs: den siger, hvorfor, og hvad der skal til.",
        ),
    ),
    "unexpected": (
        500,
        Refusal("Der er en fejl i programmet.", "Prøv igen; bliver det ved, så meld fejlen med svarets request_id."),
    ),
}
"""What the edge refuses by itself."""

_STATUS: Mapping[str, int] = {
    **{code: status for code, (status, _) in EDGE.items()},
    **dict.fromkeys(("bad_parameter", "position_unknown"), 400),
    **dict.fromkeys(
        (
            "bad_value",
            "future_knowledge",
            "not_a_case_event",
            "not_a_stream_event",
            "personal_number",
            "too_early",
            "too_late",
        ),
        422,
    ),
    "unknown_case": 404,
    "rows_stopped": 503,
    "look_not_logged": 503,
}

OVER_HTTP: Mapping[str, str] = {
    "bad_file": "Ret de nævnte linjer, og send dem igen.",
    "bad_token": "Skriv den, som den blev vist, eller lad den, der driver registret, lave to nye.",
    "bad_parameter": "Se figurens parametre på /api/definitions, og adressens på /api/openapi.json.",
    "different_content": "Send et nyt source_id; har kilden rettet rækken, så annullér den gamle med withdrawn i samme kommando.",
    "folder_taken": "Vælg en anden mappe.",
    "not_empty": "Brug et andet register.",
    "no_proposal": "Foreslå filen på ny; de, der venter, står på siden Rollefilen (/om/rettigheder/rollefil).",
    "not_an_id": "Brug et pseudonym med mindst ét tal, f.eks. sb-17; en anden form er kommunens egen indstilling.",
    "not_sealed": "Prøv igen om ti sekunder; bliver det ved, så se seal på /health.",
    "nothing_put_back": "Passer noget andet ikke, så følg siden Er registret ubrudt? (/ubrudt).",
    "nothing_to_report": "Vælg et andet år, eller en anden statusdag med valid_at; se på /health, hvad registret kender.",
    "position_unknown": "Spørg om en position, der findes: /health siger, hvor langt registret er.",
    "published_otherwise": "Er det en rettelse, så send den med en begrundelse (correction): den første annulleres.",
    "put_back": "Er det sat tilbage fra en sikkerhedskopi, så lad den, der driver registret, lægge den nyeste kopi på eller erklære, hvad "
    "der er tabt. Er det ikke, så ret intet, og følg siden Er registret ubrudt? (/ubrudt).",
    "rows_stopped": "Spørg uden known_at: så svares der, som det var kendt, hvor rækkerne står. Årsagen er på /health.",
    "seal_broken": "Ret intet, og slet intet: se /api/seal, og følg siden Er registret ubrudt? (/ubrudt).",
}
"""What to do for who asks over HTTP, where the catalogue says it in words of the command line."""

PROBLEMS: Mapping[str, Refusal] = {
    **{code: replace(refusal, remedy=OVER_HTTP.get(code, refusal.remedy)) for code, refusal in CATALOGUE.items()},
    **{code: refusal for code, (_, refusal) in EDGE.items()},
}
"""Every refusal that there is, by its code."""


def remedy_of(refused: Refused) -> str:
    """Remedy over HTTP: the refusal's own remedy where it has one, else the catalogue's as it is said there."""
    return PROBLEMS[refused.code].remedy if refused.remedy == CATALOGUE[refused.code].remedy else refused.remedy


def type_of(code: str) -> str:
    """The address of the catalogue's entry."""
    return f"/api/problems/{code}"


def status_of(code: str) -> int:
    """The HTTP status that a refusal is answered with: 409 for a rule that the case's history stands against."""
    return _STATUS.get(code, 409)

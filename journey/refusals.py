"""Refusals: one exception, and its catalogue with message and remedy in plain Danish."""

from __future__ import annotations

from msgspec import Struct

from journey.personal import without_numbers


class Refusal(Struct, frozen=True):
    """An entry of the catalogue: what the code means, and what the reader can do."""

    meaning: str
    remedy: str


CATALOGUE: dict[str, Refusal] = {
    "adopted_already": Refusal(
        "Organet har vedtaget den udgave af figurens opgørelse i forvejen.",
        "Der er ikke mere at gøre; er dagen forkert, så annullér den vedtagelse, og registrér den rigtige.",
    ),
    "already_open": Refusal(
        "Sagen er åben i forvejen den dag.", "Registrér en overdragelse, hvis sagen skifter enhed, eller ret dagen."
    ),
    "already_proposed": Refusal(
        "Overdragelsen er allerede foreslået den enhed.", "Registrér enhedens svar, eller ret enheden eller dagen."
    ),
    "assessment_not_open": Refusal(
        "Der er ingen åben udredning at afslutte den dag.", "Registrér udredningens begyndelse først, eller ret dagen."
    ),
    "bad_codes": Refusal("Kodefilen kan ikke bruges.", "Ret filen på det nævnte sted, og prøv igen."),
    "bad_file": Refusal("Filen kan ikke indlæses.", "Ret de nævnte linjer, eller brug --skip-bad."),
    "bad_folder": Refusal("Mappen kan ikke bruges.", "Vælg en mappe, som du må skrive i."),
    "bad_mapping": Refusal("Oversættelsesfilen kan ikke bruges.", "Ret filen på det nævnte sted, og prøv igen."),
    "bad_parameter": Refusal("Parameteren kan ikke bruges.", "Se figurens parametre med journey figures."),
    "bad_roles": Refusal("Rollefilen kan ikke bruges.", "Ret filen på det nævnte sted, og prøv igen."),
    "bad_token": Refusal(
        "Engangskoden kan ikke bruges: den er forkert, brugt eller for gammel.",
        "Skriv den, som den blev vist, eller lav to nye på registrets maskine: journey roles first-tokens.",
    ),
    "bad_value": Refusal("Feltets værdi kan ikke bruges.", "Ret feltet, som beskrevet, og send hændelsen igen."),
    "codes_changed": Refusal(
        "En kode, der er brugt i registret, har fået anden klasse eller gruppe.",
        "Giv koden dens klasse og gruppe tilbage, og opret en ny kode til det nye.",
    ),
    "command_reused": Refusal("Kommandoens id er brugt før, til noget andet.", "Send en ny kommando med sit eget id."),
    "complaint_answered": Refusal("Klagen er besvaret.", "Registrér en ny klage, eller annullér det tidligere svar."),
    "complaint_known": Refusal("Klagen er allerede modtaget.", "Brug et nyt klage-id til en ny klage."),
    "complaint_unknown": Refusal("Klagen er ikke modtaget den dag.", "Registrér modtagelsen først, eller ret klage-id."),
    "different_content": Refusal(
        "Kilden har sendt samme id med andet indhold.",
        "Brug --as-corrections, hvis kilden har rettet rækken, ellers ret kildens id.",
    ),
    "folder_taken": Refusal(
        "Mappen har filerne i forvejen.", "Vælg en anden mappe, eller brug --overwrite for at skrive oven i dem."
    ),
    "future_knowledge": Refusal("Registreringstidspunktet ligger efter nu.", "Ret tidspunktet, eller udelad det."),
    "gains_right": Refusal(
        "Du ville selv få en ret, som du ikke har nu.",
        "Lad en anden foreslå eller underskrive filen; ingen giver sig selv en ret.",
    ),
    "grant_not_running": Refusal("Bevillingen løber ikke den dag.", "Ret bevillingens id, eller ret dagen."),
    "grant_running": Refusal("Bevillingen løber allerede den dag.", "Giv bevillingen et nyt id, eller afslut den løbende."),
    "look_not_logged": Refusal(
        "Opslaget kunne ikke skrives i opslagsloggen, så intet vises.",
        "Prøv igen om lidt; bliver det ved, så se, om databasen svarer, og om dens disk er fuld.",
    ),
    "merged_already": Refusal(
        "Sagen er lagt sammen med en anden sag.",
        "Læg den sag sammen, der går videre; var sammenlægningen forkert, så annullér den hændelse først.",
    ),
    "merged_with_itself": Refusal(
        "En sag kan ikke lægges sammen med sig selv.",
        "Angiv to forskellige sager: først den, der lukkes, og så den, der går videre.",
    ),
    "never_referred": Refusal("Sagen er aldrig henvist.", "Registrér en henvisning i stedet for en genoptagelse."),
    "no_proposal": Refusal("Forslaget kan ikke underskrives.", "Foreslå filen på ny; se dem, der venter: journey roles show."),
    "no_follow_up": Refusal(
        "Der er ingen ubesvaret opfølgning på sporet.", "Registrér først, at opfølgningen er aftalt, eller ret sporet."
    ),
    "nothing_put_back": Refusal(
        "Loggen passer med alle de rødder, der er gemt andetsteds, så der er intet at erklære.",
        "Passer noget andet ikke, så se journey verify.",
    ),
    "nothing_to_report": Refusal(
        "Der er intet at gøre status over i året.",
        "Vælg et andet år, eller en anden statusdag med --valid-at; se med journey status, hvad registret kender.",
    ),
    "not_adopted": Refusal(
        "Der er ingen sådan vedtagelse at annullere.",
        "Ret figuren, udgaven, organet eller dagen: vedtagelserne står på siden Vedtaget (/vedtagelser).",
    ),
    "not_an_id": Refusal(
        "Id'et for en person kan være et navn.",
        "Brug et pseudonym med mindst ét tal, f.eks. sb-17; har kommunen en anden form, så angiv den i JOURNEY_PERSON_IDS.",
    ),
    "not_a_case_event": Refusal("Hændelsen hører til en strøm, ikke en sag.", "Skriv strømmens navn i stedet for sagens."),
    "not_a_stream_event": Refusal(
        "Hændelsen hører til en sag, ikke en strøm.", "Skriv sagens reference i stedet for en strøms navn."
    ),
    "not_empty": Refusal("Registret er ikke tomt.", "Brug et andet register: JOURNEY_DATA=en/anden/mappe journey demo."),
    "not_open": Refusal(
        "Sagen er ikke åben den dag: den er ikke henvist endnu, eller den er afsluttet.",
        "Ret dagen, eller registrér først, at sagen er henvist eller genoptaget.",
    ),
    "not_proposed": Refusal(
        "Der er ikke foreslået en overdragelse til den enhed den dag.", "Registrér forslaget først, eller ret enheden."
    ),
    "not_there": Refusal(
        "Der er ingen tidligere hændelse i sagen fra den kilde med det id.",
        "Ret kilden eller id'et; en annullering skal stå efter det, den annullerer.",
    ),
    "not_sealed": Refusal(
        "Det er ikke forseglet endnu.", "Prøv igen om ti sekunder; kører intet program, så kør journey seal."
    ),
    "own_access": Refusal(
        "Det kan man ikke gøre for sig selv.",
        "Bed en anden leder eller databeskyttelsesrådgiveren om det.",
    ),
    "performer_matched": Refusal("Medarbejderen er allerede matchet den dag.", "Ret medarbejderen eller dagen."),
    "performer_not_matched": Refusal("Medarbejderen er ikke matchet den dag.", "Ret medarbejderen eller dagen."),
    "personal_number": Refusal(
        "En tekst har form som et CPR-nummer.", "Brug et pseudonym; et CPR-nummer må aldrig stå i registret."
    ),
    "older_delivery": Refusal(
        "Kilden har en nyere leverance.",
        "Tag leverancerne ind i den rækkefølge, de er trukket ud; skal den nyeste væk først, så annullér den.",
    ),
    "position_unknown": Refusal("Registret er ikke nået så langt.", "Spørg om en position, der findes (se journey status)."),
    "published_otherwise": Refusal(
        "Figuren er offentliggjort til det papir med andet indhold.",
        "Er det en rettelse, så offentliggør den med en begrundelse (--correction): den første annulleres, og den nye står ved siden af.",
    ),
    "put_back": Refusal(
        "Registret passer ikke med en underskrevet rod, der er gemt andetsteds.",
        "Er det sat tilbage fra en sikkerhedskopi, så læg den nyeste kopi på, eller erklær, hvad der er tabt: journey restore declare."
        " Er det ikke, så ret intet, og følg siden Er registret ubrudt? (/ubrudt).",
    ),
    "role_empty": Refusal("Rollen har ingen sagsbehandler den dag.", "Ret rollen eller dagen."),
    "roles_unchanged": Refusal("Filen er i kraft, som den er.", "Der er ikke mere at gøre; ret filen, hvis noget skal ændres."),
    "rows_stopped": Refusal(
        "Rækkerne, som tallene tælles af, er standset.",
        "Se journey status; tallene står, som de var kendt ved den position. Ret årsagen, og kør journey rebuild.",
    ),
    "signed_already": Refusal(
        "Du har underskrevet forslaget.", "Lad en anden underskrive; der skal to forskellige personer til."
    ),
    "same_unit": Refusal("Sagen er allerede i den enhed.", "Ret enheden, eller ret dagen."),
    "same_worker": Refusal("Sagsbehandleren har allerede rollen.", "Ret medarbejderen, rollen eller dagen."),
    "seal_broken": Refusal(
        "Loggen passer ikke til det, der er forseglet af den.",
        "Ret intet, og slet intet. Kør journey verify, og følg siden Er registret ubrudt? (/ubrudt).",
    ),
    "too_many_open": Refusal(
        "Der er allerede så mange nødadgange åbne, som én person kan have.",
        "Vent, til en af dem udløber, eller bed lederen give adgang.",
    ),
    "too_early": Refusal("Dagen ligger før 1900.", "Ret dagen."),
    "too_late": Refusal("Dagen ligger mere end to år frem.", "Ret dagen, eller registrér det, når det nærmer sig."),
    "too_many_gone": Refusal(
        "For meget af det, kilden havde før, er væk.",
        "Hent udtrækket igen, helt; er det rigtigt, så angiv præcis, hvor mange rækker der må gå.",
    ),
    "unknown_case": Refusal("Registret kendte ikke sagen.", "Ret sagens reference, eller spørg om et senere tidspunkt."),
    "withdrawal_withdrawn": Refusal("En annullering kan ikke annulleres.", "Registrér hændelsen på ny med sit eget id."),
    "withdrawn_already": Refusal("Hændelsen er allerede annulleret.", "Der er ikke mere at gøre; registrér evt. den rigtige."),
    "wrong_start": Refusal("Programmet kan ikke starte sådan.", "Ret indstillingen, som beskrevet."),
}
"""Every refusal by its code."""

NOTED: dict[str, str] = {
    "draw_without_frame": "Der er trukket på en handlingsramme, som ikke er aftalt.",
    "improbable_day": "Er dagen rigtig? Den ligger før 1990 eller mere end to år efter, at hændelsen blev registreret.",
    "nothing_to_move": "Opfølgningen skulle afløse en, der ikke findes.",
}
"""Findings (fund) that a command is not refused for: the event counts all the same."""


class Refused(Exception):
    """The request breaks a rule: `code` from the catalogue, `message` what exactly, `place` where, `remedy` what to do."""

    def __init__(self, code: str, message: str = "", *, place: str = "") -> None:
        self.code = code
        self.place = place = without_numbers(place)
        self.message = without_numbers(message) or CATALOGUE[code].meaning
        self.remedy = CATALOGUE[code].remedy
        super().__init__(f"{place}: {self.message}" if place else self.message)


class StreamMoved(Exception):
    """Someone else wrote to the stream first: read it again and decide anew."""

    def __init__(self, stream: str, expected: int, found: int) -> None:
        self.stream, self.expected, self.found = stream, expected, found
        super().__init__(f"{stream}: expected version {expected}, found {found}")


def finding_text(code: str) -> str:
    """A finding in plain Danish."""
    return NOTED.get(code) or CATALOGUE[code].meaning

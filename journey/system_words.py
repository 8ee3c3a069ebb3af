"""Reasons of errors in Danish, for what the system, the database and the readers of files say in English; each fits after a colon."""

from __future__ import annotations

import errno
import re
from csv import Error as CsvError
from tomllib import TOMLDecodeError
from xml.parsers.expat import ExpatError, errors
from xml.parsers.expat.errors import codes

_SYSTEM = {
    errno.EACCES: "adgang nægtet",
    errno.EADDRINUSE: "den er optaget",
    errno.EADDRNOTAVAIL: "adressen er ikke denne maskines",
    errno.EDQUOT: "pladsen er brugt op",
    errno.EEXIST: "findes i forvejen",
    errno.EINVAL: "navnet kan ikke bruges her",
    errno.EIO: "disken kan ikke læses eller skrives",
    errno.EISDIR: "det er en mappe",
    errno.ELOOP: "stien går i ring",
    errno.EMFILE: "programmet har for mange filer åbne",
    errno.ENAMETOOLONG: "navnet er for langt",
    errno.ENOENT: "mappen eller filen findes ikke",
    errno.ENOSPC: "disken er fuld",
    errno.ENOTDIR: "en del af stien er ikke en mappe",
    errno.EPERM: "adgang nægtet",
    errno.EROFS: "disken er skrivebeskyttet",
}

_DATABASE = {
    "53100": "databasens disk er fuld",
    "53200": "databasen mangler hukommelse",
    "53300": "databasen har ikke flere forbindelser",
    "57P01": "databasen lukker",
    "57P03": "databasen er ved at starte",
}
"""By PostgreSQL's own code."""
_NOT_LET_IN = {"too many": "53300", "connection slots": "53300", "starting up": "57P03", "shutting down": "57P01"}
"""The code by a part of what is said to one who is not let in, which psycopg gives without it."""

_TOML = (
    ("Expected '=' after a key", "der mangler = efter navnet"),
    ("Expected ']", "overskriftens ] mangler"),
    ("Expected newline", "der står mere på linjen, end der må, eller værdien er skrevet forkert"),
    ("Invalid value", "værdien mangler eller kan ikke læses; en tekst står i anførselstegn"),
    ("Invalid statement", "linjen er hverken en overskrift eller navn = værdi"),
    ("Invalid initial character", "et navn begynder med et tegn, det ikke må"),
    ("Cannot", "det samme navn er brugt to gange"),
    ("Duplicate", "det samme navn er brugt to gange"),
    ("Unclosed array", "listens ] mangler"),
    ("Unclosed inline table", "} mangler"),
    ("Unterminated string", "tekstens sidste anførselstegn mangler"),
    ("Expected", "tekstens sidste anførselstegn mangler"),
    ("Unescaped", "en omvendt skråstreg i en tekst skrives to gange"),
    ("Found invalid character", "et tegn må ikke stå der; hver tekst begynder og slutter på sin egen linje"),
)
"""What tomllib says, by how it begins."""


_XML = {
    codes[errors.XML_ERROR_NO_ELEMENTS]: "filen slutter for tidligt",
    codes[errors.XML_ERROR_UNCLOSED_TOKEN]: "filen slutter midt i et element",
    codes[errors.XML_ERROR_TAG_MISMATCH]: "et element sluttes, som ikke er det sidst begyndte",
    codes[errors.XML_ERROR_DUPLICATE_ATTRIBUTE]: "et element har samme attribut to gange",
    codes[errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT]: "der står mere efter filens sidste element",
    codes[errors.XML_ERROR_UNDEFINED_ENTITY]: "et navn mellem & og semikolon kendes ikke",
    codes[errors.XML_ERROR_UNKNOWN_ENCODING]: "filens tegnsæt kendes ikke; gem den som UTF-8",
    codes[errors.XML_ERROR_INCORRECT_ENCODING]: "filens tegnsæt er et andet, end den selv siger",
}
"""By expat's own code."""


def os_error_reason(error: OSError) -> str:
    """The reason of an error of the system; in its own words, and marked as such, where there is no Danish one."""
    known = _SYSTEM.get(error.errno or 0)
    return known or f"systemet siger »{error.strerror or type(error).__name__}«"


def database_error_reason(error: Exception) -> str:
    """The reason of an error of the database: by the code of the error, or of its cause."""
    states = (_code(cause) for cause in (error, error.__cause__))
    return next((_DATABASE[code] for code in states if code in _DATABASE), "der er ingen forbindelse til databasen")


def database_unavailable(error: Exception) -> str:
    """The sentence that the database does not answer, with the reason."""
    return f"databasen svarer ikke: {database_error_reason(error)}"


def _code(error: BaseException | None) -> str | None:
    message = str(error).partition("FATAL:")[2]
    return getattr(error, "sqlstate", None) or next((code for part, code in _NOT_LET_IN.items() if part in message), None)


def toml_error_reason(error: TOMLDecodeError) -> str:
    """The place and reason of an error in a TOML text."""
    message = str(error)
    place = re.search(r"\(at line (\d+), column (\d+)\)", message)
    where = f"linje {place[1]}, tegn {place[2]}" if place else "sidst i filen"
    why = next((danish for english, danish in _TOML if message.startswith(english)), "kan ikke læses")
    return f"{where}: {why}"


def xml_error_reason(error: ExpatError) -> str:
    """The place and reason of an error in an XML text."""
    return f"linje {error.lineno}, tegn {error.offset + 1}: {_XML.get(error.code, 'det er ikke gyldig XML')}"


def csv_error_reason(error: CsvError) -> str:
    """The reason of an error in a CSV text."""
    message = str(error)
    if "field limit" in message:
        return "et felt er for langt; måske mangler et anførselstegn længere oppe"
    return "et anførselstegn eller et linjeskift står, hvor det ikke må"

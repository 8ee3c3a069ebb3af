"""The page /indlaes and the list /leverancer, as a browser without scripts uses them: files in, the report, taken in, undone."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Iterator

import psycopg
import pytest

from journey.codes import standard
from journey.exchange.sheets.mapping import parse_sheets
from journey.log.reading import head
from tests.conftest import Database
from tests.support.readers import reading_all
from tests.support.serving import Running
from tests.support.sheets import ACCEPTED
from tests.support.uploads import (
    CASE_ROWS,
    GRANT_ROWS,
    after,
    id_of,
    press,
    same_origin,
    send,
    sheets,
    taking_uploads,
    words,
)
from tests.support.waiting import until
from tests.support.workbooks import workbook

pytestmark = pytest.mark.long

WORDS = (
    "2;8;020280-0002;x;Bostøtte efter § 85;01-03-2026;Iværksat;;200",
    "3;9;030380-0003;x;Tolkebistand;01-03-2026;Iværksat;;1o0",
)
TWO_FAULTS = ACCEPTED.replace('key = ["CPR"]\n', "key = []\n").replace("referred", "refered")


@pytest.fixture
def app(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with taking_uploads(server, template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def length(app: Running) -> int:
    with psycopg.connect(reading_all(app.register.url)) as conn:
        return head(conn)[0]


def mapping_of(app: Running, page: str) -> str:
    return app.client.get(f"{page}/oversaettelse.toml").raise_for_status().content.decode()


def test_a_delivery_is_reported_on_first_and_then_taken_in(app: Running) -> None:
    sent = send(app, sheets(), day="1. oktober 2026", clock="06:00", by="sb-17")
    report = after(app, sent)

    assert "Rapport, før leverancen indlæses" in words(report)
    assert "trukket ud 1. oktober 2026 kl. 06.00" in words(report)
    assert "Nye Rettede Annullerede Kendt i forvejen Registreres 3 0 0 0 3" in words(report)
    assert "Tabel 1: sager i Ungeindsatsen" in words(report)
    assert length(app) == 0

    done = after(app, press(app, f"{id_of(sent)}/tag"))

    assert "Leverancen er indlæst" in words(done)
    assert length(app) == 3
    assert words(after(app, press(app, f"{id_of(sent)}/tag"))) == words(done), "the button pressed twice"
    assert length(app) == 3
    listed = words(app.client.get("/leverancer"))
    assert "Nr. 1 fagsystem-a kildens nyeste 1. oktober 2026 kl. 06.00" in listed
    assert "sb-17 2 3 0 0 0 0" in listed
    for page in (sent, report, done, app.client.get("/leverancer")):
        assert "0001" not in page.text
        assert "Navnesen" not in page.text
    assert "bevillinger.csv" not in app.logged.getvalue()
    assert "0001" not in app.logged.getvalue()


def test_codes_are_chosen_for_words_and_the_new_mapping_is_used_and_fetched(app: Running) -> None:
    sent = send(app, sheets((*GRANT_ROWS, *WORDS)))
    page = after(app, sent)

    assert "2 dårlige rækker står i vejen" in words(page)
    options = re.findall(r'name="(choice-\d+)".*?</select>', page.text, re.DOTALL)
    assert len(options) == 2
    assert re.search(r'aria-labelledby="choice-0-ord"><option value="">vælg</option><option value="bostoette_85">', page.text)
    assert press(app, f"{id_of(sent)}/tag").status_code == 303
    assert length(app) == 0, "bad rows stand in the way"

    again = send(app, {}, None, f"{id_of(sent)}/rapport", **{"choice-0": "bostoette_85", "choice-1": ""})
    page = after(app, again)

    assert "1 dårlig række står i vejen" in words(page)
    text = mapping_of(app, id_of(sent))
    assert parse_sheets(text, standard()).codes["ydelser"]["Bostøtte efter § 85"] == "bostoette_85"
    assert text.replace('"Bostøtte efter § 85" = "bostoette_85"\n', "") == ACCEPTED

    page = after(app, send(app, {}, None, f"{id_of(sent)}/rapport", skip_bad="yes"))
    done = after(app, press(app, f"{id_of(sent)}/tag"))

    assert "De bliver udeladt, som du har sagt" in words(page)
    assert "1 værdi har fået sin kode" in words(done)
    assert length(app) == 4


def test_bad_rows_are_fetched_without_what_is_in_a_cpr_or_ignored_column(app: Running) -> None:
    rows = (
        "2;8;hemmelig;Hemmelig;Efterskole;01-03-2026;Iværksat;;=1+1",
        "2;9;020280-0002;Hemmelig;020280-0002;01-03-26;Iværksat;;1",
    )
    sent = send(app, sheets(rows))
    after(app, sent)
    answer = app.client.get(f"{id_of(sent)}/daarlige-raekker.csv").raise_for_status()
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))

    assert table[0] == ["Ark", "Fil", "Linje", "Kolonne", "Hvad der er galt"]
    assert {(row[0], row[2], row[3]) for row in table[1:]} >= {("bevillinger", "2", "CPR"), ("bevillinger", "3", "Startdato")}
    assert "emmelig" not in answer.text
    assert "0002" not in answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="daarlige-raekker.csv"'


@pytest.mark.parametrize(
    ("mapping", "fields", "shown"),
    [
        ("x = ", {}, ["ikke gyldig TOML"]),
        (TWO_FAULTS, {}, ["Der er 2 fejl", "Nævn mindst én kolonne", "kan ikke komme af et ark"]),
        (ACCEPTED, {"day": "31-02-2026"}, ["Det er ingen dag fra 1900 til 2199"]),
        (ACCEPTED, {"clock": "06:00"}, ["Skriv også dagen"]),
        (ACCEPTED, {"day": "1-1-2099"}, ["i fremtiden"]),
        (ACCEPTED, {"allow_gone": "mange"}, ["et helt tal"]),
        (ACCEPTED, {"by": "Inge Navn"}, ["kan være et navn"]),
        (ACCEPTED.replace('"Startdato"', '"Start"'), {}, ["Start"]),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_in_is_refused_with_all_that_is_wrong_and_mended_there(
    app: Running, mapping: str, fields: dict[str, str], shown: list[str]
) -> None:
    sent = send(app, sheets(), mapping, **fields)
    page = after(app, sent)

    assert "Leverancen er afvist" in words(page)
    for text in shown:
        assert text in words(page)
    for name, value in fields.items():
        assert name == "by" or f'name="{name}"' in page.text
        assert value in page.text or name == "by"
    assert "2 filer er her endnu" in words(page)

    mended = after(app, send(app, {}, ACCEPTED, f"{id_of(sent)}/rapport", day="", clock="", allow_gone="", by=""))

    assert "Rapport, før leverancen indlæses" in words(mended), app.logged.getvalue()[-3000:]


def test_rows_that_are_gone_are_allowed_by_their_number(app: Running) -> None:
    cases = [f"{n:02d}0180-{n:04d};Ungeindsatsen;01-01-2026;sb-17" for n in range(1, 11)]
    first = send(app, sheets(cases=tuple(cases)))
    after(app, first)
    after(app, press(app, f"{id_of(first)}/tag"))

    second = send(app, sheets(cases=tuple(cases[:2])))
    page = after(app, second)

    assert "skriv 8 i feltet om rækker, der må være væk" in words(page)
    assert re.search(r'name="allow_gone"[^>]*value="8"', page.text)
    assert "--allow-gone" not in page.text
    page = after(app, send(app, {}, None, f"{id_of(second)}/rapport", allow_gone="8"))
    assert "sager 2 0 0 0 8" in words(page)


def test_rows_that_are_gone_and_stay_are_findings_until_they_are_back(app: Running) -> None:
    both = (*GRANT_ROWS, "2;8;020280-0002;x;Efterskole;01-03-2026;Iværksat;;200")
    for grants in (both, GRANT_ROWS):
        sent = send(app, sheets(grants))
        page = after(app, sent)
        after(app, press(app, f"{id_of(sent)}/tag"))
    until(lambda: app.register.follower.position == length(app))

    assert "bevillinger 1 0 0 1 0" in words(page)
    [address] = re.findall(r'href="(/leverancer/\d+/vaek)"', app.client.get("/leverancer").text)
    [case] = re.findall(r'href="/sag/(c-[a-z2-7]{16})"', app.client.get(address).text)
    quality = app.client.get("/datakvalitet").text
    assert "Rækker, der er væk fra kildens seneste udtræk" in quality
    assert app.client.get(f"/sag/{case}").status_code == 200
    assert "Rækker, der er væk fra kildens" not in app.client.get("/datakvalitet?known_at=1").text, "as it was known then"

    sent = send(app, sheets(both))
    after(app, sent)
    after(app, press(app, f"{id_of(sent)}/tag"))
    assert "Rækker, der er væk fra kildens" not in app.client.get("/datakvalitet").text
    assert "Ingen rækker er væk" in words(app.client.get("/leverancer/1/vaek"))
    assert [app.client.get(f"/leverancer/{each}/vaek").status_code for each in ("x", "9" * 30, "-1")] == [404] * 3


def test_a_zip_with_the_files_is_taken_as_they_are(app: Running) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sheets().items():
            archive.writestr(f"udtræk/{name}", content)
    sent = send(app, {"udtræk.zip": packed.getvalue()})

    assert "Registreres 3 0 0 0 3" in words(after(app, sent))
    twice = after(app, send(app, {"udtræk.zip": packed.getvalue(), **sheets()}))
    assert "hedder det samme" in words(twice)
    mended = after(app, send(app, sheets(), None, id_of(send(app, {"a.zip": b"PK"})) + "/rapport", day=""))
    assert "Registreres 3 0 0 0 3" in words(mended)


def test_a_workbook_and_a_packed_text_are_taken_as_a_csv_file_is(app: Running) -> None:
    text = ACCEPTED.replace('file = "sager*.csv"', 'file = "sager*.xlsx"\nworksheet = "Udtræk"')
    rows = [line.split(";") for line in sheets()["sager.csv"].decode("cp1252").splitlines()]
    files = {
        "bevillinger.csv.gz": gzip.compress(sheets()["bevillinger.csv"], mtime=0),
        "sager.xlsx": workbook(rows, worksheet="Udtræk"),
    }

    assert "Registreres 3 0 0 0 3" in words(after(app, send(app, files, text)))


def test_the_newest_delivery_is_undone_after_its_report_and_the_one_before_is_the_newest(app: Running) -> None:
    for cases in (CASE_ROWS, ("010180-0001;Ungeindsatsen;02-01-2026;sb-17",)):
        sent = send(app, sheets(cases=cases))
        after(app, sent)
        after(app, press(app, f"{id_of(sent)}/tag"))
    before = length(app)
    assert re.findall(r"/leverancer/(\d+)/fortryd", app.client.get("/leverancer").text) == ["2"]

    sent = press(app, "/leverancer/2/fortryd")
    report = after(app, sent)

    assert "Rapport, før leverancen fortrydes" in words(report)
    assert length(app) == before
    done = after(app, press(app, f"{id_of(sent)}/tag"))
    assert "Leverancen er fortrudt" in words(done)
    assert length(app) > before
    page = app.client.get("/leverancer")
    assert re.findall(r"/leverancer/(\d+)/fortryd", page.text) == ["1"]
    assert "fortrudt af nr. 3" in words(page)
    old = after(app, press(app, "/leverancer/2/fortryd"))
    assert "ikke sin kildes nyeste" in words(old)
    rows = list(csv.reader(io.StringIO(app.client.get("/leverancer.csv").content.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["id", "3", "2", "1"]


def test_the_very_same_delivery_again_changes_nothing(app: Running) -> None:
    pages = []
    for _ in range(2):
        sent = send(app, sheets(), day="1-10-2026")
        pages.append(after(app, sent))
        after(app, press(app, f"{id_of(sent)}/tag"))

    assert "er indlæst i forvejen, som nr. 1; den ændrer intet" in words(pages[1])
    assert 'id="indlaes"' not in pages[1].text
    assert length(app) == 3


@pytest.mark.parametrize("field", ["by", "day", "clock", "allow_gone"])
def test_a_number_in_a_field_is_refused_and_repeated_nowhere(app: Running, field: str) -> None:
    for sent in (send(app, sheets(), **{field: "020280-0002"}), send(app, {}, None, **{field: "020280-0002"})):
        page = after(app, sent) if sent.status_code == 303 else sent
        assert page.status_code == 400 or "Leverancen er afvist" in words(page)
        assert "0002" not in page.text
    assert "0002" not in app.logged.getvalue()


def test_nothing_is_chosen(app: Running) -> None:
    page = send(app, {}, None, day="1-10-2026", skip_bad="yes")

    assert page.status_code == 400
    assert "Der er ingen filer" in words(page)
    assert 'value="1-10-2026"' in page.text
    assert re.search(r'name="skip_bad" value="yes" checked', page.text)
    assert "Der er ingen oversættelsesfil" in words(send(app, sheets(), None))


def test_the_pages_are_in_english_too(app: Running) -> None:
    sent = app.client.post(
        "/indlaes?lang=en",
        files=[("files", ("sager.csv", sheets()["sager.csv"])), ("mapping", ("m.toml", ACCEPTED.encode()))],
        headers=same_origin(app),
    )
    assert sent.headers["location"].endswith("?lang=en")

    page = after(app, sent)

    assert "Report before the delivery is taken in" in words(page)
    assert page.text.count("?lang=en") > 5

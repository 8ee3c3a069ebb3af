"""The routes of the proof: receipts, consistency proofs, the state of the seal, and the log's C2SP addresses."""

from __future__ import annotations

import base64
import re
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers.seal import SealAnswer, seal_state
from api.register.served import Served
from api.web.access.reach import in_reach
from api.web.dependencies import PUBLIC, CallerDep, LooksDep, RegisterDep, may
from api.web.problems import HttpProblem
from api.web.query import checked_words, no_words, whole_number
from api.web.rest import openapi as doc
from api.web.rest.schemas import ConsistencyAnswer, ReceiptAnswer
from journey.log.migrate import READ
from journey.log.stored import STREAM
from journey.proof.bundle import alongside
from journey.proof.leaf import stream_of
from journey.proof.merkle import leaf_hash, root
from journey.proof.proofs import consistent, receipt
from journey.proof.reading import SealBroken, entries, newest, node_stored, tiles, waiting
from journey.proof.tiles import HASH, WIDTH, TreeTile, bundle, tile_at
from journey.refusals import Refused

router = APIRouter(tags=["Bevis"])

PLAIN, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
_HASH = "lC1YUSiuzAWiIiyv/l2iuF2sLcOYe3GHQKOF/KG6dMc="


_RECEIPT = {
    "position": 2,
    "entry": '["journey-leaf/1",2,"N-2023-0042",1,"referred","e3b0…","2024-03-04T08:12:00.000000+00:00"]',
    "leaf": _HASH,
    "index": 1,
    "size": 2,
    "path": [_HASH],
    "checkpoint": f"sagsforloeb/6b0354bf\n2\n{_HASH}\n\n— sagsforloeb/6b0354bf 5JXAZ8f…\n",
}
_SEAL: dict[str, Any] = {
    "health": {
        "sealed": 1200,
        "log_position": 1201,
        "lag_events": 1,
        "lag_seconds": 1.2,
        "sealing": True,
        "broken": False,
        "error": None,
        "elsewhere": None,
    },
    "damage": None,
    "key": "sagsforloeb/6b0354bf+e495c067+AVlv…",
    "witnesses": [],
    "roots": [{"position": 1200, "moment": "2024-03-04T09:12:05+01:00", "root": _HASH, "witnesses": [], "damage": None}],
    "verifications": [],
    "acts": [{"number": 1, "moment": "2024-03-04T09:12:05+01:00", "kind": "restore_declared", "positions": [1190, 1200]}],
}


@router.get(
    "/api/receipts/{position}",
    dependencies=[may("read_case")],
    summary="Kvittering for en hændelse",
    response_class=Response,
    responses={
        200: doc.answer("Kvitteringen.", doc.ref(ReceiptAnswer), _RECEIPT),
        **doc.refusals("no_page", "not_sealed", "seal_broken"),
    },
)
def get_receipt(position: str, request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> Response:
    """Beviset for, at hændelsen er i den forseglede log: gem det; det holder, så længe registret er ubrudt. Fås, når den er forseglet."""
    no_words(request)
    if not re.fullmatch(r"[1-9][0-9]{0,17}", position, re.ASCII):
        raise HttpProblem("no_page")
    with register.connected(READ) as conn:
        found = receipt(conn, int(position))
        if found is None:
            sealed, end = waiting(conn)
            if int(position) <= sealed:  # another's
                raise HttpProblem("no_page")
            if int(position) > end:
                raise HttpProblem("no_page", f"Registret er nået til position {end}.")
            raise Refused("not_sealed", f"Registret er forseglet til position {sealed}.", place=position)
    (event, path), signed = found
    stream = stream_of(event.entry)
    if not stream.startswith(STREAM) and not in_reach(register, caller, "read_case", stream):
        raise HttpProblem("no_page")
    looks.saw("read", stream)
    size = signed.checkpoint.size
    leaf = _base64(leaf_hash(event.entry))
    entry, text = event.entry.decode(), signed.text
    return _json(ReceiptAnswer(event.position, entry, leaf, event.position - 1, size, [*map(_base64, path)], text))


@router.get(
    "/api/proofs/consistency",
    dependencies=[PUBLIC],
    summary="Bevis for, at loggen kun er vokset",
    response_class=Response,
    openapi_extra={
        "parameters": [
            doc.query(name, danish, {"type": "integer", "minimum": 0}, required=True)
            for name, danish in (("from", "Antal hændelser dengang."), ("to", "Antal hændelser siden; højst det forseglede."))
        ]
    },
    responses={
        200: doc.answer(
            "Beviset.",
            doc.ref(ConsistencyAnswer),
            {"old_size": 1, "old_root": _HASH, "size": 2, "root": _HASH, "path": [_HASH]},
        ),
        **doc.refusals("not_sealed", "seal_broken"),
    },
)
def get_consistency(request: Request, register: RegisterDep) -> Response:
    """Beviset for, at loggen på from hændelser er begyndelsen af loggen på to (RFC 6962, 2.1.2)."""
    words = checked_words(request, ("from", "to"))
    for name in ("from", "to"):
        if name not in words:
            raise Refused("bad_parameter", "Værdien skal angives.", place=name)
    old, size = whole_number(words, "from", 0, 2**62), whole_number(words, "to", 0, 2**62)
    if old > size:
        raise Refused("bad_parameter", "from er større end to.", place="from")
    with register.connected(READ) as conn:
        path, node = consistent(conn, old, size), node_stored(conn)
        roots = _base64(root(node, old)), _base64(root(node, size))
    return _json(ConsistencyAnswer(old, roots[0], size, roots[1], [*map(_base64, path)]))


@router.get(
    "/api/seal",
    dependencies=[PUBLIC],
    summary="Hvordan seglet har det",
    response_class=Response,
    responses={200: doc.answer("Seglet.", doc.ref(SealAnswer), _SEAL)},
)
def get_seal(request: Request, register: RegisterDep) -> Response:
    """Hvor langt der er forseglet, de seneste underskrevne rødder med vidnernes underskrifter, og de seneste efterprøvninger."""
    no_words(request)
    return _json(seal_state(register))


@router.get(
    "/checkpoint",
    dependencies=[PUBLIC],
    summary="Den nyeste underskrevne rod",
    response_class=Response,
    responses={
        200: {"description": "Roden (C2SP tlog-checkpoint).", "content": {"text/plain": {"schema": {"type": "string"}}}},
        **doc.refusals("not_sealed"),
    },
)
def get_checkpoint(request: Request, register: RegisterDep) -> Response:
    """Loggens størrelse og rod, underskrevet; uden personoplysninger, så den må alle se og gemme."""
    no_words(request)
    with register.connected(READ) as conn:
        last = newest(conn)
    if last is None:
        raise Refused("not_sealed")
    return Response(last.text, media_type=PLAIN)


@router.get("/tile/{path:path}", dependencies=[may("read_proof")], include_in_schema=False)
def get_tile(path: str, request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """A tile of the sealed tree, or a bundle of its entries (C2SP tlog-tiles)."""
    no_words(request)
    tile = tile_at(f"tile/{path}")
    if tile is None:
        raise HttpProblem("no_page")
    if tile.level is None:  # it names cases: no browser keeps it
        named = _entries(register, tile)
        looks.saw("export", *map(stream_of, named))
        return Response(_bundled(named, tile), media_type=BYTES)
    looks.nothing()
    return Response(_hashes(register, tile), media_type=BYTES, headers=FOR_EVER)


@router.get("/verify.py", dependencies=[PUBLIC], include_in_schema=False)
def get_verifier(request: Request) -> Response:
    """The program that verifies an export or a case file without the register."""
    no_words(request)
    headers = {"Content-Disposition": 'attachment; filename="verify.py"'}
    return Response(alongside()["verify.py"], media_type="text/x-python; charset=utf-8", headers=headers)


def _hashes(register: Served, tile: TreeTile) -> bytes:
    with register.connected(READ) as conn:
        hashes = tiles(conn)(tile.level or 0, tile.number)
    width = tile.width or WIDTH
    if len(hashes) < width * HASH:
        raise HttpProblem("no_page")
    return hashes[: width * HASH]


def _entries(register: Served, tile: TreeTile) -> list[bytes]:
    first, width = tile.number * WIDTH, tile.width or WIDTH
    with register.connected(READ) as conn:
        if first + width > waiting(conn)[0]:
            raise HttpProblem("no_page")
        return [leaf.entry for leaf in entries(conn, first, first + width)]


def _bundled(named: list[bytes], tile: TreeTile) -> bytes:
    try:
        return bundle(named)
    except OverflowError:
        raise SealBroken(tile.number * WIDTH + 1, "en hændelse herefter er for lang til at være registreret") from None


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type=doc.JSON)

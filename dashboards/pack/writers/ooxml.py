"""Word's file format, for the little that python-docx does not make itself."""

from __future__ import annotations

from io import BytesIO
from typing import Any, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement  # pyright: ignore[reportUnknownVariableType] -- python-docx leaves some of its types open


def element(name: str, /, *within: Any, text: str = "", **attributes: str) -> Any:
    """An element such as `tblHeader`, with attributes of the same namespace and child elements."""
    created = cast(Any, OxmlElement)(f"w:{name}")
    for key, value in attributes.items():
        created.set(qn(f"w:{key}"), value)
    for each in within:
        created.append(each)
    if text:
        created.text = text
        created.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return created


def undated(content: bytes) -> bytes:
    """OOXML file without the moments at which its parts were packed, so that the same paper gives the same bytes."""
    out = BytesIO()
    with ZipFile(BytesIO(content)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as anew:
        for name in packed.namelist():
            anew.writestr(ZipInfo(name), packed.read(name), ZIP_DEFLATED)
    return out.getvalue()

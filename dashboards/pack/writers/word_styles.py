"""The empty Word document: page, language, styles and properties."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from dashboards.pack.paper import StatusPaper
from dashboards.pack.writers.footnotes import REFERENCE, TEXT
from dashboards.pack.writers.layout import DRAFT_STYLE, mark_of
from dashboards.pack.writers.ooxml import element

SOURCE_STYLE = "Kilde"
FONT, INK = "Calibri", RGBColor(0x1C, 0x27, 0x33)
LANGUAGE = "da-DK"
DRAFT_FILL = "FFF3CD"
"""The background of drafts."""


def blank(paper: StatusPaper) -> Any:
    """An empty document of the paper: A4, Danish, with the styles that are used."""
    document: Any = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.3)
    section.top_margin = section.bottom_margin = Cm(2.4)
    _properties(document, paper)
    _language(document)
    _fonts(document)
    for name, look in {DRAFT_STYLE: _draft, SOURCE_STYLE: _source}.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        look(style)
    _footnotes(document.styles)
    _page_numbers(section.footer.paragraphs[0])
    if mark := mark_of(paper):
        section.header.paragraphs[0].add_run(mark).bold = True
    return document


def _properties(document: Any, paper: StatusPaper) -> None:
    properties = document.core_properties
    properties.title, properties.language = f"{paper.title} {paper.of.year}", LANGUAGE
    properties.subject = f"Som registret vidste det {paper.of.known}"
    properties.author, properties.comments, properties.keywords = "", "", ""
    properties.created = properties.modified = datetime.combine(paper.of.made_on, time())


def _language(document: Any) -> None:
    for language in document.styles.element.iter(qn("w:lang")):
        for name in ("val", "eastAsia", "bidi"):
            language.attrib.pop(qn(f"w:{name}"), None)
        language.set(qn("w:val"), LANGUAGE)
    document.settings.element.find(qn("w:defaultTabStop")).addnext(element("autoHyphenation"))


def _fonts(document: Any) -> None:
    for name, size in {"Normal": 11, "Title": 20, "Heading 1": 15, "Heading 2": 12.5, "Caption": 10, "List Number": 11}.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
    document.styles["Caption"].paragraph_format.keep_with_next = True
    document.styles["Caption"].paragraph_format.space_before = Pt(10)


def _draft(style: Any) -> None:
    properties = style.element.get_or_add_pPr()
    properties.append(element("pBdr", element("left", val="single", sz="18", space="6", color="8A6D00")))
    properties.append(element("shd", val="clear", color="auto", fill=DRAFT_FILL))


def _source(style: Any) -> None:
    style.font.size, style.font.italic = Pt(9), True
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(3), Pt(12)


def _footnotes(styles: Any) -> None:
    text = styles.add_style(TEXT, WD_STYLE_TYPE.PARAGRAPH)
    text.base_style, text.font.size = styles["Normal"], Pt(9)
    text.paragraph_format.space_after = Pt(0)
    styles.add_style(REFERENCE, WD_STYLE_TYPE.CHARACTER).font.superscript = True


def _page_numbers(paragraph: Any) -> None:
    paragraph.add_run("Side ")
    field(paragraph, "PAGE", "1")
    paragraph.add_run(" af ")
    field(paragraph, "NUMPAGES", "1")


def field(paragraph: Any, code: str, shown: str) -> None:
    """A field at the paragraph's end, that Word counts anew, with what it shows until then."""
    created = element("fldSimple", element("r", element("t", text=shown)), instr=code)
    paragraph._p.append(created)

"""Formats that are not text: what is read, and that hostile files are refused with their reason."""

from __future__ import annotations

import importlib
import io
import zipfile
from pathlib import Path

import pytest

from qa.ingest.article import parse_article
from qa.ingest.files import Unreadable, find_files, read_file
from qa.ingest.formats.decoding import Undecodable
from qa.ingest.formats.pdf.reader import PdfReader
from qa.ingest.formats.registry import READERS, find_reader, recognise
from qa.records import Article

for module in ("pypdf", "docx", "striprtf", "lxml"):
    pytest.importorskip(module)

BODY = "The ferry of Ribe carried 611 people on Monday, and nobody was hurt when the rope broke."
MORE = "The captain said that the rope was nine years old, and that a new one had been ordered in May."


def make_pdf(pages: list[list[str]], info: str = "") -> bytes:
    """Return a PDF with these lines on its pages."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        stream = "BT /F1 11 Tf 14 TL 60 780 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        resources = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 595 842]"
        objects.append(f"<< /Type /Page /Parent 2 0 R {resources} /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    objects.append(f"<< {info} >>")
    out = b"%PDF-1.4\n"
    places = []
    for number, item in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{item}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    root = f"/Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R"
    tail = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << {root} >>\nstartxref\n{len(out)}\n%%EOF"
    return out + tail.encode()


def make_zip(files: dict[str, str | bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, text, stored)
    return content.getvalue()


def make_docx() -> bytes:
    document = importlib.import_module("docx").Document()
    document.core_properties.title, document.core_properties.author = "The ferry", "Ada Lind"
    document.add_heading("The rope", 1)
    document.add_paragraph(BODY)
    document.add_paragraph("One * star", style="List Bullet")
    table = document.add_table(2, 2)
    for number, text in enumerate(("Town", "People", "Ribe", "611")):
        table.cell(number // 2, number % 2).text = text
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def make_odt(**extra: str) -> bytes:
    names = "xmlns:office='o' xmlns:text='t' xmlns:table='b'"
    body = (
        f"<text:h text:outline-level='1'>The rope</text:h><text:p>{BODY}</text:p><text:list><text:list-item>"
        "<text:p>One * star</text:p></text:list-item></text:"
        "list><table:table><table:table-row><table:table-cell><text:p>Town</text:p>"
        "</table:table-cell><table:table-cell><text:p>People</text:p></table:table-cell></table:table-row><table:table-row>"
        "<table:table-cell><text:p>Ribe</text:p></table:table-cell><table:table-cell><text:p>611</text:p></table:table-cell>"
        "</table:table-row></table:table>"
    )
    meta = "<m xmlns:dc='d'><dc:title>The ferry</dc:title><dc:creator>Ada Lind</dc:creator></m>"
    content = f"<office:document {names}><office:body><office:text>{body}</office:text></office:body></office:document>"
    files: dict[str, str | bytes] = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return make_zip({**files, "meta.xml": meta, **extra})


def make_epub(**extra: str) -> bytes:
    package = (
        "<package xmlns:dc='d'><metadata><dc:title>The ferry</dc:title><dc:creator>Ada Lind</dc:creator></metadata>"
        "<manifest><item id='a' href='a.xhtml'/></manifest><spine><itemref idref='a'/></spine></package>"
    )
    table = "<table><tr><th>Town</th><th>People</th></tr><tr><td>Ribe</td><td>611</td></tr></table>"
    chapter = f"<html><body><h1>The rope</h1><p>{BODY}</p><ul><li>One * star</li></ul>{table}</body></html>"
    files: dict[str, str | bytes] = {"mimetype": "application/epub+zip", "o/p.opf": package, "o/a.xhtml": chapter}
    files["META-INF/container.xml"] = "<c><rootfiles><rootfile full-path='o/p.opf'/></rootfiles></c>"
    return make_zip({**files, **extra})


EMAIL = (
    "From: Ada Lind <ada@example.org>\r\nTo: all@example.org\r\nSubject: The ferry\r\n"
    "Date: Fri, 3 Jun 2022 17:00:00 +0200\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\n'
    "Content-Type: text/plain; charset=utf-8\r\n\r\n"
    f"{BODY}\r\n\r\n* a star\r\n--x\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
    "Subject: inner\r\n\r\nsecret\r\n--x--\r\n"
).encode()
ENTITIES = "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
ZEROS = 70_000_000
BOMB = f"an archive that unpacks to {ZEROS:,} bytes in 1 files"
RTF = (r"{\rtf1\ansi {\b The rope}\par " + BODY + r"\par Sm\'f8rrebr\'f8d *\par}").encode()


def parse(name: str, content: bytes) -> Article:
    reader = find_reader(name)
    assert reader is not None
    decoded = reader.read(content)
    return parse_article(
        article_id="a", source=name, text=decoded.text, sha256=decoded.sha256, repeated=frozenset(),
        fits=lambda part: len(part) <= 1000, note=decoded.note,
    )  # fmt: skip


def shown(article: Article) -> list[tuple[str, str]]:
    hidden = {at for span in article.markup for at in range(span.start, span.end)}
    return [
        (one.kind, " ".join("".join(article.text[at] for at in range(one.start, one.end) if at not in hidden).split()))
        for one in article.paragraphs
        if one.kind != "metadata"
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.docx", make_docx()), ("a.odt", make_odt()), ("a.epub", make_epub())],
    ids=["docx", "odt", "epub"],
)
def test_documents_keep_headings_lists_and_tables(name: str, content: bytes) -> None:
    article = parse(name, content)
    assert (article.title, article.authors, article.date) == ("The ferry", ("Ada Lind",), None)
    assert shown(article) == [
        ("heading", "The rope"), ("body", BODY), ("body", "One * star"), ("body", "Town People Ribe 611"),
    ]  # fmt: skip
    reader = recognise(content)
    assert reader is not None
    assert name.endswith(reader.endings[0])


def test_an_email_gives_subject_sender_date_and_body_and_counts_what_is_attached() -> None:
    article = parse("a.eml", EMAIL)
    assert (article.title, article.date, article.authors) == ("The ferry", "2022-06-03", ("Ada Lind",))
    assert shown(article) == [("heading", "The ferry"), ("body", BODY), ("body", "* a star")]
    assert article.note == "1 attachment was not read"


def test_rich_text_is_read_with_its_letters() -> None:
    assert shown(parse("a.rtf", RTF))[-2:] == [("body", BODY), ("body", "Smørrebrød *")]


def test_lines_of_a_pdf_are_joined_and_running_heads_go() -> None:
    words = BODY.split()
    pages = [
        ["Yearbook 2022", " ".join(words[:7]), " ".join(words[7:]) + " It was a con-", "struction of wood, and", "1"],
        ["Yearbook 2022", "it held for nine years.", "", MORE, "2"],
        ["Yearbook 2022", "Nobody saw it break on the third of May in the town.", "3"],
    ]
    article = parse("a.pdf", make_pdf(pages, "/Title (The ferry) /Author (Ada Lind)"))
    assert (article.title, article.authors) == ("The ferry", ("Ada Lind",))
    text = " ".join(one for _, one in shown(article))
    assert f"{BODY} It was a construction of wood, and it held for nine years." in text
    assert "Yearbook" not in text
    assert article.text.count("\f") == 2
    assert [one.locator for one in article.paragraphs if one.kind == "body"][-1] == "page 3"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.pdf", b"%PDF-1.4 nothing more", "a damaged PDF"),
        ("a.pdf", make_pdf([[], []]), "no text in it: the pages are pictures"),
        ("a.pdf", b"plain text", "not a PDF"),
        ("a.docx", make_zip({"word/document.xml": "<w/>", "word/vbaProject.bin": "x"}), "it holds macros"),
        ("a.docx", make_zip({"word/document.xml": "<w/>"}), "a damaged Word document"),
        ("a.docx", b"PK\x03\x04 nothing", "a damaged archive"),
        ("a.docx", make_zip({"word/document.xml": bytes(ZEROS)}), BOMB),
        ("a.odt", make_odt(**{"content.xml": ENTITIES}), "XML with entities of its own"),
        ("a.odt", make_odt(**{"META-INF/manifest.xml": "<a><encryption-data/></a>"}), "encrypted"),
        ("a.epub", make_epub(**{"META-INF/rights.xml": "<a/>"}), "protected by digital rights management"),
        ("a.rtf", b"plain", "not rich text"),
        ("a.eml", b"plain text\n\nof a letter", "not an e-mail"),
    ],
)
def test_hostile_and_damaged_files_are_refused_with_their_reason(name: str, content: bytes, reason: str) -> None:
    reader = find_reader(name)
    assert reader is not None
    with pytest.raises(Undecodable) as raised:
        reader.read(content)
    assert raised.value.reason == reason


def test_an_encrypted_pdf_is_refused() -> None:
    pypdf = importlib.import_module("pypdf")
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(make_pdf([[BODY]])))
    writer.encrypt("secret", algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    with pytest.raises(Undecodable, match="encrypted"):
        PdfReader().read(content.getvalue())


def test_a_file_is_read_as_what_its_bytes_are(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(make_pdf([[BODY, MORE]]))
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 nothing")
    (tmp_path / "c.txt").write_bytes(b"%PDF-1.4 nothing")
    first, second, third = find_files(tmp_path)[0]
    decoded = read_file(first)
    assert BODY.split()[0] in decoded.text
    assert decoded.note == "read as PDF, which it is in spite of its ending"
    with pytest.raises(Unreadable, match=r"^a damaged PDF$"):
        read_file(second)
    with pytest.raises(Unreadable, match=r"^PDF in spite of its ending: a damaged PDF$"):
        read_file(third)


def test_every_ending_has_one_reader() -> None:
    endings = [ending for reader in READERS for ending in reader.endings]
    assert len(endings) == len(set(endings))
    assert all(ending == ending.lower() and ending.startswith(".") for ending in endings)

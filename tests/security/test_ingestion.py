"""A folder that somebody else fills: every file gets a clear line in the report, none ends or delays the run."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.build import scan
from qa.build.report import BuildReport
from qa.citations.locate import locate
from qa.ingest import files
from qa.ingest.article import parse_article
from qa.ingest.formats.decoding import Undecodable, decode, with_digest
from qa.store.snapshot import open_snapshot
from qa.text.fold import FoldedText
from qa.text.lines import line_keys
from tests.building import build
from tests.fakes import FakeEncoder

FOX = "The red fox crossed the frozen river at night. Nobody in the village saw it happen.\n"
CPU_SECONDS = 3.0
LONG = 30_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "fox.txt").write_text(FOX)
    return folder


def indexed(folder: Path) -> BuildReport:
    return build(folder, folder.parent / "index", FakeEncoder())


def outside_link(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("A secret of somebody else.")
    (folder / "x.txt").symlink_to(folder.parent / "secret.txt")


def chain_of_links(folder: Path) -> None:
    (folder.parent / "secret.txt").write_text("A secret of somebody else.")
    (folder / "inner").symlink_to(folder.parent)
    (folder / "x.txt").symlink_to(folder / "inner" / "secret.txt")


def hard_socket(folder: Path) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as one:
        one.bind(str(folder / "x.txt"))


def sparse_gigabyte(folder: Path) -> None:
    with (folder / "x.txt").open("wb") as file:
        file.truncate(1 << 30)


def device(folder: Path) -> None:
    try:
        os.mknod(folder / "x.txt", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("making a device is not permitted here")


SKIPPED: dict[str, tuple[Callable[[Path], object], str]] = {
    "link out of the folder": (outside_link, "a link that leaves the folder"),
    "link through a link": (chain_of_links, "a link that leaves the folder"),
    "link to itself": (lambda folder: (folder / "x.txt").symlink_to("x.txt"), "cannot be opened: it is a link"),
    "link to nothing": (lambda folder: (folder / "x.txt").symlink_to("gone"), "cannot be opened: it is gone"),
    "link to a device": (lambda folder: (folder / "x.txt").symlink_to("/dev/zero"), "a link that leaves the folder"),
    "FIFO": (lambda folder: os.mkfifo(folder / "x.txt"), "not an ordinary file"),
    "socket": (hard_socket, "not an ordinary file"),
    "device": (device, "not an ordinary file"),
    "no bytes": (lambda folder: (folder / "x.txt").touch(), "empty: 0 bytes"),
    "a gigabyte": (sparse_gigabyte, "larger than 64 MiB: 1,073,741,824 bytes"),
    "only zeros": (
        lambda folder: (folder / "x.txt").write_bytes(bytes(9999)),
        "not text: it holds NUL bytes or control",
    ),
    "only white space": (
        lambda folder: (folder / "x.txt").write_text(" \n\t\u00a0"),
        "no text in it: only white space",
    ),
    "a picture": (lambda folder: (folder / "x.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\xff" * 99), "not text: it holds"),
}


@pytest.mark.parametrize("kind", SKIPPED)
def test_file_that_is_no_article_gets_its_line_and_the_others_are_indexed(folder: Path, kind: str) -> None:
    make, reason = SKIPPED[kind]
    make(folder)
    report = indexed(folder)
    assert report.articles == 1
    assert {one.source: one.reason for one in report.skipped}["x.txt"].startswith(reason)
    for path in (folder.parent / "index").rglob("*"):
        assert path.is_dir() or b"somebody else" not in path.read_bytes()


def test_folder_that_links_to_itself_ends(folder: Path) -> None:
    (folder / "again").symlink_to(folder)
    (folder / "deep").mkdir()
    (folder / "deep" / "up").symlink_to(folder.parent)
    report = indexed(folder)
    assert report.articles == 1
    assert [(one.source, one.reason) for one in report.skipped] == [
        ("again", "a link to a folder"),
        ("deep/up", "a link to a folder"),
    ]


def test_folders_a_thousand_deep_end(folder: Path) -> None:
    at = os.open(folder, os.O_RDONLY)
    for _ in range(300):
        os.mkdir("d", dir_fd=at)
        at, above = os.open("d", os.O_RDONLY, dir_fd=at), at
        os.close(above)
    os.close(at)
    assert indexed(folder).articles == 1


def test_names_that_are_strange_are_told_and_harm_nothing(folder: Path) -> None:
    for name in ("a\nb.txt", "\x1b[31mred.txt", "‮txt.gpj.txt", " .txt", "-rf.txt", "'; DROP TABLE.txt", "%2e%2e.txt"):
        (folder / name).write_text(f"Article {len(name)} of {name!r} says something else.\n")
    (folder / os.fsdecode(b"bad\xff.txt")).write_text(FOX)
    report = indexed(folder)
    assert report.articles == 8
    assert [one.reason for one in report.skipped] == ["its name is not UTF-8"]


def test_names_that_differ_only_by_case_or_normal_form_are_told(folder: Path) -> None:
    (folder / "Fox.txt").write_text("Another fox, of its own.\n")
    (folder / "é.txt").write_text("One accent in one code point.\n")
    (folder / "e\u0301.txt").write_text("One accent in two code points.\n")
    report = indexed(folder)
    assert [(one.source, one.text) for one in report.notes] == [("fox.txt", "differs from Fox.txt only by case")]
    assert [one.reason for one in report.skipped] == ["has the same id as e\u0301.txt: é"]


def vanish(path: Path) -> None:
    path.unlink()


def become_fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def be_cut(path: Path) -> None:
    path.write_bytes(b"")


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.truncate(files.SIZE_LIMIT_BYTES + 10)


@pytest.mark.parametrize("change", [vanish, become_fifo, become_link, become_folder, be_cut, grow])
@pytest.mark.parametrize("moment", ["before its bytes are hashed", "before its text is read"])
def test_file_that_changes_under_the_reader_gets_its_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], moment: str
) -> None:

    (folder / "x.txt").write_text("It is here only for a moment, this one.\n")
    name = "file_digest" if moment.endswith("hashed") else "read_file"
    real = getattr(scan, name)

    def changed_first(file: files.SourceFile) -> object:
        if file.source == "x.txt" and not file.path.is_symlink() and file.path.is_file():
            change(file.path)
        return real(file)

    monkeypatch.setattr(scan, name, changed_first)
    report = indexed(folder)
    assert report.articles == 1
    assert [one.source for one in report.skipped] == ["x.txt"]
    assert "/" not in report.skipped[0].reason


HOSTILE_LINES = {
    "dots": ".", "ellipses": "…", "quotes": "“", "marks and quotes": ".”", "opening and closing": "“”", "digits": "1",
    "one letter": "x", "words": "word ", "capitals": "A. ", "brackets": "(", "pipes": "a | ", "arrows": "a > ",
    "dashes": "- ", "colons": "a: ", "commas": "1,234,", "tabs": "a\t", "no-break spaces": "a\u00a0", "spaces": "a   ",
    "zero width": "\u200ba", "combining marks": "a\u0301", "emoji": "🎉", "addresses": "http://a/", "lines": "a\n",
    "blank lines": "a\n\n", "returns": "\r", "separators": "a\u2028", "ellipsis ends": "... A", "enumerators": "1. ",
    "apostrophes": "'s ", "surrogates": "\ud800", "right to left": "\u202eא", "headings": "# A\n", "percent": "%s {} ",
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE_LINES)
def test_hostile_text_is_parsed_soon(name: str) -> None:
    unit = HOSTILE_LINES[name]
    text = f"A headline of it\n\n{unit * (LONG // len(unit))}\n\n{FOX}"
    before = time.process_time()
    line_keys(text)
    article = parse_article(
        article_id="a",
        source="a.txt",
        text=text,
        sha256="",
        repeated=frozenset(),
        fits=lambda one: len(one) < 1200,
    )
    assert time.process_time() - before < CPU_SECONDS
    assert text[article.paragraphs[-1].start : article.paragraphs[-1].end] == FOX.strip()


def test_line_of_millions_is_indexed(folder: Path) -> None:
    size = 100_000_000 if os.environ.get("SWEEP") == "whole" else 2_000_000
    sentence = "The heron waits for fish beside the quiet river all day long. "
    (folder / "x.txt").write_text(sentence * (size // len(sentence)))
    report = indexed(folder)
    assert report.articles + len(report.skipped) == 2
    assert [one.reason.split(":")[0] for one in report.skipped] == (["larger than 64 MiB"] if size > 64 << 20 else [])


# Properties


@given(st.binary(max_size=400))
def test_bytes_are_decoded_without_loss_or_refused(content: bytes) -> None:
    try:
        found = decode(content)
    except Undecodable as refusal:
        found = None
        reason = refusal.reason
    if found is None:
        assert reason.startswith(("not text: ", "no text in it: "))
    else:
        assert found == decode(content)
        assert found.sha256 == with_digest(found.text, None).sha256
        assert "\ufffd" not in found.text or b"\xef\xbf\xbd" in content or found.note


TEXTS = st.text(
    st.one_of(st.characters(codec="utf-8"), st.sampled_from("aA. \n\r“”\"'…é—1?)\u200b\x85\u2028")),
    max_size=300,
)


@given(TEXTS.filter(str.strip), st.data())
def test_citation_of_any_range_is_found_again(text: str, draw: st.DataObject) -> None:
    start = draw.draw(st.integers(0, len(text) - 1))
    end = draw.draw(st.integers(start + 1, len(text)))
    found = locate(text, text[start:end], text[max(0, start - 32) : start], text[end : end + 32], start, end)
    assert (found.status, found.start, found.end) == ("unchanged", start, end)
    before = draw.draw(TEXTS)
    moved = locate(before + text, text[start:end], text[max(0, start - 32) : start], text[end : end + 32], start, end)
    assert moved.status in {"unchanged", "moved"}
    assert (before + text)[moved.start : moved.end] == text[start:end]


@given(TEXTS, st.data())
def test_any_range_of_a_folded_text_leads_to_a_range_of_the_text(text: str, draw: st.DataObject) -> None:
    folded = FoldedText.of(text)
    if folded.text:
        start = draw.draw(st.integers(0, len(folded.text) - 1))
        end = draw.draw(st.integers(start + 1, len(folded.text)))
        span = folded.original(start, end)
        assert 0 <= span.start < span.end <= len(text)
        assert folded.text[start:end] in FoldedText.of(text[span.start : span.end]).text


@given(st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3))
@settings(max_examples=15)
def test_every_passage_of_an_index_is_a_slice_of_its_file(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    import numpy as np

    place = tmp_path_factory.mktemp("random")
    (place / "articles").mkdir()
    (place / "articles" / "fox.txt").write_text(FOX)
    for number, text in enumerate(texts):
        (place / "articles" / f"{number}.txt").write_bytes(text.encode())
    build(place / "articles", place / "index", FakeEncoder())
    with closing(open_snapshot(place / "index", None)) as snapshot:
        for stored in snapshot.text.paragraphs(np.arange(snapshot.info.paragraphs)):
            raw = (place / "articles" / stored.source).read_bytes().decode("utf-8-sig")
            assert raw[stored.start : stored.end] == stored.text
            assert all(stored.start <= one.start < one.end <= stored.end for one in stored.sentences)

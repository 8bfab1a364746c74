"""Files of a folder: what is read, what is left out, and why."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from qa.errors import ArticlesMissing, StorageFailed
from qa.ingest import files
from qa.ingest.files import Unreadable, find_files, read_file
from qa.ingest.formats.decoding import Decoded


def test_articles_are_found_in_order_of_their_ids(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.TXT", "ü.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Text", encoding="utf-8")
    found, skipped = find_files(tmp_path)
    assert [(file.id, file.source, file.size) for file in found] == [
        ("a/b/c", "a/b/c.TXT", 4), ("a/z", "a/z.md", 4), ("b", "b.txt", 4), ("ü", "ü.txt", 4),
    ]  # fmt: skip
    assert skipped == []


def test_every_other_file_is_skipped_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SIZE_LIMIT_BYTES", 100)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    folder, outside = tmp_path / "in", tmp_path / "out.txt"
    folder.mkdir()
    outside.write_text("secret")
    for name, text in {"a.md": "A", "a.txt": "A", "empty.txt": "", "big.txt": "b" * 101, ".x.txt": "h"}.items():
        (folder / name).write_text(text)
    (folder / "page.html").write_text("<p>Hello</p>")
    (folder / "p.xyz").write_text("p")
    (folder / "away.txt").symlink_to(outside)
    (folder / "gone.txt").symlink_to(folder / "nothing.txt")
    (folder / "loop.txt").symlink_to(folder / "loop.txt")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe.txt")
    found, skipped = find_files(folder)
    assert [file.source for file in found] == ["a.md"]
    assert {one.source: one.reason for one in skipped} == {
        ".x.txt": "hidden",
        "a.txt": "has the same id as a.md: a",
        "away.txt": "a link that leaves the folder",
        "big.txt": "larger than 64 MiB: 101 bytes",
        "empty.txt": "empty: 0 bytes",
        "gone.txt": "cannot be opened: it is gone",
        "loop.txt": "cannot be opened: it is a link",
        "p.xyz": "no article format: .xyz",
        "page.html": "reading HTML needs trafilatura: pip install 'qa-articles[formats]'",
        "pipe.txt": "not an ordinary file",
        "up": "a link to a folder",
    }


def test_names_that_differ_only_by_case_are_both_kept_and_noted(tmp_path: Path) -> None:
    for name in ("News.txt", "news.txt"):
        (tmp_path / name).write_text("Text")
    assert [(file.id, file.note) for file in find_files(tmp_path)[0]] == [
        ("News", None), ("news", "differs from News.txt only by case"),
    ]  # fmt: skip


@pytest.mark.parametrize("prepare", [Path.is_dir, lambda folder: folder.mkdir(), lambda folder: folder.touch()])
def test_a_folder_without_articles_is_refused_with_what_to_do(
    tmp_path: Path, prepare: Callable[[Path], object]
) -> None:
    prepare(tmp_path / "articles")
    with pytest.raises(ArticlesMissing, match=r"articles.*(Create it|Put \.txt, .* files there), or name another"):
        find_files(tmp_path / "articles")


def read(folder: Path, content: bytes) -> Decoded:
    (folder / "a.txt").write_bytes(content)
    return read_file(find_files(folder)[0][0])


def test_text_is_decoded_as_it_is(tmp_path: Path) -> None:
    decoded = read(tmp_path, b"\xef\xbb\xbfOne\r\ntwo\rthree\n \xe2\x80\xa8")
    assert (decoded.text, decoded.note) == ("One\r\ntwo\rthree\n \u2028", None)
    assert decoded.sha256 == hashlib.sha256(decoded.text.encode()).hexdigest()


def test_other_encodings_are_detected_and_noted(tmp_path: Path) -> None:
    text = "Привет, это длинная статья о войне и мире, о людях и городах. " * 5
    decoded = read(tmp_path, text.encode("cp1251"))
    assert (decoded.text, decoded.note) == (text, "not UTF-8, decoded as cp1251")
    assert read(tmp_path, "Zoë".encode("utf-16")).text == "Zoë"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"text\0text", "not text: it holds NUL bytes or control characters"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff", "not text: it holds NUL bytes"),
        (b"\x01\x02\x03 text", "not text: it holds NUL bytes or control characters"),
        (b" \n\t ", "no text in it: only white space"),
    ],
)
def test_what_is_not_text_is_unreadable(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=f"^{reason}$"):
        read(tmp_path, content)


def test_a_file_that_vanished_or_was_swapped_is_unreadable_and_never_awaited(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Text")
    file = find_files(tmp_path)[0][0]
    path.unlink()
    with pytest.raises(Unreadable, match="it is gone"):
        read_file(file)
    os.mkfifo(path)
    with pytest.raises(Unreadable, match="not an ordinary file"):
        read_file(file)
    path.unlink()
    path.symlink_to("/etc/hostname")
    with pytest.raises(Unreadable, match="cannot be read: it is a link"):
        read_file(file)


def test_a_page_gives_its_article_only(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    body = "The army left the town on Monday, an official of the region said in a long statement. " * 4
    page = f"<html><head><title>War</title></head><body><nav>Home</nav><article><p>{body}</p></article></body></html>"
    (tmp_path / "a.html").write_text(page)
    text = read_file(find_files(tmp_path)[0][0]).text
    assert body.strip() in text
    assert "Home" not in text


def test_a_folder_that_cannot_be_opened_is_no_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("A heron waits.\n")

    def refuse(path: Path) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StorageFailed, match=r"Cannot open .*: input/output error"):
        find_files(tmp_path)

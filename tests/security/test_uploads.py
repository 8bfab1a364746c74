"""Files that an attacker uploads: none leaves the folder, is run, or is more than its name says."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.uploads.changes import AddedFile, ArticleChanges, NewFile
from tests.uploads.sites import OWL, archive, changeable, changeable_site, names

UNTOUCHED = ["fox.txt", "orchard.txt", "wing.txt"]
NAMES = {
    "../owl.txt": "it holds /",
    "../../../../../../tmp/owl.txt": "it holds /",
    "/etc/owl.txt": "it holds /",
    "sub/owl.txt": "it holds /",
    "..\\..\\owl.txt": "it holds \\",
    "C:\\owl.txt": "it holds : \\",
    "owl.txt:stream.txt": "it holds :",
    "owl\0.txt": "characters that cannot be seen",
    "owl.txt\0.exe": "characters that cannot be seen",
    "owl\n.txt": "characters that cannot be seen",
    "owl\u202etxt.exe.txt": "characters that cannot be seen",
    "owl\u200b.txt": "characters that cannot be seen",
    "owl\ud800.txt": "characters that cannot be seen",
    ".owl.txt": "starts or ends with a dot",
    "..": "starts or ends with a dot",
    ".": "starts or ends with a dot",
    ".htaccess": "starts or ends with a dot",
    " owl.txt": "starts or ends with a dot or a space",
    "owl.txt ": "starts or ends with a dot or a space",
    "owl.txt.": "starts or ends with a dot",
    "~owl.txt": "starts with a tilde",
    "": "it is empty",
    "   ": "it is empty",
    "con.txt": "Windows keeps it for a device",
    "NUL.tar.txt": "Windows keeps it for a device",
    "Lpt1.txt": "Windows keeps it for a device",
    "o" * 300 + ".txt": "longer than 200 bytes",
    "é" * 99 + ".txt": "longer than 200 bytes",
    "owl<b>.txt": "it holds < >",
    "owl": "no ending is no format",
    "owl.txt.exe": ".exe is no format",
    "owl.php": ".php is no format",
    "owl.svg": ".svg is no format",
    "owl.zip": ".zip is no format",
}


def add(changes: ArticleChanges, name: str, content: bytes) -> AddedFile:
    (result,) = changes.add([NewFile(name, io.BytesIO(content))])
    return result


@pytest.fixture
def changes(tmp_path: Path) -> ArticleChanges:
    return changeable(tmp_path)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
def test_a_name_that_tricks_is_refused_and_writes_nothing(changes: ArticleChanges, tmp_path: Path, name: str) -> None:
    before = sorted(path for path in tmp_path.rglob("*"))
    result = add(changes, name, OWL.encode())
    assert result.status == "refused"
    assert result.reason is not None
    assert NAMES[name] in result.reason
    assert len(result.reason) < 400
    assert sorted(path for path in tmp_path.rglob("*")) == before
    with pytest.raises(Exception, match="cannot be the name"):
        changes.rename("fox", name)
    assert sorted(path for path in tmp_path.rglob("*")) == before


BOMB = archive(**{"word__document.xml": b"<w>" + b" " * 100_000_000})
CONTENTS = {
    "nothing": ("x.txt", b"", "it is empty"),
    "only zeros": ("x.txt", bytes(9999), "not text"),
    "a program": ("x.txt", b"#!/bin/sh\nrm -rf /\n", "it is a program"),
    "a program behind a byte order mark": ("x.md", b"\xef\xbb\xbf  #!/usr/bin/env python\n", "it is a program"),
    "PHP": ("x.html", b"<?php system($_GET['c']); ?><html><body><p>A page.</p></body></html>", "it is a program"),
    "an executable": ("x.txt", b"\x7fELF\x02\x01\x01\0" + b"\0" * 99, "not text"),
    "a picture": ("x.txt", b"\x89PNG\r\n\x1a\n\0\xff" * 99, "not text"),
    "a bomb": ("x.docx", BOMB, "an archive that unpacks to"),
    "an archive that is no document": ("x.docx", archive(a=b"x"), "cannot be read"),
    "an archive of the wrong kind": ("x.epub", archive(**{"word__document.xml": b"<w/>"}), "its content is DOCX"),
    "a PDF that is called a text": ("x.txt", b"%PDF-1.7\n1 0 obj\n", "its content is PDF, which its name does not say"),
    "a page that is called a text": ("x.txt", b"<!doctype html><html><p>x</p></html>", "its content is HTML"),
    "an archive behind a text": ("x.txt", OWL.encode() + archive(a=b"x"), "an archive is hidden in it"),
    "an archive behind a page": ("x.html", b"<html><p>x</p></html>" + archive(a=b"x"), "an archive is hidden in it"),
    "an archive behind a PDF": ("x.pdf", b"%PDF-1.7\n" + archive(a=b"x"), "an archive is hidden in it"),
    "a cut archive": ("x.docx", archive(**{"word__document.xml": b"x"})[:40], "cannot be read"),
}


@pytest.mark.parametrize("kind", CONTENTS)
def test_content_that_is_no_article_is_refused_with_the_reason(
    changes: ArticleChanges, tmp_path: Path, kind: str
) -> None:
    name, content, said = CONTENTS[kind]
    started = time.process_time()
    result = add(changes, name, content)
    assert (result.status, result.article_id) == ("refused", None)
    assert result.reason is not None
    assert said in result.reason
    assert names(tmp_path) == UNTOUCHED
    assert time.process_time() - started < 5


def test_a_file_over_the_size_limit_is_refused_without_being_held_twice(
    changes: ArticleChanges, tmp_path: Path
) -> None:
    class Endless(io.RawIOBase):
        read_bytes = 0

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 65 * 1024 * 1024
            Endless.read_bytes += size
            return b"x" * size

    (result,) = changes.add([NewFile("x.txt", Endless())])  # type: ignore[arg-type]
    assert (result.status, result.reason) == ("refused", "It cannot be added: it is larger than 64 MiB.")
    assert Endless.read_bytes == 64 * 1024 * 1024 + 1
    assert names(tmp_path) == UNTOUCHED


def test_a_script_in_a_page_is_stored_and_never_served_as_one(tmp_path: Path) -> None:
    client = changeable_site(tmp_path).test_client()
    page = f"<!doctype html><html><head><title>Owl</title></head><body><p>{OWL * 3}</p><script>alert(1)</script>"
    sent = client.post("/v1/articles", json={"articles": [{"name": "owl.html", "text": page}]})
    assert [one["status"] for one in sent.get_json()["files"]] == ["added"]
    assert "alert(1)" not in client.get("/articles/owl").text
    assert client.get("/static/owl.html").status_code == 404
    assert not os.access(tmp_path / "articles" / "owl.html", os.X_OK) or os.geteuid() == 0


def test_a_link_in_the_place_of_the_staging_folder_is_not_followed(changes: ArticleChanges, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text("kept")
    (tmp_path / "articles" / ".qa-incoming").symlink_to(elsewhere)
    assert add(changes, "owl.txt", OWL.encode()).status == "added"
    assert [path.name for path in elsewhere.iterdir()] == ["kept.txt"]


def test_a_link_in_the_folder_is_not_written_through(changes: ArticleChanges, tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("outside")
    (tmp_path / "articles" / "owl.txt").symlink_to(tmp_path / "outside.txt")
    assert add(changes, "owl.txt", OWL.encode()).reason == "'owl.txt' is there already."
    assert (tmp_path / "outside.txt").read_text() == "outside"


@pytest.mark.parametrize("path", ["/v1/articles", "/add", "/rename/fox", "/remove/fox"])
@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_changes_nothing(tmp_path: Path, path: str, headers: dict[str, str]) -> None:
    client = changeable_site(tmp_path).test_client()
    data = {"file": (io.BytesIO(OWL.encode()), "owl.txt"), "name": "hare.txt"}
    assert client.post(path, data=data, headers=headers).status_code == 403
    assert names(tmp_path) == UNTOUCHED


@pytest.mark.parametrize("path", ["/add", "/rename/fox", "/remove/fox"])
def test_a_form_without_the_token_of_its_page_changes_nothing(tmp_path: Path, path: str) -> None:
    client: FlaskClient = changeable_site(tmp_path).test_client()
    data = {"file": (io.BytesIO(OWL.encode()), "owl.txt"), "name": "hare.txt", "token": "guessed"}
    assert client.post(path, data=data).status_code == 400
    assert names(tmp_path) == UNTOUCHED


def test_messages_name_no_path_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = changeable_site(tmp_path).test_client()
    monkeypatch.setattr("qa.uploads.changes.write_file", lambda *_: (_ for _ in ()).throw(OSError(28, "x", "/secret")))
    sent = client.post("/v1/articles", json={"articles": [{"name": "owl.txt", "text": OWL}]})
    assert (sent.status_code, sent.get_json()["detail"]) == (
        507,
        "Nothing was changed, because the disk refuses: no space left on device.",
    )
    assert names(tmp_path) == UNTOUCHED

"""Articles added, renamed and removed by the API, over a real folder and its index."""

from __future__ import annotations

import gc
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qa.store.folder.locks import writer_lock
from qa.uploads import changes
from qa.uploads.staging import staging
from tests.uploads.sites import OWL, OWL_QUESTION, changeable_site, names

ANSWER = "The barn owl nests above the mill."
TOKEN = "t" * 22


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return changeable_site(tmp_path).test_client()


def send(client: FlaskClient, *files: tuple[str, str | bytes], **options: Any) -> TestResponse:
    parts: Sequence[Any] = [
        (io.BytesIO(content.encode() if isinstance(content, str) else content), name) for name, content in files
    ]
    return client.post("/v1/articles", data={"file": parts}, content_type="multipart/form-data", **options)


def test_an_uploaded_file_answers_at_once(client: FlaskClient, tmp_path: Path) -> None:
    before = client.post("/v1/ask", json={"question": OWL_QUESTION}).get_json()
    assert ANSWER not in [one["quote"] for one in before["citations"]]
    sent = send(client, ("owl.txt", OWL), ("run.exe", b"MZ"))
    assert sent.status_code == 200
    content = sent.get_json()
    assert content["files"][0] == {"name": "owl.txt", "status": "added", "article_id": "owl", "reason": None}
    assert content["files"][1]["status"] == "refused"
    assert content["files"][1]["reason"].startswith("'run.exe' cannot be the name of an article: .exe is no format")
    assert (content["index"]["articles"], content["index"]["generation"]) == (4, index_of(client)["generation"])
    answer = client.post("/v1/ask", json={"question": OWL_QUESTION}).get_json()
    assert ANSWER in [one["quote"] for one in answer["citations"]]
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "owl.txt", "wing.txt"]


def index_of(client: FlaskClient) -> Any:
    return client.get("/v1/index").get_json()


def test_a_text_is_stored_as_a_file_of_its_name(client: FlaskClient, tmp_path: Path) -> None:
    sent = client.post("/v1/articles", json={"articles": [{"name": "Owl, barn.md", "text": OWL}]})
    assert [one["article_id"] for one in sent.get_json()["files"]] == ["Owl, barn"]
    assert (tmp_path / "articles" / "Owl, barn.md").read_bytes() == OWL.encode()
    assert client.get("/v1/articles/Owl, barn").get_json()["text"] == OWL


def test_a_file_that_is_there_with_other_content_is_refused_and_the_same_is_unchanged(client: FlaskClient) -> None:
    send(client, ("owl.txt", OWL))
    again = send(client, ("owl.txt", OWL), ("owl.txt", "Another owl.")).get_json()["files"]
    assert [(one["status"], one["article_id"]) for one in again] == [("unchanged", "owl"), ("refused", None)]


def test_an_article_is_renamed(client: FlaskClient, tmp_path: Path) -> None:
    renamed = client.patch("/v1/articles/fox", json={"name": "red fox.txt"})
    assert (renamed.status_code, renamed.get_json()["id"], renamed.get_json()["source"]) == (
        200,
        "red fox",
        "red fox.txt",
    )
    assert client.get("/v1/articles/fox").status_code == 404
    assert names(tmp_path) == ["orchard.txt", "red fox.txt", "wing.txt"]
    taken = client.patch("/v1/articles/wing", json={"name": "orchard.txt"})
    assert (taken.status_code, taken.get_json()["detail"]) == (
        409,
        "'orchard.txt' is there already, with other content. Give another name, or remove that article first.",
    )


def test_a_removal_proves_what_is_left_in_the_index_and_in_conversations(client: FlaskClient) -> None:
    gone = client.delete("/v1/articles/orchard?prove=true")
    assert gone.status_code == 200
    proof = gone.get_json()
    assert (proof["article_id"], proof["left_in_index"], proof["left_in_conversations"]) == ("orchard", 0, 0)
    assert proof["parts"] > 3
    assert proof["words"] > 3
    conversation = client.post("/v1/conversations", json={}).headers["Location"]
    asked = client.post(f"{conversation}/ask", json={"question": "What did the red fox cross at night?"}).get_json()
    assert asked["answer"]["citations"][0]["article_id"] == "fox"
    proof = client.delete("/v1/articles/fox?prove=true").get_json()
    assert (proof["left_in_index"], proof["left_in_conversations"]) == (0, 3)


def test_an_article_is_removed_with_everything_of_it(client: FlaskClient, tmp_path: Path) -> None:
    removed = client.delete("/v1/articles/orchard")
    assert (removed.status_code, removed.data) == (204, b"")
    assert client.get("/v1/articles/orchard").status_code == 404
    assert client.delete("/v1/articles/orchard").status_code == 404
    assert names(tmp_path) == ["fox.txt", "wing.txt"]
    client.get("/v1/index")
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"crooked apple" not in path.read_bytes()


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({"host": "0.0.0.0"}, {}, 403),
        ({"url": "https://qa.example"}, {}, 403),
        ({"trusted_hosts": ("qa.example",)}, {}, 403),
        ({"uploads": False}, {}, 403),
        ({"token": TOKEN}, {}, 401),
        ({"host": "0.0.0.0", "token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, 200),
        ({"uploads": False, "token": TOKEN}, {"Authorization": f"Bearer {TOKEN}"}, 403),
    ],
)
def test_changes_are_off_unless_the_site_is_this_machines_alone_or_has_a_token(
    tmp_path: Path, settings: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    client = changeable_site(tmp_path, **settings).test_client()
    statuses = {
        send(client, ("owl.txt", OWL), headers=headers).status_code,
        client.patch("/v1/articles/fox", json={"name": "hare.txt"}, headers=headers).status_code,
        client.delete("/v1/articles/orchard", headers=headers).status_code - 4 * (status == 200),
    }
    assert statuses == {status}
    assert names(tmp_path) == (
        ["hare.txt", "owl.txt", "wing.txt"] if status == 200 else ["fox.txt", "orchard.txt", "wing.txt"]
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"articles": []}, "`articles` is empty."),
        ({"articles": [{"name": "a.txt"}]}, "`articles[0].text` is missing."),
        ({"articles": [{"name": "", "text": "x"}]}, "`articles[0].name` is empty."),
        ({"articles": [{"name": "a.txt", "text": "x"}] * 101}, "`articles` may have 100 entries at most."),
    ],
)
def test_a_body_that_breaks_a_limit_is_refused(client: FlaskClient, body: Any, said: str) -> None:
    sent = client.post("/v1/articles", json=body)
    assert sent.status_code == 400
    assert said in sent.get_json()["detail"]


def test_a_form_without_files_is_refused(client: FlaskClient) -> None:
    sent = client.post("/v1/articles", data={"text": "x"}, content_type="multipart/form-data")
    assert (sent.status_code, sent.get_json()["detail"]) == (
        400,
        "There is no file in the form. Send each as a part named file, with its file name.",
    )


# Werkzeug forgets to close the parts that came before the one that was too many.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_ten_thousand_files_are_refused(client: FlaskClient, tmp_path: Path) -> None:
    for count, status in ((101, 400), (10_000, 413)):
        parts = [
            f'--b\r\nContent-Disposition: form-data; name="file"; filename="{n}.txt"\r\n\r\nx\r\n' for n in range(count)
        ]
        body = "".join([*parts, "--b--\r\n"])
        sent = client.post("/v1/articles", data=body, content_type="multipart/form-data; boundary=b")
        assert sent.status_code == status
    gc.collect()
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_a_change_that_is_under_way_is_told_and_followed(client: FlaskClient, tmp_path: Path) -> None:
    assert client.get("/v1/index/progress").get_json() == {"stage": None, "done": 0, "total": 0}
    with staging(tmp_path / "articles"):
        sent = send(client, ("owl.txt", OWL))
    assert (sent.status_code, sent.headers["Retry-After"], sent.get_json()["detail"]) == (
        503,
        "1",
        "The articles are being changed just now. Try again in a moment.",
    )


def test_a_build_that_cannot_be_had_leaves_the_folder_as_it_was(
    client: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "PATIENCE_SECONDS", 0.0)
    with writer_lock(tmp_path / "index"):
        sent = send(client, ("owl.txt", OWL))
    assert sent.status_code == 503
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_a_large_file_is_taken_and_a_larger_body_is_refused_in_words(client: FlaskClient) -> None:
    large = (OWL * 3000).encode()
    assert send(client, ("owl.txt", large)).get_json()["files"][0]["status"] == "added"
    too_large = client.post(
        "/v1/articles", data=b"x" * (65 * 1024 * 1024 + 1), content_type="multipart/form-data; boundary=b"
    )
    assert (too_large.status_code, too_large.get_json()["detail"]) == (
        413,
        "The request body is larger than 65 MiB.",
    )

from __future__ import annotations

import html
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa.errors import IndexCorrupt
from qa.protocols import StoredParagraph
from qa.records import IndexInfo, Place, SkippedFile
from tests.building import build
from tests.fakes import FakeEncoder
from tests.web.fakes import FakeEngine, FakeSnapshot, FakeText, fake_articles, fake_site
from web.pages.articles import shared_text, short, verbatim

CASES = "How many criminal cases against deserters?"
BROWSER = {"Accept": "text/html"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return fake_site(tmp_path).test_client()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/").text)
    assert found is not None
    return found[1]


def test_a_form_is_answered_in_a_conversation_of_its_own(client: FlaskClient) -> None:
    sent = client.post("/", data={"question": CASES, "token": token(client)})
    assert sent.status_code == 303
    assert re.fullmatch(r"/c/[0-9a-f]{32}#turn-1", sent.location)
    page = html.unescape(client.get(sent.location).text)
    assert (
        "In the first half of 2023 prosecutors opened <strong>2,076</strong> criminal cases against deserters.</q>"
        in page
    )


@pytest.mark.parametrize("doubtful", [True, False])
def test_a_doubtful_answer_says_so_on_the_page(doubtful: bool, tmp_path: Path) -> None:
    client = fake_site(tmp_path, FakeEngine(doubtful=doubtful)).test_client()
    sent = client.post("/", data={"question": CASES, "token": token(client)})
    said = '<p class="perhaps">Perhaps an answer: the articles may not say this.</p>'
    assert (said in client.get(sent.location).text) is doubtful


def test_the_script_gets_the_turn_that_the_page_shows(client: FlaskClient) -> None:
    conversation = client.post("/v1/conversations", json={}).get_json()["id"]
    part = client.post("/turns", json={"question": CASES, "conversation": conversation}).get_json()
    assert (part["turn"], part["said"]) == (1, "Answered with 1 quotation.")
    assert part["answer"].startswith("“In the first half of 2023")
    form_token = re.compile(r'name="token" value="[^"]+"')
    assert part["html"].strip() in client.get(f"/c/{conversation}").text
    assert form_token.search(part["html"]) is not None


def test_a_turn_without_a_conversation_is_read_after_the_history_it_brings(tmp_path: Path) -> None:
    engine = FakeEngine(doubtful=True)
    client = fake_site(tmp_path, engine, keep=False).test_client()
    history = [{"question": CASES, "answer": "2,076"}]
    part = client.post("/turns", json={"question": "Most convicted?", "history": history}).get_json()
    assert (part["turn"], part["said"]) == (2, "Perhaps an answer: the articles may not say this. 2 quotations.")
    assert [one.answer for one in engine.requests[-1].history] == ["2,076"]
    response = client.post("/turns", json={"question": ""}, headers={"Accept": "application/json"})
    assert (response.status_code, response.mimetype) == (400, "application/problem+json")


def test_choosing_articles_keeps_what_was_typed(client: FlaskClient) -> None:
    fields = "question=Half+a+%3Cb%3E&since=2022-01-01&conversation="
    page = client.get(f"/articles?{fields}").text
    assert '<input type="hidden" name="question" value="Half a &lt;b&gt;">' in page
    assert '<input type="hidden" name="since" value="2022-01-01">' in page
    assert ">Half a &lt;b&gt;</textarea>" in client.get(f"/?{fields}&articles=deserters").text


def test_a_long_question_in_the_address_is_never_cut(client: FlaskClient) -> None:
    assert f">{'x' * 2001}</textarea>" in client.get(f"/?q={'x' * 2001}").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"question": "  "}, "The question is empty. Ask something in words."),
        ({"question": "x" * 2001}, "The question has 2,001 characters; the limit is 2,000."),
        ({"question": "Why?", "quotes": "11"}, "`quotes` has to be 10 or less."),
        ({"question": "Why?", "since": "yesterday"}, "`since` has to be a day of the calendar as YYYY-MM-DD."),
        ({"question": "Why?", "token": "old"}, "This page is out of date. Nothing was lost; please submit again."),
        ({"question": "Why?", "token": "ö"}, "This page is out of date. Nothing was lost; please submit again."),
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_keeps_the_question(
    client: FlaskClient, fields: dict[str, str], words: str
) -> None:
    response = client.post("/", data={"token": token(client), **fields}, headers=BROWSER)
    assert response.status_code == 400
    assert words in html.unescape(response.text)
    assert f">{fields['question'].strip() or fields['question']}</textarea>" in response.text


def test_errors_of_the_index_have_a_page_without_inner_words(tmp_path: Path) -> None:
    engine = FakeEngine(broken=IndexCorrupt("/srv/index is damaged"))
    client = fake_site(tmp_path, engine).test_client()
    response = client.post("/", data={"question": CASES, "token": token(client)}, headers=BROWSER)
    assert response.status_code == 503
    assert "Not just now" in response.text
    assert "/srv" not in response.text


def test_a_question_in_the_address_fills_the_box(client: FlaskClient) -> None:
    assert ">Why &lt;b&gt;?</textarea>" in client.get("/?q=Why <b>?").text


def test_articles_are_found_by_title_file_name_and_text(client: FlaskClient) -> None:
    assert "A poor harvest" in client.get("/articles?search=POOR farms").text
    assert "A poor harvest" in client.get("/articles?search=drought").text
    assert "No article has these words" in client.get("/articles?search=nothing").text


@pytest.mark.parametrize("path", ["/articles/nothing", "/c/nothing", "/articles/deserters?start=0&end=999"])
def test_what_is_not_there_has_its_page(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers=BROWSER)
    assert response.status_code == 404
    assert "Nothing here" in response.text


def test_a_page_without_kept_conversations_says_so(tmp_path: Path) -> None:
    client = fake_site(tmp_path, keep=False).test_client()
    assert client.get("/conversations", headers=BROWSER).status_code == 403
    assert "/conversations" not in client.get("/").text


class SnapshotWithCopies(FakeSnapshot):
    def paragraphs_of(self, article_id: str) -> list[StoredParagraph]:
        copies = (Place("farms/harvest", 3, 9), Place("deserters", 1, 2)), (Place("farms/harvest", 12, 20),)
        return [
            StoredParagraph(row, article_id, "", "", "", 0, 1, "body", "", (), places)
            for row, places in enumerate(copies)
        ]


def test_other_articles_with_the_same_text_are_counted_and_placed() -> None:
    snapshot: Any = SnapshotWithCopies(FakeText(fake_articles()), IndexInfo("g1", "fake", 2, 3))
    (shared,) = shared_text(snapshot, fake_articles()[0])
    assert (shared.article.id, shared.paragraphs, shared.place) == ("farms/harvest", 2, Place("farms/harvest", 3, 9))


def test_text_reaches_the_page_to_the_letter() -> None:
    assert verbatim("a<b>\r\n&") == "a&lt;b&gt;&#13;\n&amp;"
    assert short("x" * 200, 10) == "xxxxxxxxx…"
    assert short("short", 10) == "short"


def test_the_pane_lists_articles_with_the_chosen_ones_first(client: FlaskClient) -> None:
    page = client.get("/?articles=farms/harvest").text
    boxes = re.findall(r'<input type="checkbox" name="articles" value="([^"]+)" form="ask"[^>]*?( checked)?>', page)
    assert boxes == [("farms/harvest", " checked"), ("deserters", "")]
    assert '<a href="/articles/deserters">Read' in page


def test_the_search_of_the_pane_reads_the_text_and_keeps_what_is_chosen(client: FlaskClient) -> None:
    found = client.get("/sources?search=drought").text
    assert re.findall(r'name="articles" value="([^"]+)"', found) == ["farms/harvest"]
    kept = client.get("/sources?search=drought&articles=deserters").text
    assert re.findall(r'name="articles" value="([^"]+)"', kept) == ["deserters", "farms/harvest"]
    assert "No article has these words." in client.get("/sources?search=nothing").text


def test_the_pane_lists_the_conversations_of_this_browser(client: FlaskClient) -> None:
    sent = client.post("/", data={"question": CASES, "token": token(client)})
    page = client.get(sent.location).text
    assert f'<li><a href="{sent.location.partition("#")[0]}" dir="auto" aria-current="page">{CASES}</a></li>' in page


class EngineWithUnread(FakeEngine):
    @property
    def snapshot(self) -> Any:
        return replace(super().snapshot, skipped=(SkippedFile("scan.pdf", "it holds no text"),))


def test_the_pane_names_the_files_that_were_not_read_and_why(tmp_path: Path) -> None:
    page = fake_site(tmp_path, EngineWithUnread()).test_client().get("/").text
    assert "<summary>1 file not read</summary>" in page
    assert '<bdi>scan.pdf</bdi> <span class="quiet">it holds no text</span>' in page


def test_the_list_of_articles_says_what_changed_in_the_folder(tmp_path: Path) -> None:
    articles, index = tmp_path / "articles", tmp_path / "index"
    articles.mkdir()
    (articles / "owls.txt").write_text("Owls\n\nOwls hunt mice by night.\n")
    build(articles, index, FakeEncoder())
    client = fake_site(tmp_path, index=index).test_client()
    assert "was last read" not in client.get("/articles").text
    (articles / "mice.txt").write_text("Mice\n\nMice hide by night.\n")
    assert (
        "The folder has changed since it was last read: 1 file new, 0 changed, 0 removed."
        in client.get("/articles").text
    )
    shutil.rmtree(articles)
    assert "The folder of the articles is not there" in client.get("/articles").text

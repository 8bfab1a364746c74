"""Articles added, drafts checked and names found on the page: by keyboard, by dropping, without JavaScript."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.pages import OpenPage, Serve, Served
from tests.e2e.test_page_quality import NEXT_FRAMES, RULES, SIZES
from tests.uploads.sites import OWL, changeable_site, names
from web.serving.bodies import READ_BYTES

pytestmark = pytest.mark.browser

DRAFT = (
    "“The red fox crossed the frozen lake at night.” “He sold none of the fruit that year.” “Nobody will pay for it.”"
)
# Drops these files on the page, as a browser does.
DROP = """files => {
  const transfer = new DataTransfer();
  for (const [name, text] of files) transfer.items.add(new File([text], name));
  for (const type of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""
PASTE = """text => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([text], "pasted.txt"));
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(serving: Serve, tmp_path: Path) -> Served:
    """A site over a folder of three articles that may be changed."""
    return serving(changeable_site(tmp_path))


def test_a_file_is_added_with_the_keyboard_and_answers_at_once(
    desk: Served, open_page: OpenPage, tmp_path: Path
) -> None:
    (tmp_path / "owl.txt").write_text(OWL)
    (tmp_path / "run.sh").write_text("#!/bin/sh\n")
    page = open_page(desk.address)
    page.get_by_role("link", name="Tools").press("Enter")
    page.get_by_role("link", name="Add articles").press("Enter")
    page.get_by_label("Files").set_input_files([tmp_path / "owl.txt", tmp_path / "run.sh"])
    page.get_by_role("button", name="Add").press("Enter")
    expect(page.get_by_role("status")).to_have_text("2 files done.")
    expect(page.locator("#added li").nth(1)).to_contain_text("Not added. 'run.sh' cannot be the name of an article")
    page.get_by_role("link", name="Added", exact=True).press("Enter")
    expect(page.get_by_text("The barn owl nests above the mill.")).to_be_visible()
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "owl.txt", "wing.txt"]


def test_files_are_dropped_and_pasted(desk: Served, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(f"{desk.address}/add")
    page.evaluate(DROP, [["owl.txt", OWL], ["fox.txt", "Another fox."]])
    expect(page.get_by_role("status")).to_have_text("2 files done.")
    expect(page.locator("#added li").nth(1)).to_contain_text("'fox.txt' is there already, with other content.")
    page.evaluate(PASTE, "A pasted text about the old mill.")
    expect(page.get_by_role("status")).to_have_text("1 file done.")
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "owl.txt", "pasted.txt", "wing.txt"]


def test_files_are_dropped_on_any_page(desk: Served, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(desk.address)
    over = "new DragEvent('dragover', { dataTransfer: new DataTransfer(), bubbles: true })"
    page.evaluate(f"document.body.dispatchEvent({over})")
    assert "dropping" not in (page.locator("body").get_attribute("class") or "")
    page.evaluate(DROP, [["owl.txt", OWL], ["run.sh", "#!"]])
    panel = page.get_by_role("complementary", name="Files being added")
    expect(panel.get_by_role("status")).to_have_text("2 files done.")
    expect(panel.get_by_text("Not added. 'run.sh' cannot be the name of an article")).to_be_visible()
    expect(page.get_by_role("link", name="Read owl")).to_be_visible()
    page.get_by_role("button", name="Close the list of files").press("Enter")
    expect(panel).to_be_hidden()
    page.goto(f"{desk.address}/articles/fox")
    page.evaluate(DROP, [["heron.txt", "The grey heron waits at the weir."]])
    expect(page.get_by_role("link", name="Added", exact=True)).to_be_visible()
    assert names(tmp_path) == ["fox.txt", "heron.txt", "orchard.txt", "owl.txt", "wing.txt"]


def test_where_nothing_is_added_dropped_files_are_left_to_the_browser(
    serving: Serve, open_page: OpenPage, tmp_path: Path
) -> None:
    page = open_page(serving(changeable_site(tmp_path, uploads=False)).address)
    page.evaluate(DROP, [["owl.txt", OWL]])
    expect(page.get_by_role("complementary", name="Files being added")).to_have_count(0)
    expect(page.get_by_role("link", name="Add articles")).to_have_count(0)
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_a_dropped_heap_of_files_is_refused_in_words(desk: Served, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(f"{desk.address}/add")
    page.evaluate(DROP, [[f"{n}.txt", "x"] for n in range(5_000)])
    expect(page.get_by_role("status")).to_contain_text("More than 1,000 files are too many for a page.")
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_everything_works_without_javascript(desk: Served, open_page: OpenPage, tmp_path: Path) -> None:
    (tmp_path / "owl.txt").write_text(OWL)
    page = open_page(f"{desk.address}/add", java_script_enabled=False)
    page.get_by_label("Files").set_input_files([tmp_path / "owl.txt"])
    page.get_by_role("button", name="Add").click()
    page.get_by_role("link", name="Added", exact=True).click()
    page.get_by_role("link", name="Rename or remove").click()
    page.get_by_label("File name").fill("barn owl.txt")
    page.get_by_role("button", name="Rename").click()
    page.wait_for_url("**/articles/barn%20owl")
    page.get_by_role("link", name="Rename or remove").click()
    page.get_by_role("button", name="Remove this article").click()
    expect(page.get_by_text("It is removed, and nothing of it is left: ")).to_be_visible()
    page.get_by_role("link", name="See the articles").click()
    page.wait_for_url("**/articles")
    assert names(tmp_path) == ["fox.txt", "orchard.txt", "wing.txt"]


def test_a_large_body_is_read_from_those_who_may_upload_only(serving: Serve, tmp_path: Path) -> None:
    text = (OWL * 20_000).encode()
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="owl.txt"\r\n\r\n' + text + b"\r\n--b--\r\n"
    assert len(body) > READ_BYTES
    site = serving(changeable_site(tmp_path, token="t" * 22))
    before = names(tmp_path)

    def send(**headers: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", site.server.port, timeout=120)) as connection:
            kind = {"Content-Type": "multipart/form-data; boundary=b"}
            try:
                connection.request("POST", "/v1/articles", body, kind | headers)
                return connection.getresponse().status
            except ConnectionError:
                return 413  # still sending when the refusal and the end of the connection came

    assert send() == 413
    assert names(tmp_path) == before
    assert send(Authorization=f"Bearer {'t' * 22}") == 200


def added(page: Page) -> None:
    page.goto(f"{page.url}add")
    page.evaluate(DROP, [["owl.txt", OWL], ["run.sh", "#!"]])
    expect(page.get_by_role("status")).to_have_text("2 files done.")


def checked(page: Page) -> None:
    page.goto(f"{page.url}check")
    page.get_by_label("Text").fill(DRAFT)
    page.get_by_role("button", name="Check").press("Enter")
    expect(page.get_by_role("heading", name="3 checked: 1 in the articles, 1 different, 1 not there")).to_be_visible()


def mentioned(page: Page) -> None:
    page.goto(f"{page.url}mentions")
    page.get_by_label("Name").fill("fox")
    page.get_by_label("Name").press("Enter")
    expect(page.get_by_text("1 mention, the earliest first.")).to_be_visible()


def pasting(page: Page) -> None:
    page.goto(f"{page.url}add")
    page.get_by_text("Paste a text instead").press("Enter")


def tools(page: Page) -> None:
    page.goto(f"{page.url}tools")


def managed(page: Page) -> None:
    page.goto(f"{page.url}manage/fox")


def dropped(page: Page) -> None:
    page.evaluate(DROP, [["owl.txt", OWL], ["run.sh", "#!"]])
    expect(page.get_by_text("2 files done.")).to_be_visible()


def removed(page: Page) -> None:
    managed(page)
    page.get_by_role("button", name="Remove this article").press("Enter")
    expect(page.get_by_role("heading", name="Removed")).to_be_visible()


STATES = [tools, dropped, added, pasting, managed, removed, checked, mentioned]


@pytest.mark.parametrize("state", STATES, ids=lambda one: one.__name__)
def test_every_tool_is_accessible_and_fits_at_every_size_and_in_both_schemes(
    desk: Served, open_page: OpenPage, state: Callable[[Page], None]
) -> None:
    page = open_page(f"{desk.address}/")
    state(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(NEXT_FRAMES)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (scheme, width)
            found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
            assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == [], (scheme, width)

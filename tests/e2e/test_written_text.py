"""The written text on the page: it appears above the quotations, told from them, and only where it is allowed."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from qa.writing.checks.entailment import NoEntailment
from qa.writing.endpoint import EndpointWriter
from qa.writing.writer import Writer
from qa.writing.written import CheckedWriter
from tests.e2e.asking import CASES, CASES_QUOTE, PASTA, ask, shown_quotes
from tests.e2e.pages import OpenPage, Serve, Served
from tests.e2e.test_page_quality import NEXT_FRAMES, RULES, SIZES
from tests.fakes import FakeEncoder
from tests.web.fakes import fake_site
from tests.writing.fakes import FakeEndpoint, FakeRequest, FakeWriter, fake_endpoint
from web.site import Site

pytestmark = pytest.mark.browser

FIRST = "Prosecutors opened 2,076 criminal cases against deserters"
SECOND = "Most were convicted"


class HeldEndpoint:
    """A script of an endpoint that writes a sentence and waits before each further one."""

    def __init__(self) -> None:
        self.begins, self.goes_on = threading.Event(), threading.Event()

    def __call__(self, request: FakeRequest) -> None:
        request.begin()
        self.begins.wait(20)
        request.send_piece(f"{FIRST} [1]. The moon is made ")
        request.send_piece("of cheese [1]. Then ")
        self.goes_on.wait(20)
        request.send_piece(f"it ends. {FIRST} in the first half of 2023 [1].")
        request.send("data: [DONE]\n\n")

    def release(self) -> None:
        self.begins.set()
        self.goes_on.set()


@pytest.fixture
def script() -> Iterator[HeldEndpoint]:
    held = HeldEndpoint()
    yield held
    held.release()


@pytest.fixture
def endpoint(script: HeldEndpoint) -> Iterator[FakeEndpoint]:
    with fake_endpoint(script) as served:
        yield served
        script.release()


def writing_site(folder: Path, writer: Writer, *, keep: bool = True) -> Callable[[Serve], Served]:
    app = fake_site(folder, keep=keep)
    site: Site = app.extensions["qa"]
    site.writer = CheckedWriter(writer, FakeEncoder(4096), NoEntailment(), 2)
    return lambda serving: serving(app)


@pytest.fixture
def local(serving: Serve, tmp_path: Path, endpoint: FakeEndpoint) -> Served:
    """A site whose writer is on this machine."""
    return writing_site(tmp_path, EndpointWriter(endpoint.address, "small", "", 4096, 30))(serving)


class RemoteWriter(FakeWriter):
    host = "writer.example"


@pytest.fixture
def remote(serving: Serve, tmp_path: Path) -> Served:
    """A site whose writer is on another machine."""
    return writing_site(tmp_path, RemoteWriter(f"{FIRST} [1]."))(serving)


def test_the_quotations_are_there_before_the_text_which_comes_sentence_by_sentence(
    open_page: OpenPage, local: Served, script: HeldEndpoint
) -> None:
    page = open_page(local.address)
    turn = ask(page, CASES)
    assert shown_quotes(turn)[0] == CASES_QUOTE
    text = turn.get_by_role("region", name="Written text")
    expect(text).to_contain_text("small at 127.0.0.1")
    assert turn.locator(".sentence").count() == 0
    script.begins.set()
    expect(turn.locator(".sentence")).to_have_text([f"{FIRST}.\u00a01"])
    assert text.get_attribute("aria-busy") == "true"
    script.goes_on.set()
    expect(page.get_by_role("status")).to_have_text("A text of 2 sentences was written.")
    expect(text).to_contain_text("checked against the quotations. 2 sentences left out: not supported.")
    places = [one.bounding_box() for one in (text, turn.locator(".lead"))]
    assert places[0] is not None
    assert places[1] is not None
    assert places[0]["y"] < places[1]["y"]
    page.reload()
    expect(page.locator(".sentence")).to_have_count(2)
    assert page.get_by_role("button", name="Write a text").count() == 0


def test_a_summary_is_written_from_more_quotations(open_page: OpenPage, local: Served, script: HeldEndpoint) -> None:
    script.release()
    page = open_page(local.address)
    with page.expect_request("**/turns") as asked:
        ask(page, "Summarise the criminal cases against deserters")
    assert '"write":true' in str(asked.value.post_data)
    page.get_by_role("checkbox", name="Let small write a text, too").uncheck()
    with page.expect_request("**/turns") as asked:
        ask(page, "Summarise the criminal cases")
    assert "write" not in str(asked.value.post_data)


def test_a_marker_leads_to_its_quotation_by_keyboard(open_page: OpenPage, local: Served, script: HeldEndpoint) -> None:
    script.release()
    page = open_page(local.address)
    turn = ask(page, CASES)
    expect(turn.locator(".sentence")).to_have_count(2)
    cite = turn.get_by_role("link", name="Written from quotation 1").first
    cite.focus()
    page.keyboard.press("Enter")
    expect(turn.locator("#m-1-1")).to_be_focused()
    expect(turn.locator(".cited.pointed")).to_have_count(1)


def test_the_writing_can_be_stopped_and_begun_again_by_keyboard(
    open_page: OpenPage, local: Served, script: HeldEndpoint, endpoint: FakeEndpoint
) -> None:
    page = open_page(local.address)
    turn = ask(page, CASES)
    script.begins.set()
    expect(turn.locator(".sentence")).to_have_count(1)
    turn.get_by_role("button", name="Stop writing").focus()
    page.keyboard.press("Enter")
    expect(turn.get_by_text("Stopped. Each sentence was checked")).to_be_visible()
    assert turn.locator(".sentence").count() == 1
    script.goes_on.set()
    turn.get_by_role("button", name="Write a text").focus()
    page.keyboard.press("Enter")
    expect(turn.locator(".sentence")).to_have_count(2)
    assert len(endpoint.requests) == 2


def test_what_is_switched_off_stays_off(open_page: OpenPage, local: Served, endpoint: FakeEndpoint) -> None:
    page = open_page(local.address)
    switch = page.get_by_role("checkbox", name="Let small write a text, too")
    expect(switch).to_be_checked()
    switch.focus()
    page.keyboard.press("Space")
    page.reload()
    expect(page.get_by_role("checkbox", name="Let small write a text, too")).not_to_be_checked()
    turn = ask(page, CASES)
    expect(turn.get_by_role("button", name="Write a text")).to_be_visible()
    assert turn.locator(".written").count() == 0
    assert not endpoint.requests


def test_a_refusal_is_not_sent(open_page: OpenPage, local: Served, endpoint: FakeEndpoint) -> None:
    turn = ask(open_page(local.address), PASTA)
    expect(turn.locator(".refusal")).to_be_visible()
    assert turn.locator(".written").count() == 0
    assert not endpoint.requests


def test_another_machine_is_asked_about_once(open_page: OpenPage, remote: Served) -> None:
    page = open_page(remote.address)
    switch = page.get_by_role("checkbox", name="Let fake at writer.example write a text, too")
    expect(switch).not_to_be_checked()
    switch.focus()
    page.keyboard.press("Space")
    dialog = page.get_by_role("dialog", name="Send quotations to writer.example?")
    expect(dialog.get_by_role("button", name="Keep it here")).to_be_focused()
    page.keyboard.press("Escape")
    expect(switch).not_to_be_checked()
    assert ask(page, CASES).locator(".written").count() == 0
    switch.check()
    dialog.get_by_role("button", name="Send and write").press("Enter")
    expect(switch).to_be_checked()
    written = ask(page, "Most were convicted deserters?").locator(".written")
    expect(written).to_contain_text(re.compile("checked against|supported by"))
    page.reload()
    expect(switch).to_be_checked()
    page.get_by_role("button", name="Write a text").click()
    expect(page.locator(".sentence")).to_have_text([f"{FIRST}.\u00a01"])
    assert not dialog.is_visible()


def test_a_conversation_that_is_not_kept_is_written_from_too(
    open_page: OpenPage, serving: Serve, tmp_path: Path
) -> None:
    site = writing_site(tmp_path, LocalWriter(f"{FIRST} [1]."), keep=False)(serving)
    turn = ask(open_page(site.address), CASES)
    expect(turn.locator(".sentence")).to_have_text([f"{FIRST}.\u00a01"])


class LocalWriter(FakeWriter):
    host = "127.0.0.1:9"


def test_a_failure_says_so_and_leaves_the_quotations(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    site = writing_site(tmp_path, LocalWriter(fails=True))(serving)
    turn = ask(open_page(site.address), CASES)
    expect(turn.locator(".written")).to_contain_text("broke off")
    expect(turn.get_by_role("button", name="Write a text")).to_be_visible()
    assert shown_quotes(turn)[0] == CASES_QUOTE


def test_the_stopped_server_is_told_in_words(open_page: OpenPage, local: Served, script: HeldEndpoint) -> None:
    page = open_page(local.address)
    page.route("**/write", lambda route: route.abort())
    turn = ask(page, CASES)
    expect(turn.locator(".written .failed")).to_contain_text("The server does not answer.")


class SlowWriter(LocalWriter):
    """Writes one sentence and then nothing until the page is closed."""

    def write(self, task: object) -> Generator[str, None, None]:
        yield f"{FIRST} [1]. Most "
        threading.Event().wait(3)


STATES: list[tuple[type[FakeWriter], Callable[[Page], object]]] = [
    (LocalWriter, lambda page: expect(page.locator(".written .sentence")).to_have_count(1)),
    (SlowWriter, lambda page: expect(page.locator(".written[aria-busy] .sentence")).to_have_count(1)),
    (RemoteWriter, lambda page: page.get_by_role("button", name="Write a text").click()),
]


@pytest.mark.parametrize(("writer", "state"), STATES, ids=["written", "being written", "asked about"])
def test_every_state_is_accessible_and_fits_at_every_size_and_in_both_schemes(
    open_page: OpenPage,
    serving: Serve,
    tmp_path: Path,
    writer: type[FakeWriter],
    state: Callable[[Page], object],
) -> None:
    page = open_page(writing_site(tmp_path, writer(f"{FIRST} [1]. It was late [1]."))(serving).address)
    ask(page, CASES)
    state(page)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(NEXT_FRAMES)
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert sideways == 0, f"{scheme} {width}"
            found = Axe().run(page, options={"runOnly": RULES})
            report = found.generate_report() if found.violations_count else ""
            assert report == "", f"{scheme} {width}"

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

from tests.e2e.asking import CASES, CASES_QUOTE, HOTLINE, PASTA, ask
from tests.e2e.pages import OpenPage, Serve, Served
from tests.web.fakes import FakeEngine, article, fake_site

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = [(1280, 800), (360, 640), (320, 640)]
BOTH = "Which hotline helps soldiers, what criminal cases against deserters?"


def first_visit(page: Page, engine: FakeEngine) -> None:
    expect(page.get_by_role("heading", name="What do you want to know?")).to_be_visible()


def answered(page: Page, engine: FakeEngine) -> None:
    engine.disagreement = False
    turn = ask(page, CASES)
    turn.locator(".passages summary").click()
    turn.get_by_text("Edit the question").click()
    turn.locator(".marker").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()


def followed_up(page: Page, engine: FakeEngine) -> None:
    ask(page, CASES)
    ask(page, "Most convicted?").locator(".understood summary").click()
    page.get_by_text("Conversation", exact=True).click()


def several(page: Page, engine: FakeEngine) -> None:
    turn = ask(page, "Which hotline helps soldiers, criminal cases, harvest fell percent?")
    turn.locator(".further summary").click()
    turn.get_by_role("button", name="High confidence").focus()


def kept(page: Page, engine: FakeEngine) -> None:
    ask(page, BOTH).get_by_role("button", name="Keep quotation 1").click()
    page.set_viewport_size({"width": 360, "height": 640})
    page.get_by_role("button", name="Sources", exact=True).click()
    expect(page.locator("#kept q")).to_be_visible()


def judging(page: Page, engine: FakeEngine) -> None:
    turn = ask(page, CASES)
    turn.get_by_text("Right or wrong?").click()
    turn.get_by_label("No, something else should have been quoted").check()
    expect(turn.get_by_label("Or its text")).to_be_visible()


def doubtful(page: Page, engine: FakeEngine) -> None:
    engine.doubtful = True
    ask(page, CASES)


def disagreeing(page: Page, engine: FakeEngine) -> None:
    engine.disagreement = True
    ask(page, BOTH)


def refused(page: Page, engine: FakeEngine) -> None:
    ask(page, PASTA).get_by_text("Nearest passages (no answer)").click()


def waiting(page: Page, engine: FakeEngine) -> None:
    engine.released.clear()
    page.get_by_label("Your question").fill(CASES)
    page.get_by_label("Your question").press("Enter")
    expect(page.get_by_text("Reading the articles")).to_be_visible()
    page.wait_for_timeout(500)


def failed(page: Page, engine: FakeEngine) -> None:
    engine.broken = RuntimeError("broken")
    ask(page, CASES)


def shortcuts(page: Page, engine: FakeEngine) -> None:
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def scoped(page: Page, engine: FakeEngine) -> None:
    page.goto(f"{page.url}?articles=deserters&since=2023-01-01")
    expect(page.get_by_label("Soldiers refuse to fight")).to_be_checked()


def drawer(page: Page, engine: FakeEngine) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.get_by_role("button", name="Sources", exact=True).click()


def about(page: Page, engine: FakeEngine) -> None:
    page.goto(f"{page.url}about")


def marked(page: Page, engine: FakeEngine) -> None:
    ask(page, BOTH).locator(".marker").first.click()
    page.wait_for_url("**/articles/**")


def edited(page: Page, engine: FakeEngine) -> None:
    marked(page, engine)
    engine.articles = [article(one.id, one.text.replace("2,076", "9")) for one in engine.articles]
    page.goto(page.url.replace("start=", "start=1"))


def article_list(page: Page, engine: FakeEngine) -> None:
    page.goto(f"{page.url}articles")


def conversation_list(page: Page, engine: FakeEngine) -> None:
    ask(page, CASES)
    page.goto(page.url.partition("/c/")[0] + "/conversations")


def not_found(page: Page, engine: FakeEngine) -> None:
    page.goto(f"{page.url}nothing")


STATES: list[Callable[[Page, FakeEngine], None]] = [
    first_visit,
    answered,
    followed_up,
    several,
    kept,
    judging,
    doubtful,
    disagreeing,
    refused,
    waiting,
    failed,
    shortcuts,
    scoped,
    drawer,
    about,
    marked,
    edited,
    article_list,
    conversation_list,
    not_found,
]


# A new size is laid out with the frame after it.
NEXT_FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_state_is_accessible_and_fits_at_every_size_and_in_both_schemes(
    open_page: OpenPage, site: Served, engine: FakeEngine, state: Callable[[Page, FakeEngine], None]
) -> None:
    page = open_page(site.address)
    state(page, engine)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(NEXT_FRAMES)
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert sideways == 0, f"{scheme} {width}"
            if width != 360:
                found = Axe().run(page, options={"runOnly": RULES})
                report = found.generate_report() if found.violations_count else ""
                assert report == "", f"{scheme} {width}"


def test_targets_are_24_pixels_or_more(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, 320, 640)
    ask(page, CASES)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, summary, input, textarea, nav a, a.marker, .source a.title')]
             .filter(one => one.checkVisibility() && one.type !== 'hidden')
             .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
             .filter(([, box]) => box.height && (box.height < 24 || box.width < 24)).map(([html]) => html)"""
    )
    assert small == []


def test_the_page_keeps_its_budget(open_page: OpenPage, site: Served) -> None:
    page = open_page("about:blank")
    sizes: dict[str, int] = {}

    def note(request: Request) -> None:
        sent = request.sizes()
        sizes[request.url] = sent["responseBodySize"] + sent["responseHeadersSize"]

    page.on("requestfinished", note)
    page.add_init_script(
        """window.shift = 0; window.paint = 0;
           const moved = (one) => { if (!one.hadRecentInput) shift += one.value; };
           new PerformanceObserver((list) => list.getEntries().forEach(moved))
             .observe({ type: 'layout-shift', buffered: true });
           new PerformanceObserver((list) => list.getEntries().forEach((one) => { paint = one.startTime; }))
             .observe({ type: 'largest-contentful-paint', buffered: true });"""
    )
    page.goto(site.address)
    page.wait_for_load_state("networkidle")
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    figures = {
        "all": sum(sizes.values()),
        "scripts": scripts,
        "shift": page.evaluate("shift"),
        "paint": page.evaluate("paint"),
    }
    print(figures)
    assert figures["all"] <= 120 * 1024
    assert figures["scripts"] <= 60 * 1024
    assert figures["shift"] <= 0.02
    ask(page, CASES)
    assert page.evaluate("shift") <= 0.02


def test_an_answer_is_painted_soon_after_its_response(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    page.evaluate(
        """() => { const fetched = window.fetch; window.fetch = async (...all) => {
             const response = await fetched(...all);
             if (all[1]?.method === "POST") window.came ??= performance.now();
             return response; };
           new MutationObserver(() => { if (document.querySelector('#log .cited') && !window.painted)
             requestAnimationFrame(() => setTimeout(() => { window.painted = performance.now(); })); })
             .observe(document.getElementById('log'), { childList: true, subtree: true }); }"""
    )
    ask(page, CASES)
    page.wait_for_function("window.painted")
    print(page.evaluate("painted - came"))
    assert page.evaluate("painted > came")


def test_everything_works_without_javascript(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, java_script_enabled=False)
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_hidden()
    page.get_by_label("Your question").fill(CASES)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".quotation q")).to_have_text(CASES_QUOTE)
    page.get_by_label("Your question").fill("Most convicted?")
    page.get_by_role("button", name="Ask", exact=True).click()
    turn = page.locator("#turn-2")
    expect(turn.locator(".understood summary")).to_contain_text("Most convicted?")
    turn.locator(".understood summary").click()
    turn.get_by_label("Understand it as").fill("hotline helps soldiers")
    turn.get_by_role("button", name="Ask again").click()
    expect(page.locator("#turn-2 .quotation q")).to_contain_text("A hotline called")
    page.locator("#turn-1 .marker").click()
    expect(page.locator("mark")).to_have_text(CASES_QUOTE)
    page.get_by_role("link", name="Back to the answer").click()
    page.get_by_text("Conversation", exact=True).click()
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.get_by_text("Nothing has been asked yet.")).to_be_visible()


def test_without_javascript_and_keeping_the_answer_comes_at_once(
    open_page: OpenPage, serving: Serve, tmp_path: Path, engine: FakeEngine
) -> None:
    page = open_page(serving(fake_site(tmp_path, engine, keep=False)).address, java_script_enabled=False)
    for question in (CASES, "Most convicted?"):
        page.get_by_label("Your question").fill(question)
        page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".quotation q").first).to_have_text(CASES_QUOTE)
    assert [one.question for one in engine.requests[-1].history] == [CASES]


def test_a_form_that_cannot_be_taken_keeps_what_was_typed(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, java_script_enabled=False)
    page.get_by_label("Your question").fill("a" * 3000)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("The question has 3,000 characters; the limit is 2,000.")
    assert page.get_by_label("Your question").input_value() == "a" * 3000


def test_blocked_storage_changes_nothing(open_page: OpenPage, site: Served) -> None:
    page = open_page("about:blank")
    page.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage'])
             Object.defineProperty(window, name, { get() { throw new DOMException('blocked', 'SecurityError'); } });"""
    )
    page.goto(site.address)
    page.get_by_role("button", name="Colours").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(ask(page, CASES).locator(".quotation q")).to_have_text(CASES_QUOTE)


def test_colours_are_chosen_and_remembered(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, color_scheme="light")
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    switch = page.get_by_role("button", name="Colours")
    switch.click()
    switch.click()
    expect(page.get_by_role("button", name="Colours: dark")).to_be_visible()
    dark = page.evaluate(paper)
    assert dark != light
    page.goto(f"{site.address}/articles")
    assert page.evaluate(paper) == dark


def test_single_keys_are_shortcuts_until_they_are_switched_off(open_page: OpenPage, site: Served) -> None:
    page = open_page(f"{site.address}/articles/deserters")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("a")
    page.wait_for_url("**/articles")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.get_by_label("Single keys work as shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.locator("body").click(position={"x": 5, "y": 300})
    page.keyboard.press("n")
    page.wait_for_timeout(200)
    assert page.url.endswith("/articles")


def test_print_shows_questions_quotations_and_sources_only(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    page.emulate_media(media="print")
    expect(page.locator(".quotation q")).to_be_visible()
    expect(page.locator(".source")).to_be_visible()
    expect(page.get_by_text(page.url, exact=True)).to_be_visible()
    expect(page.locator(".asked time")).to_be_visible()
    for hidden in (".top", ".composer", ".below button"):
        expect(page.locator(hidden).first).to_be_hidden()


def test_forced_colours_keep_edges_and_reduced_motion_stands_still(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address, forced_colors="active", reduced_motion="reduce")
    ask(page, CASES)
    style = "selector => getComputedStyle(document.querySelector(selector)).borderTopStyle"
    assert [page.evaluate(style, one) for one in (".field", ".lead", ".marker")] == ["solid"] * 3
    engine.released.clear()
    page.get_by_label("Your question").fill(HOTLINE)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(".waiting").last).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_whole_way_is_possible_by_keyboard(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    page.keyboard.type(CASES)
    page.keyboard.press("Enter")
    expect(page.locator(".quotation q")).to_have_text(CASES_QUOTE)
    for _ in range(30):
        if page.evaluate("document.activeElement.matches('.marker')"):
            break
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    expect(page.locator("mark")).to_be_in_viewport()

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.asking import CASES, CASES_QUOTE, HOTLINE, PASTA, ask, shown_quotes
from tests.e2e.pages import OpenPage, Serve, Served
from tests.web.fakes import FakeEngine, article, fake_articles, fake_site

pytestmark = pytest.mark.browser


MEETING = "A meeting\n\nAnna Berg said that prices fell sharply.\n\nJohn Smith told farmers what happened.\n"


def test_the_first_visit_names_the_articles_and_its_suggestions_are_answered(
    open_page: OpenPage, serving: Serve, tmp_path: Path
) -> None:
    engine = FakeEngine(articles=[*fake_articles()[:1], article("meeting", MEETING)])
    address = serving(fake_site(tmp_path, engine)).address
    page = open_page(address)
    expect(page.get_by_role("heading", name="What do you want to know?")).to_be_visible()
    expect(page.get_by_text("exact quotations from 2 articles")).to_be_visible()
    assert page.locator(".titles li").all_text_contents() == ["Soldiers refuse to fight", "A meeting"]
    suggested = page.locator(".suggestions button").all_text_contents()
    assert suggested == ["What did Anna Berg say?", "What did John Smith say?"]
    for at in range(2):
        fresh = open_page(address)
        fresh.locator(".suggestions button").nth(at).click()
        expect(fresh.locator(".quotation")).not_to_have_count(0)
        expect(fresh.locator(".welcome, .examples")).to_have_count(0)


def test_an_empty_corpus_says_what_to_do(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    page = open_page(serving(fake_site(tmp_path, FakeEngine(articles=[]))).address)
    expect(page.get_by_role("heading", name="There are no articles yet")).to_be_visible()
    expect(page.get_by_text(f"They are stored in {tmp_path / 'articles'}")).to_be_visible()
    expect(page.get_by_role("link", name="Add articles")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_disabled()
    page.goto(f"{page.url}articles")
    expect(page.get_by_text("There are no articles yet.")).to_be_visible()


def test_an_answer_is_quotations_with_markers_sources_and_confidence_in_words(
    open_page: OpenPage, site: Served
) -> None:
    turn = ask(open_page(site.address), CASES)
    assert shown_quotes(turn) == [CASES_QUOTE]
    expect(turn.locator(".marker")).to_have_text("1")
    expect(turn.locator(".source .title")).to_have_text("Soldiers refuse to fight")
    expect(turn.locator(".source .by")).to_have_text("2023-08-14")
    expect(turn.locator(".source .place")).to_have_text("deserters.txt, paragraph 2")
    badge = turn.get_by_role("button", name="High confidence")
    expect(badge).to_have_accessible_description(re.compile("the estimate is 90%"))
    expect(turn.get_by_role("tooltip")).to_be_hidden()
    badge.focus()
    expect(turn.get_by_role("tooltip")).to_be_visible()


def test_the_first_quotation_leads_and_further_ones_are_folded_by_article(open_page: OpenPage, site: Served) -> None:
    turn = ask(open_page(site.address), "Which hotline helps soldiers, criminal cases, harvest fell percent?")
    assert turn.locator(".marker").all_text_contents() == ["1", "2", "3"]
    expect(turn.locator(".lead .cited")).to_have_count(1)
    expect(turn.locator(".further .cited").first).to_be_hidden()
    turn.get_by_text("2 more places").click()
    assert turn.locator(".further .quotations .title").all_text_contents() == [
        "A poor harvest",
        "Soldiers refuse to fight",
    ]
    expect(turn.locator(".further .cited").first).to_be_visible()


def test_a_doubtful_answer_is_called_one_and_shows_the_nearest_passages(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    engine.doubtful = True
    page = open_page(site.address)
    turn = ask(page, CASES)
    expect(turn.locator("p.perhaps")).to_have_text("Perhaps an answer: the articles may not say this.")
    expect(turn.get_by_role("button", name="Low confidence")).to_be_visible()
    expect(turn.locator(".passage").first).to_be_visible()
    assert "Answered" not in page.locator("#status").inner_text()


def test_a_refusal_looks_like_one_and_folds_the_nearest_passages(open_page: OpenPage, site: Served) -> None:
    turn = ask(open_page(site.address), PASTA)
    expect(turn.locator(".refusal .words")).to_have_text("The articles do not answer this.")
    expect(turn.locator(".cited, .confidence")).to_have_count(0)
    summary = turn.get_by_text("Nearest passages (no answer)")
    expect(turn.locator(".passage").first).to_be_hidden()
    summary.click()
    expect(turn.locator(".passage")).to_have_count(7)


def test_a_disagreement_is_two_sides(open_page: OpenPage, site: Served, engine: FakeEngine) -> None:
    engine.disagreement = True
    turn = ask(open_page(site.address), "Which soldiers helps hotline, what cases were opened against deserters?")
    expect(turn.get_by_text("The articles disagree.")).to_be_visible()
    # Both at once: the turn may still move while it comes into view.
    places = "sides => sides.map(side => side.getBoundingClientRect()).map(place => [place.x, place.y])"
    left, right = turn.locator(".sides > .quotations").evaluate_all(places)
    assert left[1] == right[1]
    assert left[0] < right[0]


def test_a_follow_up_shows_what_was_searched_for_and_it_can_be_edited(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    turn = ask(page, "Most convicted?")
    expect(turn.locator(".understood summary")).to_have_text(
        f"Understood as {CASES} Most convicted?", use_inner_text=True
    )
    turn.locator(".understood summary").click()
    turn.get_by_label("Understand it as").fill("hotline helps soldiers")
    turn.get_by_label("Understand it as").press("Enter")
    turn = page.locator("#turn-2")
    expect(turn.locator(".quotation q").first).to_have_text(
        "A hotline called Go by the Forest helps soldiers who refuse to fight."
    )
    expect(turn.locator(".question")).to_have_text("Most convicted?")
    assert engine.requests[-1].searched_for == "hotline helps soldiers"
    expect(page.locator("#log .turn")).to_have_count(2)


def test_a_question_is_edited_and_asked_again_in_its_place(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    first = ask(page, PASTA)
    ask(page, HOTLINE)
    first.get_by_text("Edit the question").click()
    expect(first.get_by_label("Question")).to_be_focused()
    expect(first.get_by_label("Question")).to_be_in_viewport(ratio=1)
    first.get_by_label("Question").fill(CASES)
    first.get_by_label("Question").press("Enter")
    expect(page.locator("#turn-1 .quotation q")).to_have_text(CASES_QUOTE)
    assert page.evaluate("document.activeElement.id") == "question-1"
    page.reload()
    assert page.locator("#log .question").all_text_contents() == [CASES, HOTLINE]


def test_more_quotations_come_on_request_with_markers_in_order(
    open_page: OpenPage, serving: Serve, tmp_path: Path
) -> None:
    many = "\n\n".join(f"Criminal cases against deserters, number {n}." for n in range(12))
    engine = FakeEngine(articles=[article("many", f"Title\n\n{many}\n")])
    page = open_page(serving(fake_site(tmp_path, engine)).address)
    turn = ask(page, CASES)
    assert turn.locator(".marker").all_text_contents() == ["1", "2", "3"]
    turn.get_by_role("button", name="More quotations").click()
    turn = page.locator("#turn-1")
    expect(turn.locator(".cited")).to_have_count(10)
    assert turn.locator(".marker").all_text_contents() == [str(n) for n in range(1, 11)]
    expect(turn.locator(".further .cited").first).to_be_visible()
    expect(turn.locator(".understood")).to_have_count(0)
    expect(turn.get_by_role("button", name="More quotations")).to_be_hidden()
    page.reload()
    assert page.locator(".marker").all_text_contents() == [str(n) for n in range(1, 11)]


def test_enter_sends_shift_enter_makes_a_line_and_composing_sends_nothing(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    box = page.get_by_label("Your question")
    box.fill("one")
    box.press("Shift+Enter")
    box.type("two")
    assert box.input_value() == "one\ntwo"
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    assert page.locator("#log .turn").count() == 0
    assert engine.requests == []
    box.press("Enter")
    expect(page.locator("#log .turn")).to_have_count(1)


def test_a_reload_a_second_tab_and_a_restart_lose_nothing(
    open_page: OpenPage, site: Served, serving: Serve, tmp_path: Path, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    assert re.fullmatch(r".*/c/[0-9a-f]{32}", page.url)
    first = page.locator("#log").inner_text()
    page.reload()
    assert page.locator("#log").inner_text() == first
    assert open_page(page.url).locator("#log").inner_text() == first
    site.stop()
    serving(fake_site(tmp_path, engine), port=site.server.port)
    ask(page, HOTLINE)
    page.reload()
    expect(page.locator("#log .turn")).to_have_count(2)


def test_two_tabs_at_once_are_said(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    other = open_page(page.url)
    ask(other, HOTLINE)
    ask(page, PASTA)
    expect(page.get_by_role("alert")).to_have_text(
        "This conversation was continued in another tab. Reload the page to see all of it."
    )
    page.reload()
    assert page.locator("#log .question").all_text_contents() == [CASES, HOTLINE, PASTA]


def test_one_question_at_a_time_and_the_waiting_one_can_be_stopped(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    engine.released.clear()
    box = page.get_by_label("Your question")
    box.fill(CASES)
    box.press("Enter")
    expect(page.get_by_text("Reading the articles")).to_be_visible()
    box.fill(HOTLINE)
    box.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("One question at a time: wait for the answer, or stop it.")
    assert box.input_value() == HOTLINE
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".failure .words")).to_have_text("Stopped before there was an answer.")
    engine.released.set()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".quotation q")).to_have_text(CASES_QUOTE)
    expect(page.locator(".failure")).to_have_count(0)


def test_a_server_that_is_gone_keeps_the_question(
    open_page: OpenPage, site: Served, serving: Serve, tmp_path: Path, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    ask(page, HOTLINE)
    site.stop()
    turn = ask(page, CASES)
    expect(turn.locator(".failure .words")).to_have_text(
        "The server does not answer. Your question is kept here: try again when the server is back."
    )
    serving(fake_site(tmp_path, engine), port=site.server.port)
    turn.get_by_role("button", name="Try again").click()
    expect(page.locator("#turn-2 .quotation q")).to_have_text(CASES_QUOTE)


def test_a_server_cut_off_in_the_middle_keeps_the_old_answer(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    turn = ask(page, CASES)
    engine.broken = RuntimeError("broken")
    turn.get_by_text("Edit the question").click()
    turn.get_by_label("Question").fill(HOTLINE)
    turn.get_by_label("Question").press("Enter")
    expect(page.locator(".failure .words")).to_contain_text("Something went wrong on the server. Request ")
    expect(page.locator("#turn-1 .quotation q").first).to_have_text(CASES_QUOTE)


def test_a_conversation_deleted_meanwhile_starts_anew(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    old = page.url
    page.request.delete(f"{site.address}/v1/conversations/{old.rpartition('/')[2]}")
    turn = ask(page, HOTLINE)
    expect(turn.locator(".failure .words")).to_have_text(
        "This conversation has been deleted. Asking again starts a new one."
    )
    turn.get_by_role("button", name="Try again").click()
    expect(page.locator(".quotation q").last).to_contain_text("hotline")
    assert page.url != old


def test_a_question_that_cannot_be_taken_stays_in_the_box(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    box = page.get_by_label("Your question")
    for question, words in [
        ("   ", "The question is empty. Ask something in words."),
        ("a" * 3000, "The question has 3,000 characters; the limit is 2,000."),
    ]:
        box.evaluate("(box, question) => { box.value = question; }", question)
        box.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(words)
        assert box.input_value() == question
    assert engine.requests == []


def test_a_conversation_that_is_not_there_has_its_page(open_page: OpenPage, site: Served) -> None:
    page = open_page(f"{site.address}/c/{'0' * 32}")
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()
    expect(page.get_by_text("It may have been deleted.")).to_be_visible()


def test_a_conversation_is_renamed_found_and_deleted(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    page.get_by_text("Conversation", exact=True).click()
    page.get_by_label("Title").fill("My deserters")
    page.get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="My deserters")).to_be_visible()
    page.goto(f"{site.address}/conversations?search=DESERTERS")
    page.get_by_role("link", name="My deserters").click()
    expect(page.locator("#log .turn")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_text("Conversation", exact=True).click()
    page.get_by_role("button", name="Delete this conversation").click()
    expect(page.get_by_text("Nothing has been asked yet.")).to_be_visible()


def test_a_conversation_is_exported(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    page.get_by_text("Conversation", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as Markdown").click()
    text = Path(download.value.path()).read_text()
    assert f"> “{CASES_QUOTE}” [^1]" in text
    assert "[^1]: [Soldiers refuse to fight](http://127.0.0.1:" in text
    assert "), 2023-08-14 (deserters.txt, paragraph 2, characters 40–124" in text


def test_an_answer_is_copied_with_its_sources_as_text_and_html(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, permissions=["clipboard-read", "clipboard-write"])
    turn = ask(page, CASES)
    turn.get_by_role("button", name="Copy with sources").click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    read = """async (type) => (await (await navigator.clipboard.read())[0].getType(type)).text()"""
    assert page.evaluate(read, "text/plain") == (
        f"{CASES}\n\n“{CASES_QUOTE}”\n— Soldiers refuse to fight, 2023-08-14 (deserters.txt, paragraph 2)"
    )
    assert f"<blockquote>“{CASES_QUOTE}”</blockquote>" in page.evaluate(read, "text/html")
    turn.get_by_role("button", name="Copy quotation 1").click()
    expect(turn.locator(".copy-one")).to_have_text("Copied")
    assert page.evaluate(read, "text/plain") == (
        f"“{CASES_QUOTE}”\n— Soldiers refuse to fight, 2023-08-14 (deserters.txt, paragraph 2)"
    )
    turn.get_by_role("button", name="Copy link").click()
    expect(turn.locator(".copy-link")).to_have_text("Copied")
    assert page.evaluate(read, "text/plain") == f"{page.url}#turn-1"


def test_a_question_can_be_asked_of_chosen_articles_and_days(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    page.get_by_label("Your question").fill("Half a question")
    page.get_by_text("Only some articles or dates").click()
    page.get_by_label("From").fill("2022-01-01")
    page.get_by_role("button", name="Choose articles").click()
    page.get_by_label("Choose A poor harvest").check()
    page.get_by_role("button", name="Ask in the chosen").click()
    expect(page.get_by_label("A poor harvest")).to_be_checked()
    expect(page.get_by_label("Your question")).to_have_value("Half a question")
    expect(page.get_by_label("From")).to_have_value("2022-01-01")
    assert "token" not in page.url
    turn = ask(page, CASES)
    assert (engine.requests[-1].articles, engine.requests[-1].since) == (("farms/harvest",), "2022-01-01")
    expect(turn.get_by_text("Only in 1 article, from 2022-01-01")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Only in 1 article, from 2022-01-01")).to_be_visible()


def test_ticked_articles_of_the_pane_are_asked_and_nothing_typed_is_lost(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    box = page.get_by_label("Your question")
    box.fill("criminal cases against deserters")
    page.get_by_label("Search in the articles").fill("drought")
    expect(page.locator(".source-list li")).to_have_count(1)
    page.get_by_label("A poor harvest").check()
    expect(page.get_by_text("Only in 1 article")).to_be_visible()
    expect(box).to_have_value("criminal cases against deserters")
    page.get_by_label("Search in the articles").fill("")
    expect(page.locator(".source-list li")).to_have_count(2)
    expect(page.get_by_label("A poor harvest")).to_be_checked()
    box.press("Enter")
    expect(page.locator("#turn-1")).to_be_visible()
    assert engine.requests[-1].articles == ("farms/harvest",)


def test_the_sources_are_a_drawer_where_there_is_no_room(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, 360, 640)
    sources = page.get_by_role("complementary", name="Sources")
    expect(sources).to_be_hidden()
    page.get_by_role("button", name="Sources", exact=True).click()
    page.get_by_label("Soldiers refuse to fight").check()
    page.keyboard.press("Escape")
    expect(sources).to_be_hidden()
    expect(page.get_by_text("Only in 1 article")).to_be_visible()


def test_passages_are_shown_in_order_with_the_words_marked(open_page: OpenPage, site: Served) -> None:
    turn = ask(open_page(site.address), CASES)
    turn.get_by_text("7 passages behind this").click()
    assert turn.locator(".passage p").first.text_content() == CASES_QUOTE
    assert turn.locator(".passage").first.locator("mark").all_text_contents() == [
        "criminal",
        "cases",
        "against",
        "deserters",
    ]


def test_where_nothing_is_kept_the_page_remembers(
    open_page: OpenPage, serving: Serve, tmp_path: Path, engine: FakeEngine
) -> None:
    page = open_page(serving(fake_site(tmp_path, engine, keep=False)).address)
    ask(page, CASES)
    ask(page, "Most convicted?")
    assert [one.question for one in engine.requests[-1].history] == [CASES]
    assert page.url.endswith("/")
    expect(page.get_by_role("link", name="Conversations")).to_have_count(0)
    with page.expect_popup() as reader:
        page.locator(".marker").first.click()
    expect(reader.value.locator("mark")).to_have_text(CASES_QUOTE)
    expect(page.locator("#log .turn")).to_have_count(2)


def test_a_finished_answer_is_announced_once(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    page.evaluate(
        """() => { window.said = []; new MutationObserver(() => {
             const words = document.getElementById("status").textContent; if (words) window.said.push(words);
           }).observe(document.getElementById("status"), { childList: true, characterData: true, subtree: true }); }"""
    )
    ask(page, CASES)
    page.wait_for_timeout(100)
    assert page.evaluate("window.said") == ["Answered with 1 quotation."]
    assert page.locator("#log").get_attribute("role") == "log"


def test_many_tabs_ask_at_once(open_page: OpenPage, site: Served) -> None:
    pages = [open_page(site.address) for _ in range(3)]
    for page in pages:
        page.get_by_label("Your question").fill(CASES)
        page.get_by_label("Your question").press("Enter")
    for page in pages:
        expect(page.locator(".quotation q")).to_have_text(CASES_QUOTE)
    assert len({page.url for page in pages}) == 3

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.asking import CASES, CASES_QUOTE, ask, shown_quotes
from tests.e2e.pages import OpenPage, Serve, Served
from tests.web.fakes import DESERTERS, FakeEngine, article, fake_site

pytestmark = pytest.mark.browser

BOTH = "Which hotline helps soldiers, what criminal cases against deserters?"


def changed(engine: FakeEngine, text: str | None) -> None:
    """Let the article be another text from now on, or none."""
    kept = [one for one in engine.articles if one.id != "deserters"]
    engine.articles = kept if text is None else [article("deserters", text), *kept]


def has_focus(page: Page, selector: str) -> bool:
    return bool(page.evaluate("selector => document.activeElement.matches(selector)", selector))


def test_a_preview_opens_on_hover_and_escape_closes_it(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    turn = ask(page, CASES)
    turn.locator(".marker").hover()
    preview = page.get_by_role("tooltip")
    expect(preview.locator("mark")).to_have_text(CASES_QUOTE)
    expect(preview.locator(".title")).to_have_text("Soldiers refuse to fight")
    expect(preview.locator(".place")).to_have_text("2023-08-14 · deserters.txt, paragraph 2")
    preview.hover()
    page.wait_for_timeout(500)
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)


def test_a_preview_opens_on_focus(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    turn = ask(page, CASES)
    turn.get_by_text("Edit the question").focus()
    page.keyboard.press("Tab")
    assert has_focus(page, ".marker")
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("tooltip")).to_have_count(0)


def test_a_tap_opens_the_preview_and_a_second_one_the_article(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address, 360, 640, has_touch=True, is_mobile=True)
    turn = ask(page, CASES)
    turn.locator(".marker").tap()
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "/articles/" not in page.url
    turn.locator(".marker").tap()
    page.wait_for_url("**/articles/**")
    expect(page.locator("mark")).to_be_in_viewport()


def test_the_keyboard_goes_to_the_mark_and_comes_back_to_the_marker(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    turn = ask(page, CASES)
    turn.locator(".marker").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/articles/**")
    expect(page.locator("mark")).to_have_text(CASES_QUOTE)
    assert has_focus(page, "mark#mark")
    page.keyboard.press("b")
    page.wait_for_url("**/c/**")
    assert has_focus(page, "#m-1-1")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/c/**")
    expect(page.locator("#m-1-1")).to_be_visible()


def test_the_script_and_the_server_give_a_citation_the_same_markup(
    open_page: OpenPage, serving: Serve, tmp_path: Path
) -> None:
    quote = "The cases 😀 against deserters, «100%» criminal, a/b?c=d#e."
    text = f"Ein “Titel” & mehr\n\n{quote}\n\nCriminal cases against them.\n"
    engine = FakeEngine(articles=[article("sub folder/ünï+1%", text)])
    page = open_page(serving(fake_site(tmp_path, engine)).address)
    ask(page, CASES)
    markup = "() => document.querySelector('.turn').outerHTML.replace(/>\\s+/g, '>').replace(/\\s+</g, '<')"
    by_script = page.evaluate(markup)
    page.reload()
    assert page.evaluate(markup) == by_script
    page.locator(".marker").first.click()
    expect(page.locator("mark#mark")).to_have_text(quote)


def test_several_marks_are_reached_one_after_the_other(open_page: OpenPage, site: Served) -> None:
    page = open_page(site.address)
    turn = ask(page, BOTH)
    quotes = len(shown_quotes(turn))
    assert quotes == 2
    turn.locator(".marker").first.click()
    page.wait_for_url("**/articles/**")
    marks = page.locator("mark[id]")
    expect(marks).to_have_count(quotes)
    before = page.evaluate("document.activeElement.id")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") != before
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == before
    page.get_by_role("link", name="2", exact=True).click()
    expect(page.locator("mark.current")).to_have_count(1)


@pytest.mark.parametrize(
    ("text", "note", "mark"),
    [
        (f"New first line.\n\n{DESERTERS}", "Moved.", CASES_QUOTE),
        (DESERTERS.replace("2,076", "2,301"), "Edited.", CASES_QUOTE.replace("2,076", "2,301")),
        (DESERTERS.replace(CASES_QUOTE, ""), "Gone.", None),
    ],
)
def test_a_changed_article_says_what_became_of_the_quotation(
    open_page: OpenPage, site: Served, engine: FakeEngine, text: str, note: str, mark: str | None
) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    conversation = page.url
    page.locator(".marker").click()
    page.wait_for_url("**/articles/**")
    expect(page.locator(".standing-note")).to_have_count(0)
    changed(engine, text)
    page.reload()
    expect(page.locator(".standing-note")).to_contain_text(note)
    if mark is None:
        expect(page.locator("mark")).to_have_count(0)
        expect(page.locator(".standing-note blockquote")).to_have_text(CASES_QUOTE)
    else:
        expect(page.locator("mark")).to_have_text(mark)
    page.goto(conversation)
    expect(page.locator(".standing")).to_be_visible()
    assert shown_quotes(page.locator("#turn-1")) == [CASES_QUOTE]


def test_a_removed_article_is_said_in_the_conversation_and_at_its_link(
    open_page: OpenPage, site: Served, engine: FakeEngine
) -> None:
    page = open_page(site.address)
    ask(page, CASES)
    changed(engine, None)
    page.reload()
    expect(page.locator(".standing")).to_have_text("No longer in the articles.")
    page.locator(".marker").click()
    expect(page.get_by_role("heading", name="Nothing here")).to_be_visible()


def test_a_hostile_article_is_only_text(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    attack = (
        '<script>document.title="owned"</script><img src=x onerror=alert(1)> javascript:alert(1) data:text/html,x '
        "{{ 7*7 }} {% raw %} ${7*7} \u202egnihtyreve esrever\u202c </q></template></textarea>"
    )
    hostile = article("hostile", f"{attack * 30}\n\nCriminal cases against deserters: {attack}\n")
    engine = FakeEngine(articles=[replace(hostile, source="<b>.txt")])
    page = open_page(serving(fake_site(tmp_path, engine)).address)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    assert len(hostile.title) > 5000
    title = page.title()
    turn = ask(page, f"Criminal cases against deserters {attack}")
    assert shown_quotes(turn)[0] in hostile.text
    turn.locator(".passages summary").click()
    turn.locator(".marker").first.hover()
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.reload()
    assert attack in str(page.locator("#log").text_content())
    for path in ("articles", "articles/hostile", "conversations", ""):
        page.goto(f"{site_of(page)}/{path}")
        assert page.evaluate("document.querySelectorAll('main img, main script').length") == 0
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.title() == title
    page.goto(f"{site_of(page)}/articles/hostile")
    assert str(page.locator("article.reader").text_content()).count("{{ 7*7 }}") == 31


def site_of(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def test_carriage_returns_stay_in_the_marked_range(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    engine = FakeEngine(articles=[article("dos", "Title\n\nCriminal cases\r\nagainst deserters.\r\n")])
    page = open_page(serving(fake_site(tmp_path, engine)).address)
    ask(page, CASES)
    page.locator(".marker").first.click()
    page.wait_for_url("**/articles/**")
    marked = page.evaluate("[...document.querySelectorAll('mark')].map(one => one.textContent).join('')")
    assert marked in engine.articles[0].text
    assert "\r\n" in marked


def test_boilerplate_is_dimmed_and_folds(open_page: OpenPage, site: Served) -> None:
    page = open_page(f"{site.address}/articles/deserters")
    expect(page.get_by_text("Not searched: comment form")).to_be_visible()
    expect(page.get_by_text("Leave a Comment")).to_be_visible()
    page.get_by_role("button", name="Hide what is not searched").click()
    expect(page.get_by_text("Leave a Comment")).to_be_hidden()


def test_thousands_of_articles_are_listed_by_fifty(open_page: OpenPage, serving: Serve, tmp_path: Path) -> None:
    engine = FakeEngine(articles=[article(f"a{n:04}", f"Article {n}\n\nText.\n") for n in range(4929)])
    page = open_page(f"{serving(fake_site(tmp_path, engine)).address}/articles")
    expect(page.locator(".list li")).to_have_count(50)
    expect(page.get_by_text("Page 1 of 99")).to_be_visible()
    page.get_by_label("Choose Article 3", exact=True).check()
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("4,929 articles · 1 chosen")).to_be_visible()
    page.get_by_role("searchbox").fill("article 4928")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".list li")).to_have_count(1)
    page.get_by_role("button", name="Ask in the chosen").click()
    expect(page.get_by_label("Article 3", exact=True)).to_be_checked()
    expect(page.locator(".source-list li")).to_have_count(50)

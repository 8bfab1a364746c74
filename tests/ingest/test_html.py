"""HTML pages: what is kept of the article, what the page says about it, and what is counted as left out."""

from __future__ import annotations

import pytest

from qa.ingest.article import parse_article
from qa.ingest.formats.decoding import Undecodable
from qa.ingest.formats.html.reader import HtmlReader
from qa.records import Article

pytest.importorskip("trafilatura")

FIRST = "The harbour of Ribe opened its new quay on Monday, and the mayor cut a rope in front of three hundred guests."
SECOND = "The quay was paid for by the county and by a collection that brought in more than anybody had expected."
THIRD = "Boats may stay for two nights without paying, and season berths are let from the first of the month."


def read(body: str, head: str = "") -> Article:
    page = f"<html lang='en'><head><title>Quay opens | Ribe Post</title>{head}</head><body>{body}</body></html>"
    decoded = HtmlReader().read(page.encode())
    return parse_article(
        article_id="a", source="a.html", text=decoded.text, sha256=decoded.sha256, repeated=frozenset(),
        fits=lambda part: len(part) <= 1000, note=decoded.note,
    )  # fmt: skip


def texts(article: Article) -> list[str]:
    return [article.text[one.start : one.end] for one in article.paragraphs if one.kind != "metadata"]


def page(inner: str) -> str:
    return (
        f"<nav><a href='/'>Home</a></nav><article><h1>Quay opens</h1><p>{FIRST}</p><p>{SECOND}</p>{inner}<p>{THIRD}</p>"
        "</article><footer>Contact us</footer>"
    )


@pytest.mark.parametrize(
    ("inner", "kept"),
    [
        ("<table><tr><td>Sunday</td><td><ul><li>9 to 12</li><li>14 to 16</li></ul></td></tr></table>", "12; 14 to"),
        (
            "<dl><dt>Entry</dt><dd>6 euros</dd><dt>Closed:</dt><dd>Monday</dd><dd>Friday</dd></dl>",
            "Entry: 6 euros\nClosed",
        ),
        ("<dl><div><dt>Closed:</dt><dd>Monday</dd><dd>Friday</dd></div></dl>", "Closed: Monday; Friday"),
        (
            "<p>It covers 12 km<sup>2</sup> and cost 400<sup><a href='#n'>3</a></sup> crowns, they said.</p>",
            "12 km² and cost 400\\[3\\] crowns",
        ),
        ("<p hidden='until-found'>The old quay was of oak, and nobody painted it for years.</p>", "The old quay was"),
        ("<aside class='fact-box'><h3>Facts</h3><p>The quay is 80 metres long.</p></aside>", "The quay is 80 metres"),
        ("<figure><img src='a'><figcaption>Mayor Ada Lind with the rope</figcaption></figure>", "Mayor Ada Lind with"),
        ("<ul><li><span>Berth six is for rescue boats.</span></li></ul>", "Berth six is for rescue boats."),
        (
            "<table><tr><th>Boat</th><th>Price</th></tr><tr><td><a href='/b'>L</a></td><td>9 euros</td></tr></table>",
            "9 eu",
        ),
        (
            "<p>It cost 2&nbsp;400 euros, * said the ship_wright.</p>",
            "It cost 2 400 euros, \\* said the ship\\_wright.",
        ),
    ],
)
def test_parts_of_the_article_are_kept(inner: str, kept: str) -> None:
    found = texts(read(page(inner)))
    assert kept in "\n".join(found)
    assert [one for one in found if "Home" in one or "Contact" in one] == []


def test_a_lead_in_a_header_is_kept() -> None:
    lead = "The quay of Ribe is open: 611 days after the storm, the county handed over the keys."
    body = f"<header><h1>Quay opens</h1><p>{lead}</p></header><div><p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>"
    assert lead in texts(read(body))


def test_title_date_authors_and_language_come_from_where_pages_state_them() -> None:
    head = (
        "<meta property='article:published_time' content='2022-06-03T17:00:00+02:00'>"
        '<script type=\'application/ld+json\'>{"author": [{"name": "Ada Lind"}], "headline": "x"}'
        "</script>"
    )
    article = read(page(""), head)
    assert (article.title, article.date, article.authors, article.language) == (
        "Quay opens",
        "2022-06-03",
        ("Ada Lind",),
        "en",
    )
    assert read(page("<time datetime='2021-01-02'>Saturday</time>")).date == "2021-01-02"
    assert read(page("")).date is None


def test_a_link_between_paragraphs_is_left_out() -> None:
    link = "<p><a href='/x'>THE TEN BEST QUAYS OF THE NORTH</a></p>"
    assert "TEN BEST" not in "\n".join(texts(read(page(link))))


def test_paragraphs_that_the_extractor_leaves_out_are_counted() -> None:
    aside = "<aside><p>Another story of the town, which tells at some length what happened to the old quay.</p></aside>"
    assert read(page(aside)).note == "1 paragraph of the page was left out"


@pytest.mark.parametrize("content", [b"<html></html>", b"<html><body><script>x()</script></body></html>", b"<p>"])
def test_a_page_without_an_article_is_refused(content: bytes) -> None:
    with pytest.raises(Undecodable, match="no article text found in the page"):
        HtmlReader().read(content)


def test_entities_are_not_expanded_and_deep_nesting_ends() -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + page("<p>&b;</p>")
    assert HtmlReader().read(bomb.encode()).text
    deep = "<div>" * 30_000 + FIRST + "</div>" * 30_000
    with pytest.raises(Undecodable):
        HtmlReader().read(deep.encode())


@pytest.mark.parametrize(
    "hiding", ["hidden", "hidden=''", "style='color: red; display: none'", "style='visibility:hidden'"]
)
def test_what_no_reader_sees_is_not_read(hiding: str) -> None:
    inner = f"<p {hiding}>The quay was sold in secret to a firm of the mayor's brother for nine crowns.</p>"
    assert "secret" not in read(page(inner)).text
    assert FIRST in read(f"<div {hiding}>{page('')}</div>").text


def test_a_page_that_scripts_fill_is_read_from_its_data() -> None:
    stated = f'{{"@type": "NewsArticle", "headline": "Quay opens", "articleBody": "{FIRST}\\n\\nR&amp;D was {THIRD}"}}'
    article = read("<div id='app'></div>", f"<script type='application/ld+json'>{stated}</script>")
    assert texts(article) == ["Quay opens", FIRST, f"R&D was {THIRD}"]
    tagged = stated.replace(FIRST, "<p>A quay.</p>")
    with pytest.raises(Undecodable, match="no article text"):
        read("<div id='app'></div>", f"<script type='application/ld+json'>{tagged}</script>")


@pytest.mark.parametrize("tag", ["time", "output", "label"])
def test_a_word_in_an_element_of_its_own_stays_in_its_sentence(tag: str) -> None:
    assert "It opens at 10:00 and closes at dusk." in texts(
        read(page(f"<p>It opens at <{tag}>10:00</{tag}> and closes at dusk.</p>"))
    )


def test_entries_of_a_live_blog_keep_their_times_and_their_order() -> None:
    entries = [("9:05", "<h3>Quay shut</h3>", "The quay is shut."), ("10:40", "", "The quay is open again.")]
    inner = "".join(
        f"<div class='entry'><time>{time}</time>{heading}<p>{text}</p></div>" for time, heading, text in entries
    )
    article = read(page(inner))
    sentences = [sentence.of(article.text) for one in article.paragraphs for sentence in one.sentences]
    first = sentences.index(SECOND) + 1
    assert sentences[first : first + 3] == [
        "### 9:05 Quay shut\n\nThe quay is shut.",
        "10:40\n\nThe quay is open again.",
        THIRD,
    ]

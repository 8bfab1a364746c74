"""Articles: which ranges are content, which are boilerplate, and that no text loses either."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.ingest.article import parse_article
from qa.records import Article, Boilerplate, Paragraph
from qa.text.lines import line_keys

BODY = "The army left the town on Monday, an official of the region said in a long statement to reporters."
MORE = "Nobody knows where the soldiers went after that, and the ministry did not answer any questions about it."


def parse(text: str, repeated: frozenset[int] = frozenset(), limit: int = 1000) -> Article:
    return parse_article(
        article_id="folder/a-file", source="folder/a-file.txt", text=text, sha256="", repeated=repeated,
        fits=lambda part: len(part) <= limit,
    )  # fmt: skip


def content(article: Article) -> list[tuple[str, str]]:
    return [(piece.kind, article.text[piece.start : piece.end]) for piece in article.paragraphs]


def boilerplate(article: Article) -> list[tuple[str, str]]:
    return [(piece.reason, article.text[piece.start : piece.end]) for piece in article.boilerplate]


LINES = st.sampled_from(
    ["", "", BODY, MORE, "A headline of six short words", "Related articles", "Teaser text...", "Leave a Comment", ">",
     "By Jane Doe", "# Marked", "---", "title: x", "“Quote it was a part of it all.”. An officer",
     "1653254935 News now",
     "He said “it was a part of it all,” and left the town.", "war.It was.war.It was.", "• item 5", "\u2028", "a" * 700]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(LINES, max_size=14).map("\n".join), st.lists(LINES, max_size=9).map("\r\n".join)
)


@settings(max_examples=300)
@given(TEXTS, st.integers(1, 600))
def test_ranges_never_overlap_and_hold_every_letter_and_every_sentence(text: str, limit: int) -> None:
    article = parse(text, limit=limit)
    assert article == parse(text, limit=limit)
    ranges: list[Paragraph | Boilerplate] = [*article.paragraphs, *article.boilerplate]
    pieces = sorted((piece.start, piece.end) for piece in ranges)
    assert all(0 <= start < end <= len(text) for start, end in pieces)
    assert all(one[1] <= other[0] for one, other in pairwise(pieces))
    inside = {index for start, end in pieces for index in range(start, end)}
    assert not [index for index in range(len(text)) if text[index].isalnum() and index not in inside]
    for piece in article.paragraphs:
        assert (piece.sentences[0].start, piece.sentences[-1].end) == (piece.start, piece.end)
        assert all(piece.start <= one.start < one.end <= piece.end for one in piece.sentences)
    assert 1 <= len(article.title) <= 300


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Leave a Reply", "comment form"),
        ("3 Comments", "comment form"),
        ("Your email address will not be published. Required fields are marked *", "comment form"),
        ("We use cookies to give you the best experience.", "cookie or policy notice"),
        ("© 2024 Example News. All rights reserved.", "cookie or policy notice"),
        ("Share this article on Facebook", "share row"),
        ("Facebook | Twitter | WhatsApp | Email", "share row"),
        ("ADVERTISEMENT", "page control"),
        ("Skip to main content", "page control"),
        ("Sign up for our newsletter to get the news every day.", "subscription notice"),
        ("Tags: war, peace, Kyiv", "tags"),
        ("READ MORE: What the army did next", "link to another article"),
        ("* * *", "stray marks"),
        ("Get the day in your inbox: sign up for our Harbour Letter newsletter", "subscription notice"),
        ("We use cookies to improve this website and to show you offers.", "cookie or policy notice"),
        ("MORE: The bridge that nobody wanted to build", "link to another article"),
        ("Lesezeit: 6 Minuten", "page control"),
        ("Lesen Sie auch: Warum die Brücke geschlossen bleibt", "link to another article"),
        ("Home » News » Harbour", "breadcrumbs"),
    ],
)
def test_a_line_of_the_page_is_boilerplate(line: str, reason: str) -> None:
    assert boilerplate(parse(f"A headline of words\n\n{BODY}\n\n{line}\n\n{MORE}")) == [(reason, line)]


@pytest.mark.parametrize(
    "line",
    [
        "He left a comment under the article that made the minister angry.",
        "The company said that this website uses cookies only when people agree to it.",
        "“Share this with everybody you know and never give up,” she told the crowd.",
        "Facebook",
        "By the end of the week, the town was empty.",
        "Read the small print, the lawyer said.",
        "Tags: the army puts them on every prisoner, he said.",
        "Yes.",
        "“Is this really happening to me?”",
        "He said: ‘We lost (nearly) everything…’",
        "« C’est la guerre » → said the mayor » of the town",
        "Sign up for the harvest before Friday or lose the bonus, the union told its members.",
        "Log in to the tax office by 3 May, the ministry said, or pay 40 crowns.",
        "Subscribe to the theory and you accept its consequences, wrote the bishop.",
        "By using cookies as bait the rangers caught two bears and broke the terms of the licence.",
        "Get down to your inbox of complaints, the minister told the mayor of Lund.",
        "Comments are closed books to him, she said of the judge.",
        "Story continues after a break of ten years: the sequel was filmed in Oslo.",
        "Click to share of market: the firm that sells garden gates now holds a third.",
        "All rights reserved for the crown under the charter of 1612 pass to the town, the judges found on Monday.",
        "Berlin > Hannover > Amsterdam",
        "Opinion: the majority would allow the appeal",
        "Analysis: the samples held 12 milligrams of lead",
        "Recommended: a lamp, two blankets and a whistle",
        "Don't miss: the eel market in Lom, from five in the morning",
        "Tag: Sonntag, 4. Mai, im Hafen",
        "Video from a drone shows the flood.",
        "Reports from the valley say nine.",
    ],
)
def test_a_line_of_the_article_is_not_boilerplate(line: str) -> None:
    article = parse(f"A headline of words\n\n{BODY}\n\n{line}\n\n{MORE}")
    assert boilerplate(article) == []
    assert line in [text for _, text in content(article)]


def test_teasers_end_where_the_article_goes_on() -> None:
    teasers = "Latest articles\n\nA horse race\n\nThe sport of horses is about to...\n\n"
    article = parse(
        f"A headline of words\n\n{BODY}\n\n{teasers}{MORE}\n\nRelated articles\n\nOne title\n\nAnother title"
    )
    assert [text for _, text in content(article)] == ["A headline of words", BODY, MORE]
    assert {reason for reason, _ in boilerplate(article)} == {"teaser of another article"}


def test_a_caption_stays_once_and_its_copies_go() -> None:
    caption = "A woman pulls a bag past a destroyed building in Bakhmut, Donetsk’s region, on 4 December"
    article = parse(f"A headline\n\n{caption}\n\n{caption.replace('’', chr(39))}\n\n{BODY}")
    assert content(article) == [("heading", "A headline"), ("caption", caption), ("body", BODY)]
    assert [reason for reason, _ in boilerplate(article)] == ["copy of a caption"]


def test_a_caption_that_the_text_says_too_leaves_the_text() -> None:
    article = parse(f"A headline\n\n{BODY[:-1]}\n\n{BODY} {MORE}")
    assert content(article)[1:] == [("body", f"{BODY} {MORE}")]
    assert boilerplate(article) == [("repeats body text", BODY[:-1])]


def test_equal_values_in_a_list_all_stay() -> None:
    rows = "First school\n\n• Student to teacher ratio of the whole school: 20 to 1\n\nSecond school\n\n• Student to " \
        "teacher ratio of the whole school: 20 to 1"  # fmt: skip
    assert boilerplate(parse(f"A headline\n\n{BODY}\n\n{rows}")) == []


def test_a_pull_quote_with_another_number_stays() -> None:
    pull = "We lost 80 of our friends on the first day of it.” An officer"
    article = parse(f"A headline\n\n{BODY}\n\n{pull}\n\n“We lost 18 of our friends on the first day of it,” he said.")
    assert boilerplate(article) == []


def test_a_line_of_many_articles_is_boilerplate_only_when_the_page_speaks() -> None:
    lines = "Get our news alerts here\nBackground\nThe motion was lost.\nWeather"
    repeated = frozenset(line_keys(lines).tolist())
    article = parse(
        f"A headline\n\nBackground\n\n{BODY}\n\nThe motion was lost.\n\nGet our news alerts here\n\nWeather", repeated
    )
    assert content(article) == [
        ("heading", "A headline"), ("heading", "Background"), ("body", BODY), ("body", "The motion was lost."),
    ]  # fmt: skip
    assert boilerplate(article) == [
        ("stands in many articles", "Get our news alerts here"), ("stands in many articles", "Weather"),
    ]  # fmt: skip


def test_a_list_whose_items_have_labels_keeps_the_label_that_a_link_has_too() -> None:
    rows = "Ring: silver, from the pool\nWATCH: Two hands, engraved with a heron\nCoat: blue, from the cloakroom"
    assert boilerplate(parse(f"Lost in June\n\n{BODY}\n\n{rows}\n\n{MORE}")) == []


def test_items_of_a_briefing_are_no_teasers() -> None:
    items = "Council votes 31 to 8 for the tram\nStorm closes the school in Ribe\nTwo hurt in a fire in Skov"
    assert boilerplate(parse(f"The evening in brief\n\n{BODY}\n\nTop stories\n\n{items}")) == []
    assert boilerplate(parse(f"The evening in brief\n\nGood evening.\n\nRelated articles\n\n{items}"))[1:] == []


def test_wrapped_lines_are_one_paragraph_and_single_newlines_end_others() -> None:
    wrapped = (
        "Three buses brought the families to the border, where\nvolunteers had put up tents and cooked soup since the\n"
        "early morning for whoever came."
    )
    assert content(parse(f"A headline\n\n{wrapped}\n\n{BODY}\n{MORE}"))[1:] == [
        ("body", wrapped), ("body", BODY), ("body", MORE),
    ]  # fmt: skip


def test_a_heading_glued_to_its_text_is_parted_from_it() -> None:
    assert content(parse(f"A headline\n\nBackground of the case{BODY}\n\n{MORE}"))[1:3] == [
        ("heading", "Background of the case"), ("body", BODY),
    ]  # fmt: skip


def test_a_markdown_file_gives_its_title_and_date() -> None:
    article = parse(
        f'---\ntitle: "The war"\ndate: 2023-07-04\n---\n\n# The war of words\n\n{BODY}\n\n## Later\n\n{MORE}'
    )
    assert (article.title, article.date) == ("The war", "2023-07-04")
    assert content(article)[2:] == [
        ("heading", "The war of words"), ("body", BODY), ("heading", "Later"), ("body", MORE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: June 3, 2022 10:30 GMT", "2022-06-03"),
        ("3 June 2022", "2022-06-03"),
        ("Updated on 2022-06-03", "2022-06-03"),
        ("Friday, June 3, 2022 / 5:00 PM CEST / Harbour Radio", "2022-06-03"),
        ("By Ole Lind and Ada Marsh | 3 June 2022", "2022-06-03"),
        ("Nordby wire, 3 June 2022", "2022-06-03"),
        ("*3 June 2022 · essay", "2022-06-03"),
        ("Ribe, 3 June 2022.", "2022-06-03"),
        ("Veröffentlicht am 3. Juni 2022, 17:45 Uhr", "2022-06-03"),
        ("Publié le 3 juin 2022 à 10h15", "2022-06-03"),
        ("03.06.2022", "2022-06-03"),
        ("Date: 03-Jun-2022", "2022-06-03"),
        (
            "RIBE, June 3, 2022 (NW) — The ferry crews went back to work after a strike of nine days, they said.",
            "2022-06-03",
        ),
        ("Updated: June 9, 2022\n\nPublished: June 3, 2022", "2022-06-03"),
        ("23/06/2022", "2022-06-23"),
        ("3 June 2022 | 4 min read", "2022-06-03"),
        ("Date of judgment: 3 June 2022", "2022-06-03"),
        ("Meeting on 3 June 2022", None),
        ("03/06/2022", None),
        ("Born: June 3, 1922", None),
        ("Heard: 2 and 3 June 2022", None),
        ("The crews left on June 3, 2022", None),
        ("On June 3, 2022 the army left the town and did not come back", None),
        ("February 31, 2022", None),
    ],
)
def test_only_an_explicit_date_near_the_top_is_the_date(line: str, date: str | None) -> None:
    assert parse(f"A headline of words\n\n{line}\n\n{BODY}").date == date


def test_a_text_without_headline_is_called_by_its_file() -> None:
    article = parse(f"{BODY}\n\n{MORE}")
    assert article.title == "a-file"
    assert content(article) == [("body", BODY), ("body", MORE)]


def test_a_long_paragraph_is_split_between_sentences() -> None:
    article = parse("A headline\n\n" + f"{BODY} {MORE} " * 5, limit=450)
    assert [len(piece.sentences) for piece in article.paragraphs] == [1, 4, 4, 2]


def test_an_endless_sentence_is_split_between_words_and_an_endless_word_anywhere() -> None:
    article = parse("A headline\n\n" + "word " * 300 + "x" * 900, limit=420)
    texts = [text for _, text in content(article)[1:]]
    assert "".join(texts).replace(" ", "") == "word" * 300 + "x" * 900
    assert all(len(text) <= 420 for text in texts)
    assert not [text for text in texts if "word" in text and not text.startswith("word")]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("By Ole Lind and Ada van der Marsh, Harbour Press", ("Ole Lind", "Ada van der Marsh")),
        ("Von Katrin Weiß, dpa", ("Katrin Weiß",)),
        ("By Maren Holm | June 3, 2022", ("Maren Holm",)),
        ("By JANE DOE and JOHN SMITH in New Harbour", ("JANE DOE", "JOHN SMITH")),
        ("Par Anne Petit, publié le 5 avril 2025 à 18h02", ("Anne Petit",)),
        ("Eleanor Marsh, environment correspondent", ("Eleanor Marsh",)),
        ("By Dr. Ana Maria de la Cruz, Ole Lind and Ida Moe in Vika", ("Ana Maria de la Cruz", "Ole Lind", "Ida Moe")),
        ("Written by Jane Doe for the Harbour Press", ("Jane Doe",)),
        ("Reporting by Jane Doe; editing by Ole Lind", ("Jane Doe",)),
        ("Ole Lind, chief political editor in Vika", ("Ole Lind",)),
        ("The new editor", ()),
        ("By Reuters Staff", ()),
        ("By the end of the week, the town was empty.", ()),
    ],
)
def test_authors_come_from_the_byline(line: str, authors: tuple[str, ...]) -> None:
    assert parse(f"A headline of words\n\n{line}\n\n{BODY}").authors == authors


@pytest.mark.parametrize(
    "fields",
    [
        '+++\ntitle = "The war"\ndate = 2023-07-04\nauthors = ["Jane Doe"]\ntags = ["a", "b"]\n+++',
        '---\ntitle: "The war"\npublished: 2023-07-04T10:00:00Z\nauthor:\n  name: Jane Doe\n---',
        "---\ntitle: 'The war'\ndate: 4 July 2023\nby: Jane Doe\nnote: a: b\n---",
    ],
)
def test_front_matter_gives_title_date_and_authors(fields: str) -> None:
    article = parse(f"{fields}\n\n{BODY}")
    assert (article.title, article.date, article.authors) == ("The war", "2023-07-04", ("Jane Doe",))
    assert {kind for kind, text in content(article) if text != BODY} == {"metadata"}


def test_the_language_decides_how_sentences_end() -> None:
    text = "Am 3. Mai stimmen die Bürger über das Bad ab. Es kostet 3,4 Mio. Euro und öffnet im Sommer."
    article = parse(f"Das Bad\n\n{text}")
    assert article.language == "de"
    assert [sentence.of(article.text) for sentence in article.paragraphs[-1].sentences] == [text[:45], text[46:]]


@pytest.mark.parametrize(
    "above",
    [
        "Skip to content",
        "Explainer",
        "News analysis",
        "FOR IMMEDIATE RELEASE",
        "Press release",
        "Home News Sport Weather",
        "Home | World | Business | Opinion",
        "LIVE",
    ],
)
def test_what_stands_above_the_headline_is_not_the_title(above: str) -> None:
    assert (
        parse(f"{above}\n\nThe bridge that nobody wanted\n\n{BODY}\n\n{MORE}").title == "The bridge that nobody wanted"
    )


@pytest.mark.parametrize("title", ["The opinion of a lighthouse keeper", "Sport", "Der Umbau"])
def test_a_short_headline_above_prose_is_the_title(title: str) -> None:
    assert parse(f"{title}\n\n{BODY}\n\n{MORE}").title == title


def test_the_name_of_the_site_is_not_the_title() -> None:
    repeated = frozenset(line_keys("The Harbour Post").tolist())
    assert (
        parse(f"The Harbour Post\n\nThe bridge that nobody wanted\n\n{BODY}", repeated).title
        == "The bridge that nobody wanted"
    )


@pytest.mark.parametrize(
    "line",
    [
        "Seven ships were sold.[4][5]",
        "REJECTS the claim for damages; and",
        "(b) the noise at night, or",
        "At dusk we lay at 54° 10' N and 7° 53' E. The mate said that",
        "Decision: the pump is bought by 3 May. (For: 4, against: 2)",
        "2) No lamps below deck",
        "Harbour Office of Ribe                 Respondent",
        "Boat: white, seven metres\nCoat: blue, with a hood\nDog: brown, called Otto",
        "One seat for the Blues\nTwo seats for the Reds\nThree seats for the Greens",
    ],
)
def test_a_line_without_a_full_stop_is_not_always_a_heading(line: str) -> None:
    kinds = {text: kind for kind, text in content(parse(f"A headline\n\n{BODY}\n\n{line}\n\n{MORE}"))}
    assert {kinds[part] for part in line.split("\n")[:2]} == {"body"}


MARKDOWN = f"""# The *long* strike

{BODY} See [the file](https://example.org/a "b").

| Town | Votes |
|------|------:|
| Ribe | **67** |
| Skov | 118 |

<!--
The mayor paid 900 crowns.

Ask the lawyer.
-->

## Later

- {MORE}
- The strike lasted
  41 days.

[file]: https://example.org/a
"""


@pytest.mark.parametrize("between", ["\f", "\n\f", "\n\f\n", "\n\n\f", "\n \n\f\n"])
@pytest.mark.parametrize(
    ("before", "after"), [("will open in", "March, they said."), ("will open again", "next year.")]
)
def test_a_sentence_goes_on_over_a_page_break(before: str, between: str, after: str) -> None:
    text = f"The bridge\n\nThe bridge over the Elbe {before}{between}{after} It cost 4 million euros.\n"
    sentences = [span.of(text) for span in parse(text).paragraphs[1].sentences]
    assert sentences == [f"The bridge over the Elbe {before}{between}{after}", "It cost 4 million euros."]


def test_a_finished_line_a_heading_and_a_list_do_not_go_on_over_a_page_break() -> None:
    text = "It was sold.\n\n\fthe new owner paid 3 euros.\n\nThe bridge\n\n\fIt is old.\n\nOf the bridge\n\f- iron\n"
    shown = [span.of(text) for paragraph in parse(text).paragraphs for span in paragraph.sentences]
    assert shown == [
        "It was sold.",
        "the new owner paid 3 euros.",
        "The bridge",
        "It is old.",
        "Of the bridge",
        "- iron",
    ]


def parse_markdown(text: str) -> Article:
    return parse_article(
        article_id="a", source="a.md", text=text, sha256="", repeated=frozenset(), fits=lambda part: len(part) <= 1000
    )


def shown(article: Article, start: int, end: int) -> str:
    hidden = {at for span in article.markup for at in range(span.start, span.end)}
    return "".join(article.text[at] for at in range(start, end) if at not in hidden)


def test_markdown_is_read_by_its_blocks_and_shown_without_markup() -> None:
    article = parse_markdown(MARKDOWN)
    assert article.title == "The long strike"
    assert [(piece.kind, " ".join(shown(article, piece.start, piece.end).split())) for piece in article.paragraphs] == [
        ("heading", "The long strike"),
        ("body", f"{BODY} See the file."),
        ("body", "Town Votes Ribe 67 Skov 118"),
        ("heading", "Later"),
        ("body", MORE),
        ("body", "The strike lasted 41 days."),
    ]
    assert {reason for reason, _ in boilerplate(article)} == {"comment", "link definition"}
    assert len(article.paragraphs[2].sentences) == 1


def test_rows_of_a_long_table_are_located_by_its_header() -> None:
    rows = "\n".join(f"| Town number {number} | {number * 11} |" for number in range(90))
    article = parse_markdown(f"# Votes\n\n{BODY}\n\n## By town\n\n| Town | *Votes* |\n|---|---|\n{rows}\n")
    *_, last = article.paragraphs
    assert last.locator == "By town · Town Votes"
    assert [len(last.sentences) > 1, article.text[last.sentences[-1].start : last.end]] == [
        True,
        "| Town number 89 | 979 |",
    ]


def test_an_unclosed_comment_hides_nothing() -> None:
    assert BODY in [text for _, text in content(parse_markdown(f"# A strike\n\n<!-- later\n\n{BODY}\n"))][-1]


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab *_[]()`#|-\n<!>~\\&;:1.\r"), max_size=120), st.integers(1, 600))
def test_markup_lies_in_order_and_no_letter_of_markdown_is_lost(text: str, limit: int) -> None:
    article = parse_markdown(text)
    assert all(one.end < other.start for one, other in pairwise(article.markup))
    assert all(0 <= span.start < span.end <= len(text) for span in article.markup)
    pieces = sorted(
        [(piece.start, piece.end) for piece in article.paragraphs]
        + [(piece.start, piece.end) for piece in article.boilerplate]
    )
    assert all(one[1] <= other[0] for one, other in pairwise(pieces))
    inside = {index for start, end in pieces for index in range(start, end)}
    assert not [index for index in range(len(text)) if text[index].isalnum() and index not in inside]


def sentences_of(article: Article) -> list[str]:
    return [sentence.of(article.text) for piece in article.paragraphs for sentence in piece.sentences]


def test_a_question_in_bold_type_is_quoted_with_its_answer_even_among_few() -> None:
    text = (
        "# The serpent\n\n**You began with the drum. Why did you stop?**\n\nMy neighbour sold it.\n\n"
        "**What do you play now?**\n\nThe serpent. Nobody sits beside it.\n"
    )
    article = parse_article(
        article_id="a", source="a.md", text=text, sha256="", repeated=frozenset(), fits=lambda part: True
    )
    quotable = [sentence.of(text) for one in article.paragraphs if one.kind == "body" for sentence in one.sentences]
    assert quotable == [
        "**You began with the drum. Why did you stop?**\n\nMy neighbour sold it.",
        "**What do you play now?**\n\nThe serpent. Nobody sits beside it.",
    ]


@pytest.mark.parametrize("first", ["Updated 17 June 2024 3.14pm BST", "Published on 17 June 2024"])
def test_a_date_of_publication_at_the_top_is_not_the_title(first: str) -> None:
    article = parse(f"{first}\n\nBees return to the roof\n\n{BODY}")
    assert (article.title, article.date) == ("Bees return to the roof", "2024-06-17")
    assert parse(f"Harbour Court, 17 June 2024\n\n{BODY}").title == "Harbour Court, 17 June 2024"


def test_a_question_is_quoted_with_its_answer() -> None:
    turns = [(f"Why did the keeper leave tower {n}?", f"Because of the fog, {n} nights a week.") for n in range(4)]
    plain = "\n\n".join(f"{question}\n\n{answer}" for question, answer in turns)
    assert [f"{q}\n\n{a}" for q, a in turns] == sentences_of(parse(f"The keeper\n\n{BODY}\n\n{plain}"))[2:]
    labelled = "\n\n".join(f"Q: {question}\nA: {answer}" for question, answer in turns[:1])
    assert sentences_of(parse(f"The keeper\n\n{BODY}\n\n{labelled}"))[2:] == [labelled]


def test_an_entry_of_a_live_blog_is_quoted_with_its_time() -> None:
    entries = [
        "18:10\nThat is all for today.",
        "17:22 The bridge is open\nPolice let cars pass again.",
        "9:05\nA roof fell.",
    ]
    assert sentences_of(parse("Storm: live updates\n\n" + "\n\n".join(entries)))[1:] == entries


def test_a_speaker_is_quoted_with_his_words() -> None:
    assert sentences_of(parse(f"A talk\n\n{BODY}\n\nMaren Holm:\nWe lost the boat."))[2:] == [
        "Maren Holm:\nWe lost the boat."
    ]


def test_minutes_of_a_match_are_quoted_with_what_happened() -> None:
    entries = ["90'+2\nIt is over. Lom win.", "67' Goal!\nVik heads it in.", "12'\nA corner for Lom."]
    assert sentences_of(parse("Lom v Vik\n\n" + "\n\n".join(entries)))[1:] == entries


def test_an_answer_may_be_labelled_with_the_name_of_who_gives_it() -> None:
    turns = [
        "Frage: Frau Lind, wie alt ist das Boot?\nLind: Neunzig Jahre.",
        "Frage: Wem gehört es?\nLind: Meiner Tante.",
    ]
    assert sentences_of(parse("Ein altes Boot\n\n" + "\n\n".join(turns)))[1:] == turns


@pytest.mark.parametrize(
    "claim",
    [
        "It is said that the school will close. That is not true.",
        "Some wrote that the dean had fled. Nothing of the kind happened.",
        "Wir schrieben, der Turm sei 90 Meter hoch. Richtig ist: Er misst 19 Meter.",
        "On dit que le port est fermé. C'est faux.",
    ],
)
def test_a_claim_is_quoted_with_what_takes_it_back(claim: str) -> None:
    assert claim in sentences_of(parse(f"A claim\n\n{BODY}\n\n{claim} Nobody knows more.\n\n{MORE}"))


def test_an_error_is_quoted_with_its_correction() -> None:
    wrong = "In an earlier version we wrote that the bridge had been sold. That was wrong. It was let for nine years."
    assert wrong in sentences_of(parse(f"A bridge\n\n{BODY}\n\n{wrong} We regret the error.\n\n{MORE}"))


REMARK = "You left the mill in 1999."
AFTER_REMARK = "I did, because the water had gone and nobody knew when it would come back to us."


def test_a_remark_of_an_interviewer_is_quoted_with_what_is_answered_to_it() -> None:
    turns = [
        ("What did you grind?", "Rye, and in the last years a little wheat."),
        ("Who came for it?", "The bakers of three villages, on Mondays."),
        ("How did it end?", "With a letter from the county."),
        ("What is left of it?", "The wheel, and a photograph of my father."),
    ]
    lines = [line for turn in turns for line in turn]
    lines[4:4] = [REMARK, AFTER_REMARK]
    article = parse("\n\n".join(["A miller remembers", *lines]) + "\n")
    sentences = [sentence.of(article.text) for paragraph in article.paragraphs for sentence in paragraph.sentences]
    assert f"{REMARK}\n\n{AFTER_REMARK}" in sentences


def test_a_long_answer_of_an_interview_has_no_remark_in_it() -> None:
    long = [f"Part {number} of the answer says what was done in the year {1990 + number}." for number in range(3)]
    lines = [line for number in range(4) for line in (f"What about {number}?", *long)]
    article = parse("\n\n".join(["A miller remembers", *lines]) + "\n")
    sentences = [sentence.of(article.text) for paragraph in article.paragraphs for sentence in paragraph.sentences]
    assert sentences.count(long[1]) == sentences.count(long[2]) == 4


def test_running_heads_of_plain_text_are_left_out() -> None:
    heads = [f"Harbour Report 2021      Page {number}" for number in (1, 2, 3)]
    bodies = [
        "The harbour handled 41,000 boxes in 2021. The board, which met",
        "eleven times, resigned.",
        "Fees rise in May.",
    ]
    pages = "\f".join(f"{head}\n\n{body}\n" for head, body in zip(heads, bodies, strict=True))
    article = parse(pages)
    assert [one for kind, one in content(article) if kind == "body"] == bodies
    assert [one.reason for one in article.boilerplate] == ["running head", "running head"]


def test_rows_between_tabs_are_quoted_with_their_header() -> None:
    table = "From\tTo\tLeaves\nLom\tHult\t07:40\nLom\tVik\t08:15\nHult\tVik\t09:05"
    article = parse(f"Ferry times\n\n{table}\n\nThe ferry to Vik carries bicycles.\n")
    assert sentences_of(article) == ["Ferry times", table, "The ferry to Vik carries bicycles."]
    assert article.title == "Ferry times"
    pairs = "Revenue\t41 m\nNet loss\t(1.1 m)\nDividend\tnone"
    assert sentences_of(parse(f"Results\n\n{pairs}\n\nThe outlook is unchanged."))[1] == pairs
    two = "Net loss\t(1.1 m)\nDividend\tnone"
    assert content(parse(f"Results\n\n{two}\n\nThe outlook for the year is unchanged, and so is the board."))[1:3] == [
        ("body", "Net loss\t(1.1 m)"),
        ("body", "Dividend\tnone"),
    ]


def test_a_sentence_behind_a_dateline_of_an_agency_is_no_caption() -> None:
    opening = (
        "LOM, 3 June 2023 (Reuters) - A fire burned the mill of Lom on Saturday night, and the miller saved his cat."
    )
    article = parse(f"Fire in Lom\n\n{opening}\n\n{BODY}")
    assert (article.date, content(article)[1]) == ("2023-06-03", ("body", opening))
    assert content(parse(f"Fire\n\nThe mill of Lom on Sunday (Reuters)\n\n{BODY}"))[1][0] == "caption"


def test_page_numbers_of_plain_text_and_the_heads_beside_them_are_left_out() -> None:
    bodies = [
        "The lock of Lom was drained in May.",
        "It was filled again in June.",
        "Nobody minded.",
        "The gate is new.",
    ]
    pages = [f"{body}\n\n{number}\n\nLocks of the county" for number, body in enumerate(bodies, 7)]
    article = parse("Locks\n\n" + "\n\n".join(pages))
    assert [one for kind, one in content(article) if kind == "body"] == bodies
    assert Counter(one.reason for one in article.boilerplate) == {"page number": 4, "running head": 4}
    years = "Seven were lost.\n\n1931\n\nNine were found.\n\n1950\n\nNone is left."
    assert boilerplate(parse(f"Boats\n\n{years}")) == []


def test_rows_in_columns_of_spaces_are_quoted_with_their_header() -> None:
    table = "Fish       Boxes    Price\nCod        21       31.50\nEel        9        88.20"
    assert sentences_of(parse(f"Auction\n\n{table}\n\nThe hall was full on Monday."))[1] == table


@pytest.mark.parametrize(
    "top",
    [
        '{\n  "title": "Salt for Lom",\n  "date": "2018-05-06",\n  "author": "Mia Lang"\n}',
        "---\ntitle: Salt for Lom\ndate: 2018-05-06\nauthor: Mia Lang\n...",
        "Title: Salt for Lom\nAuthor: Mia Lang\nDate: 6 May 2018",
        "From: Mia Lang <mia@lom.example>\nSubject: Salt for Lom\nDate: Sun, 6 May 2018 09:12:00 +0200",
    ],
)
def test_fields_at_the_top_name_the_article_in_several_forms(top: str) -> None:
    article = parse(f"{top}\n\n{BODY}")
    assert (article.title, article.date, article.authors) == ("Salt for Lom", "2018-05-06", ("Mia Lang",))
    assert [text for kind, text in content(article) if kind == "body"] == [BODY]


def test_fields_of_the_subject_itself_stay_content() -> None:
    article = parse(f"Title: The Bone Ring\nDirector: Mia Lang\nYear: 1987\n\n{BODY}")
    assert "Director: Mia Lang" in [text for kind, text in content(article) if kind == "body"]


def test_a_title_is_shown_without_markup_and_no_picture_is_one() -> None:
    assert parse_markdown(f"![logo](x.png)\n\n# **Sturgeon** at [Lom](http://x.example)\n\n{BODY}").title == (
        "Sturgeon at Lom"
    )


def test_a_first_sentence_with_a_reference_is_no_headline() -> None:
    opening = "The first cutters came in **1712**, *before* the [railway](https://x.example).[^1]"
    article = parse_markdown(f"---\ntitle: Peat\n---\n\n{opening}\n\n{BODY}\n\n[^1]: Parish register.")
    assert ("body", opening) in content(article)


def test_a_sentence_with_a_date_in_bold_type_is_no_line_of_metadata() -> None:
    opening = "Version 2 was released on **4 May 2020** by Tor Moe."
    article = parse_markdown(f"# Tides\n\n{opening}\n\n{BODY}")
    assert (article.date, content(article)[1]) == (None, ("body", opening))


@pytest.mark.parametrize("tag", ['<div style="display: none">', "<p hidden>", "<script>"])
def test_what_a_page_hides_is_left_out_of_markdown_too(tag: str) -> None:
    hidden = f"{tag}The pier is cursed.</{tag[1:].split()[0].strip('>')}>"
    article = parse_markdown(f"# The pier\n\n{BODY}\n\n{hidden}\n\n{MORE}")
    assert boilerplate(article) == [("comment", hidden)]

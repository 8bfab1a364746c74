"""Quotations and figures of a draft: the same words, nearly the same, or nothing; always in bounded time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.check.drafts.claims import find_figures, find_quotations
from qa.check.drafts.draft import FIGURES, QUOTATIONS, check_draft
from qa.check.drafts.records import Claim
from qa.protocols import Snapshot
from tests.reliability.corpus import index_articles, lay_out, opened

ARTICLES = {
    "harbour.txt": (
        "Fire in the harbour\n\nAngela Dunmore, who led the inquiry, said: “Nobody was warned, and nobody asked why\n"
        "the doors were locked.” Twelve people died in the fire.\n\nThe warehouse held 2,400 tonnes of timber.\n"
    ),
    "ferry.txt": (
        "The ferry\n\nThe ferry carried 120 passengers on the last crossing. It stops in October. The ferry was built"
        " by hand in 1931.\n"
    ),
    "copy.txt": "A reprint\n\nDunmore had said that “Nobody was warned, and nobody asked why the doors were locked.”\n",
}


@pytest.fixture
def snapshot(tmp_path: Path) -> Iterator[Snapshot]:
    lay_out(tmp_path / "articles", ARTICLES)
    index_articles(tmp_path / "articles", tmp_path / "index")
    with opened(tmp_path / "index") as one:
        yield one


def only(draft: str, snapshot: Snapshot) -> Claim:
    (claim,) = check_draft(draft, snapshot).claims
    assert draft[claim.start : claim.end] == claim.text
    for source in claim.sources:
        article = snapshot.text.article(source.article_id)
        assert article.text[source.start : source.end] == source.quote
    return claim


@pytest.mark.parametrize(
    "draft",
    [
        "She said: “Nobody was warned, and nobody asked why the doors were locked.”",
        'She said "nobody was warned, and nobody asked why the doors were locked," and left.',
        "„Nobody was warned, and nobody asked why the doors were locked“, sagte sie.",
        "«Nobody was warned, […] why the doors were locked», a-t-elle dit.",
        "“Nobody was warned, and nobody asked [...] the doors were locked.”",
        "“Nobody was warned, and nobody asked why the doors\nwere locked.",
    ],
)
def test_a_quotation_with_the_same_words_is_exact_in_every_article(draft: str, snapshot: Snapshot) -> None:
    claim = only(draft, snapshot)
    assert (claim.kind, claim.status, claim.differences) == ("quotation", "exact", ())
    assert [source.article_id for source in claim.sources] == ["copy", "harbour"]
    assert claim.sources[1].quote == "Nobody was warned, and nobody asked why\nthe doors were locked"
    assert claim.sources[1].link.startswith("/articles/harbour?start=")


def test_an_edited_quotation_is_shown_with_its_differences(snapshot: Snapshot) -> None:
    claim = only("“Nobody was told, and nobody asked why the doors were locked.”", snapshot)
    assert claim.status == "differs"
    assert [(one.where, one.text) for one in claim.differences][:4] == [
        ("same", "Nobody was"),
        ("draft", "told,"),
        ("article", "warned,"),
        ("same", "and nobody asked why the doors were"),
    ]


def test_a_fabricated_quotation_is_absent(snapshot: Snapshot) -> None:
    claim = only("“The council will pay for a new harbour by spring,” she promised.", snapshot)
    assert (claim.status, claim.sources) == ("absent", ())


def test_parts_in_another_order_are_not_a_quotation(snapshot: Snapshot) -> None:
    assert only("“the doors were locked […] nobody was warned”", snapshot).status != "exact"


@pytest.mark.parametrize(
    ("draft", "status", "article_id"),
    [
        ("The last crossing of the ferry carried 120 passengers.", "exact", "ferry"),
        ("The last crossing of the ferry carried 210 passengers.", "differs", "ferry"),
        ("Twelve people died in the harbour fire.", "exact", "harbour"),
        ("Eleven people died in the harbour fire.", "differs", "harbour"),
        ("The warehouse held more than 2,000 tonnes of timber.", "exact", "harbour"),
        ("The council spent 30 million pounds.", "absent", None),
        ("The ferry was built by hand in 1931.", "exact", "ferry"),
        ("The ferry was built by hand in 1951.", "differs", "ferry"),
        ("The pier was painted green in 1951.", "absent", None),
    ],
)
def test_a_figure_is_found_contradicted_or_absent(
    snapshot: Snapshot, draft: str, status: str, article_id: str | None
) -> None:
    claim = only(draft, snapshot)
    assert (claim.kind, claim.status) == ("figure", status)
    assert [source.article_id for source in claim.sources] == ([article_id] if article_id else [])
    assert bool(claim.differences) is (status == "differs")


def test_claims_come_in_the_order_of_the_draft_and_what_is_no_claim_is_left_out(snapshot: Snapshot) -> None:
    draft = (
        "The ferry carried 120 passengers. A so-called “hot spot” was found in May. She said: “Nobody was warned, and"
        " nobody asked why the doors were locked.” It stops in October.\n"
    )
    checked = check_draft(draft, snapshot)
    assert [(one.kind, one.status) for one in checked.claims] == [("figure", "exact"), ("quotation", "exact")]
    assert (checked.unchecked, checked.index) == (0, snapshot.info)


def test_what_is_beyond_the_limits_is_counted(snapshot: Snapshot) -> None:
    quotations = "“Nobody was ever here.”\n\n" * (QUOTATIONS + 7)
    figures = "It had 12 doors.\n\n" * (FIGURES + 5)
    checked = check_draft(quotations + figures, snapshot)
    assert (len(checked.claims), checked.unchecked) == (QUOTATIONS + FIGURES, 12)


HOSTILE = {
    "marks alone": '"' * 1_000_000,
    "marks that never close": "“a b c d " * 111_000,
    "a mark in each paragraph that never closes": "“Nobody was told, and nobody asked\n\n" * 27_000,
    "marks of all kinds": "“„«»”" * 200_000,
    "one word": "x" * 1_000_000,
    "digits": "1" * 1_000_000,
    "figures": "It had 12 doors and 14 gates. " * 33_000,
    "figures without an end": "12 doors and " * 76_000,
    "few letters": "“" + "ab ba " * 166_000 + "”",
    "edited quotations": "“Nobody was told, and nobody asked why the gates were closed.”\n\n" * 15_000,
    "brackets": "“" + "[" * 999_000,
    "dots": "“one two three" + "." * 999_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_megabyte_of_anything_is_checked_in_bounded_time(snapshot: Snapshot, kind: str) -> None:
    started = time.process_time()
    check_draft(HOSTILE[kind][:1_000_000], snapshot)
    assert time.process_time() - started < 20


def test_a_quotation_ends_at_its_mark_or_with_its_paragraph() -> None:
    draft = "“One two three\n\nfour five” six seven “eight nine ten” end"
    assert [span.of(draft) for span in find_quotations(draft)] == ["One two three", "eight nine ten"]
    assert list(find_figures("No number here.", [])) == []

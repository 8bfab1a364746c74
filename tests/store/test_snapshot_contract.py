"""The contract of Snapshot, for every implementation: a built index, the same in shards, and plain structures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from qa.cluster.cut import cut_generation
from qa.cluster.local import LocalClusterReader
from qa.errors import ArticleNotFound
from qa.protocols import CHEAP_SCORES, Candidates, Query, Snapshot
from qa.records import Place
from qa.scope import Scope
from qa.store.snapshot import open_snapshot
from tests.building import build
from tests.fakes import FakeEncoder
from tests.store.plain import PlainSnapshot

ENCODER = FakeEncoder(dimension=512)
DATE, TITLE, HERON, OWLS = (
    "date: 2020-01-01",
    "About birds",
    "The heron waits for fish near the river.",
    "Owls hunt mice by night.",
)
OTHER_TITLE, TROUT = "About fish", "Trout prefer cold water in the river."
BIRDS = f"---\n{DATE}\n---\n\n{TITLE}\n\n{HERON}\n\n{OWLS}\n"
FISH = f"{OTHER_TITLE}\n\n{OWLS}\n\n{TROUT}\n"
TEXTS = [DATE, TITLE, HERON, OWLS, OTHER_TITLE, TROUT]
IN_BIRDS = Place("birds", BIRDS.index(OWLS), BIRDS.index(OWLS) + len(OWLS))
IN_FISH = Place("fish", FISH.index(OWLS), FISH.index(OWLS) + len(OWLS))


@pytest.fixture(params=["built", "sharded", "plain"])
def snapshot(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Snapshot]:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "birds.txt").write_text(BIRDS, encoding="utf-8")
    (tmp_path / "articles" / "fish.txt").write_text(FISH, encoding="utf-8")
    build(tmp_path / "articles", tmp_path / "index", ENCODER)
    with closing(open_snapshot(tmp_path / "index", None)) as built:
        if request.param == "built":
            yield built
        elif request.param == "sharded":
            cut_generation(built, tmp_path / "cluster", [1])
            with closing(LocalClusterReader(tmp_path / "cluster", None)) as reader:
                yield reader.current()
        else:
            yield PlainSnapshot([built.text.article(one.id) for one in built.text.articles()], ENCODER)


def search(snapshot: Snapshot, *texts: str, scope: Scope | None = None) -> Candidates:
    return snapshot.search([Query(text, ENCODER.encode(text).sentence) for text in texts], scope)


def found(snapshot: Snapshot, text: str, scope: Scope | None) -> list[str]:
    paragraphs, _ = snapshot.read(search(snapshot, text, scope=scope).rows, scope, 0)
    return [f"{one.article_id}: {one.text}" for one in paragraphs]


def cosine(one: str, other: str) -> float:
    return float(ENCODER.encode(one).sentence @ ENCODER.encode(other).sentence)


def test_candidates_ascend_with_their_kinds(snapshot: Snapshot) -> None:
    candidates = search(snapshot, "river owls")
    assert candidates.rows.dtype == np.int64
    assert candidates.rows.tolist() == sorted(set(candidates.rows.tolist()))
    assert list(candidates.kinds) == ["metadata", "heading", "body", "body", "heading", "body"]
    paragraphs, _ = snapshot.read(candidates.rows, None, 0)
    assert [one.text for one in paragraphs] == TEXTS
    assert [one.row for one in paragraphs] == candidates.rows.tolist()


def test_each_query_has_a_table_of_cheap_scores(snapshot: Snapshot) -> None:
    one, other = search(snapshot, "mice by night", "trout river").scores
    assert one.shape == other.shape == (6, len(CHEAP_SCORES))
    assert one.dtype == np.float32
    scores = dict(zip(CHEAP_SCORES, other.T, strict=True))
    assert scores["dense"] == pytest.approx([cosine("trout river", text) for text in TEXTS], abs=1e-3)
    assert scores["early"] == pytest.approx([1, 1 / 2, 1 / 3, 1 / 4, 1, 1 / 2])
    birds, fish = (
        sum(ENCODER.encode(text).sentence for text in texts)
        for texts in ((DATE, TITLE, HERON, OWLS), (OTHER_TITLE, OWLS, TROUT))
    )
    asked = ENCODER.encode("trout river").sentence
    means = [float(total @ asked / np.linalg.norm(total)) for total in (birds, fish)]
    assert scores["article_dense"] == pytest.approx([means[0]] * 4 + [means[1]] * 2, abs=1e-3)
    assert scores["article_lexical"] == pytest.approx([0.19562] * 4 + [1.069055] * 2, abs=1e-5)
    assert scores["lexical"][[2, 5]] == pytest.approx([0.31594, 0.84503], abs=1e-5)
    assert np.flatnonzero(one[:, 1]).tolist() == [3]


def test_a_scope_restricts_what_is_found_and_chooses_the_copy_that_is_shown(snapshot: Snapshot) -> None:
    assert found(snapshot, "owls", None)[3] == f"birds: {OWLS}"
    in_fish = [f"fish: {text}" for text in (OWLS, OTHER_TITLE, TROUT)]
    assert found(snapshot, "owls", Scope(frozenset({"fish"}))) == in_fish
    in_birds = [f"birds: {text}" for text in (DATE, TITLE, HERON, OWLS)]
    assert found(snapshot, "owls", Scope(since="2020-01-01", until="2020-01-01")) == in_birds
    assert found(snapshot, "owls", Scope(frozenset({"fish", "birds"}), until="2020-01-02")) == in_birds
    assert found(snapshot, "owls", Scope(since="2020-01-02")) == []
    assert found(snapshot, "owls", Scope(frozenset({"nothing"}))) == []


def test_a_shared_paragraph_says_where_else_it_stands(snapshot: Snapshot) -> None:
    rows = search(snapshot, "owls").rows[3:4]
    for scope, shown, other in ((None, IN_BIRDS, IN_FISH), (Scope(frozenset({"fish"})), IN_FISH, IN_BIRDS)):
        [owls], _ = snapshot.read(rows, scope, 0)
        assert Place(owls.article_id, owls.start, owls.end) == shown
        assert owls.also_in == (other,)
        assert [(span.start, span.end) for span in owls.sentences] == [(shown.start, shown.end)]
        assert owls.title == snapshot.text.article(shown.article_id).title


def test_only_the_first_rows_are_read_with_their_tokens(snapshot: Snapshot) -> None:
    rows = search(snapshot, "owls").rows[[5, 1, 3]]
    paragraphs, tokens = snapshot.read(rows, None, 2)
    assert [one.text for one in paragraphs] == [TROUT, TITLE, OWLS]
    for text, one in zip((TROUT, TITLE), tokens, strict=True):
        np.testing.assert_allclose(one.unit(), ENCODER.encode(text).tokens, atol=1e-6)
        assert one.pieces.ids.tolist() == ENCODER.encode(text).pieces.ids.tolist()


def test_tokens_are_met_by_a_paragraph_or_by_what_stands_around_it(snapshot: Snapshot) -> None:
    questions = [ENCODER.encode(text).tokens for text in ("birds heron owls trout", "cold")]
    one, other = snapshot.best_matches(questions, search(snapshot, "owls").rows[[2, 5]])
    np.testing.assert_allclose(one.own, [[0, 0], [1, 0], [0, 0], [0, 1]], atol=1e-6)
    np.testing.assert_allclose(one.around, [[1, 0], [1, 0], [1, 0], [0, 1]], atol=1e-6)
    np.testing.assert_allclose((other.own, other.around), [[[0, 1]], [[0, 1]]], atol=1e-6)


def test_words_are_told_with_their_frequencies_and_examples(snapshot: Snapshot) -> None:
    assert snapshot.words.frequencies(["river", "owl", "zebra"]) == [2, 1, 0]
    assert dict(snapshot.words.near("fsh", 1)) == {"fish": 2}
    assert snapshot.examples("owl", 5) == [OWLS]
    assert sorted(snapshot.examples("river", 5)) == [HERON, TROUT]
    assert len(snapshot.examples("river", 1)) == 1


def test_articles_are_found_by_their_words_and_hold_their_own_rows(snapshot: Snapshot) -> None:
    assert snapshot.search_articles("cold trout", 5) == ["fish"]
    assert snapshot.search_articles("heron and fish by the river", 1) == ["birds"]
    assert [one.text for one in snapshot.paragraphs_of("fish")] == [OTHER_TITLE, TROUT]
    with pytest.raises(ArticleNotFound, match="No article 'nothing' in the index"):
        snapshot.paragraphs_of("nothing")


def test_a_rarer_token_weighs_more(snapshot: Snapshot) -> None:
    river, heron = ENCODER.encode("river heron").pieces.ids
    common, rare = snapshot.token_weights(np.array([river, heron], np.int32)).tolist()
    assert (common, rare) == pytest.approx((np.log(1 + 4.5 / 2.5), np.log(1 + 5.5 / 1.5)))

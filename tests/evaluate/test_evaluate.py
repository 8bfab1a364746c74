"""The figures, on outcomes small enough to be counted by hand."""

import json
from pathlib import Path
from typing import Any, cast

import pytest

from qa.errors import ArticleNotFound, BadRequest
from qa.evaluate.metrics import Outcome, figures, reliability, risk_coverage
from qa.evaluate.plot import draw
from qa.evaluate.questions import EvaluationQuestion, Evidence, Gold, gold, read_questions
from qa.evaluate.report import misses, table
from qa.protocols import TextStore
from qa.records import Answer, Article, Citation, IndexInfo, Passage, Place

TEXT = "The ship sank at dawn. Nobody was hurt."


class FakeText:
    def article(self, article_id: str) -> Article:
        if article_id != "ship":
            raise ArticleNotFound(f"No article {article_id!r} in the index.")
        return Article("ship", "ship.txt", "Ship", None, TEXT, "0" * 64)


def passage(rank: int, article_id: str, start: int, end: int) -> Passage:
    text = "x" * (end - start)
    return Passage(
        f"{article_id}:{start}-{end}", rank, article_id, "", f"{article_id}.txt", text, start, end, 1 / rank, ""
    )


def outcome(
    number: int,
    *,
    answerable: bool = True,
    ranks: tuple[int, ...] = (1,),
    confidence: float = 0.9,
    quote: str = "The ship sank at dawn.",
    kind: str = "fact",
    note: str = "",
) -> Outcome:
    """An outcome whose passages hit at the given ranks among three."""
    passages = tuple(passage(r, "ship", 0, 22) if r in ranks else passage(r, "other", r, r + 22) for r in (1, 2, 3))
    answered = confidence >= 0.5
    citations = (Citation(1, "ship", "", "ship.txt", quote, 0, 22, "", "", "0" * 64, ""),) if answered else ()
    answer = Answer(
        None,
        "?",
        "?",
        "alone",
        answered,
        "answered" if answered else "none",
        confidence,
        False,
        "",
        (),
        citations,
        passages,
        IndexInfo("g", "m", 2, 3),
        2.0,
    )
    question = EvaluationQuestion(f"q{number}", "?", kind, answerable, answers=("at dawn",), note=note)
    return Outcome(question, Gold((Place("ship", 0, 22),) if answerable else ()), answer)


def test_a_span_hits_with_half_of_the_shorter_one() -> None:
    place = Gold((Place("ship", 10, 20),))
    assert place.hit("ship", 15, 100)
    assert not place.hit("ship", 16, 100)
    assert place.hit("ship", 12, 14)
    assert not place.hit("other", 10, 20)
    assert Gold((Place("ship", 0, -1),)).hit("ship", 900, 901)


def test_retrieval_and_answer_figures_are_means_by_kind() -> None:
    found = figures([outcome(1), outcome(2, ranks=(3,), quote="Nobody was hurt."), outcome(3, ranks=())])
    fact = found["fact"]
    assert (fact["hit@1"], fact["hit@3"], fact["n"]) == pytest.approx((1 / 3, 2 / 3, 3))
    assert fact["mrr@10"] == pytest.approx((1 + 1 / 3) / 3)
    assert fact["answer_in_first_quote"] == pytest.approx(2 / 3)
    assert fact["article_hit@1"] == pytest.approx(1 / 3)
    assert found["ALL"]["mean_quote_chars"] == pytest.approx((22 + 16 + 22) / 3)


def test_article_gain_counts_the_place_of_the_article_among_articles() -> None:
    import math

    found = figures([outcome(1, ranks=(2,))])
    assert found["fact"]["article_ndcg@10"] == pytest.approx(1 / math.log2(3))


def test_refusals_are_counted_by_kind_and_separated_by_confidence() -> None:
    near: dict[str, Any] = {"answerable": False, "ranks": (), "note": "near-topic: not given"}
    found = figures(
        [
            outcome(1, confidence=0.9),
            outcome(2, confidence=0.7),
            outcome(3, confidence=0.8, **near),
            outcome(4, confidence=0.1, answerable=False, ranks=(), note="off-topic"),
        ]
    )
    assert (found["near-topic"]["false_answer"], found["off-topic"]["false_answer"]) == (1, 0)
    assert found["ALL"]["auroc"] == pytest.approx(3 / 4)
    assert found["ALL"]["auroc_near"] == pytest.approx(1 / 2)


def test_risk_is_the_share_of_wrong_ones_among_the_most_confident() -> None:
    curve = risk_coverage(
        [outcome(1, confidence=0.6), outcome(2, confidence=0.9), outcome(3, ranks=(), confidence=0.7)]
    )
    assert curve.coverage == pytest.approx((1 / 3, 2 / 3, 1))
    assert curve.risk == pytest.approx((0, 1 / 2, 1 / 3))


def test_reliability_compares_what_was_promised_with_what_was_kept() -> None:
    [low, high] = reliability(
        [outcome(1, confidence=0.95), outcome(2, ranks=(), confidence=0.93), outcome(3, confidence=0.2)]
    )
    assert (low.promised, low.kept, low.count) == pytest.approx((0.2, 1, 1))
    assert (high.promised, high.kept, high.count) == pytest.approx((0.94, 0.5, 2))


def test_misses_say_what_went_wrong() -> None:
    wrong = misses(
        [outcome(1), outcome(2, ranks=(2,)), outcome(3, confidence=0.2), outcome(4, answerable=False, note="off")]
    )
    assert wrong == ["q2\tfact\trank 2\t?", "q3\tfact\trefused (0.20), rank 1\t?", "q4\toff-topic\tanswered (0.90)\t?"]


def test_the_table_has_a_line_a_kind_and_all_last() -> None:
    lines = table(figures([outcome(1), outcome(2, kind="multi")])).splitlines()
    assert [line.split()[0] for line in lines[1:4]] == ["fact", "multi", "ALL"]


def test_evidence_is_found_at_every_occurrence() -> None:
    question = EvaluationQuestion("q", "?", "fact", True, evidence=(Evidence("ship.txt", "s"), Evidence("ship.txt")))
    places = gold(question, cast(TextStore, FakeText())).places
    assert [place.start for place in places] == [4, 9, 32, 0]
    assert places[-1].end == -1


@pytest.mark.parametrize(
    ("evidence", "complaint"),
    [
        (Evidence("ship.txt", "whale"), "Question q: ship does not hold 'whale'"),
        (Evidence("boat.txt"), "Question q: No article 'boat' in the index"),
    ],
)
def test_evidence_that_is_not_there_is_named(evidence: Evidence, complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        gold(EvaluationQuestion("q", "?", "fact", True, evidence=(evidence,)), cast(TextStore, FakeText()))


def test_a_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    good = {"id": "1", "question": "?", "kind": "fact", "answerable": True, "note": "x", "other": 1}
    path.write_text(f"{json.dumps(good)}\n\n{{\n", encoding="utf-8")
    with pytest.raises(BadRequest, match=r"questions\.jsonl, line 3: "):
        read_questions(path)


def test_a_file_without_questions_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(BadRequest, match="holds no questions"):
        read_questions(path)


@pytest.mark.parametrize(("name", "begins"), [("curve.png", b"\x89PNG"), ("curve.svg", b"<?xml")])
def test_the_curves_are_drawn_as_a_picture(tmp_path: Path, name: str, begins: bytes) -> None:
    draw([outcome(1), outcome(2, ranks=(), confidence=0.4)], tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(begins)

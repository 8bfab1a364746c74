"""The training folder as families of pairs: exact pairs, the same ones each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.encode.encoder import OnnxEncoder
from qa.records import Span
from qa.train.dataset import listed, unlisted
from qa.train.dataset.followups import with_earlier_questions
from qa.train.dataset.listed import make_listed
from qa.train.dataset.pairs import UNKNOWN, Family, Pair
from qa.train.dataset.prepare import count_pairs, make_families
from qa.train.dataset.sources import PairsMissing, Sources, read_sources
from qa.train.dataset.text import passage_key
from qa.train.dataset.unlisted import make_unlisted
from qa.train.dataset.vectors import Search, encode_texts, nearest
from qa.train.dataset.wording import careless
from qa.train.dataset.wording.careless import make_careless
from qa.train.dataset.wording.synonyms import Synonyms
from tests.fakes import FakeEncoder
from tests.train.texts import town, unanswered, write_lines, write_training_folder


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def pair(question: str, passage: str, answer: str = "", source: str = "squadshifts", title: str = "t") -> Pair:
    start = passage.index(answer)
    spans = (Span(start, start + len(answer)),) if answer else ()
    return Pair(question, passage, 1, int(bool(answer)), spans, "given", source, title)


def silent(line: str) -> None:
    pass


def test_sources_are_read_with_their_answers(tmp_path: Path) -> None:
    sources = read_sources(write_training_folder(tmp_path), chance())
    assert [len(sources.given), len(sources.human), sorted(sources.twins), len(sources.mined)] == [
        49,
        10,
        list(range(9)),
        1,
    ]
    selqa = sources.given[-1]
    assert (selqa.passage, selqa.answers, selqa.title) == ("Ann sang. It rained.", (Span(0, 9),), "selqa-dev-7")
    [colour] = {
        answer.of(one.passage)
        for one in sources.given[:-1]
        for answer in one.answers
        if "Oslo" in one.passage and "1912" in one.question
    }
    assert colour == "red"
    labels = {(one.kind, one.relevant, one.answerable) for one in [*sources.human, *sources.twins.values()]}
    assert labels == {("human", UNKNOWN, 0), ("twin", 1, 1)}
    assert (sources.mined[0].relevant, sources.mined[0].answerable) == (0, 0)


def test_texts_that_were_split_into_words_are_joined_and_straightened(tmp_path: Path) -> None:
    folder = write_training_folder(tmp_path)
    row = {**unanswered(0), "question": "did he n't go", "passage": "he said `` i can not ''"}
    write_lines(folder / "squad2_human.jsonl.gz", [row])
    assert read_sources(folder, chance()).human[0].passage == 'he said " i cannot "'
    assert read_sources(folder, chance()).human[0].question == "did hen't go"
    row = {**town(0), "question": "Who’s “in”?"}
    write_lines(folder / "span_qa.jsonl.gz", [row])
    assert read_sources(folder, chance()).given[0].question == 'Who\'s "in"?'


def test_a_folder_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PairsMissing, match=r"span_qa\.jsonl\.gz cannot be read"):
        read_sources(tmp_path, chance())


def test_a_line_that_is_no_pair_is_refused(tmp_path: Path) -> None:
    write_lines(write_training_folder(tmp_path) / "mined_negatives.jsonl.gz", [{"src": "timeqa"}])
    with pytest.raises(PairsMissing, match=r"mined_negatives.*missing required field `passage`"):
        read_sources(tmp_path, chance())


def test_families_are_the_same_ones_each_time(tmp_path: Path) -> None:
    folder = write_training_folder(tmp_path)
    made = [make_families(folder, FakeEncoder(), silent) for _ in range(2)]
    assert made[0] == made[1]
    lines = count_pairs(made[0])
    assert lines[0].startswith(f"{len(made[0])} families, ")
    assert "squad2_train_rebuilt, human: 10" in lines


def test_no_information_is_a_passage_without_each_sentence_that_has_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlisted, "SHORTENED_SHARE", 1.0)
    whole = pair("which colour?", "It is red. It was cold. Nobody came. The gate: red! We slept.", "red")
    made = [make_unlisted(Sources([whole], [], {}, []), chance(seed)) for seed in range(20)]
    pairs = [one for [family] in made for one in family.pairs]
    shortened = {(one.passage, one.relevant, one.answerable) for one in pairs if one.kind == "shortened"}
    assert shortened == {("It was cold. Nobody came. We slept.", UNKNOWN, 0)}
    controls = [one for one in pairs if one.kind == "control"]
    assert {one.passage for one in controls} <= {
        "It is red. Nobody came. The gate: red! We slept.",
        "It is red. It was cold. The gate: red! We slept.",
        "It is red. It was cold. Nobody came. The gate: red!",
    }
    assert {one.answers[0].of(one.passage) for one in controls} == {"red"}


def test_an_edited_question_stands_beside_the_one_that_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unlisted, "EDITED_SHARE", 1.0)
    monkeypatch.setattr(unlisted, "SHORTENED_SHARE", 0.0)
    asked = pair("who won?", "Ann won.", "Ann")
    [family] = make_unlisted(Sources([asked], [], {}, []), chance(1))
    [first, edited] = family.pairs
    assert first == asked
    assert edited.question in {"who never won?", "who lost?"}
    assert (edited.kind, edited.relevant, edited.answerable, edited.answers) == ("edited", UNKNOWN, 0, ())
    assert not family.listed


def test_a_human_question_stands_with_its_twin_and_an_answered_one() -> None:
    human = Pair("Who left?", "Ann sang.", UNKNOWN, 0, (), "human", "squad2_train_rebuilt", "")
    twin = Pair("Who sang?", "ann sang .", 1, 1, (), "twin", "squad2_train_twin", "")
    given = pair("Who sang a song?", "Ann sang.", "Ann", source="squad11_train_du")
    first = make_unlisted(Sources([given], [human], {0: twin}, []), chance())[0]
    assert [(one.question, one.passage, one.kind) for one in first.pairs] == [
        ("Who left?", "Ann sang.", "human"),
        ("Who sang?", "Ann sang.", "twin"),
        ("Who sang a song?", "Ann sang.", "given"),
    ]
    assert [one.answers for one in first.pairs] == [(), (), (Span(0, 3),)]


def searching(pairs: list[Pair]) -> Search:
    encoder = FakeEncoder()
    return Search(
        encode_texts(encoder, [one.passage for one in pairs]), encode_texts(encoder, [one.question for one in pairs])
    )


def test_the_nearest_passages_without_the_answer_are_found() -> None:
    asked = pair("red gate town", "The red gate of the town is old.", "old")
    near, same = pair("b", "The red gate fell.", "fell"), pair("c", "The red gate of a town is old too.", "too")
    far = pair("d", "Nobody came.", "Nobody")
    pairs = [asked, near, same, far]
    keys = {one.question: {passage_key(one.passage)} for one in pairs}
    assert searching(pairs).find_wrong([asked], keys) == [[near.passage, far.passage]]


def test_a_listed_family_has_the_right_passage_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listed, "REPHRASED_SHARE", 0.0)
    pairs = [pair("red gate", "The red gate is old.", "old"), pair("b", "The red door fell.", "fell", title="u")]
    made = make_listed(Sources(pairs, [], {}, []), searching(pairs), Synonyms(FakeEncoder(), []), chance())
    assert [family.pairs[0] for family in made] == pairs
    assert {(one.relevant, one.answerable) for family in made for one in family.pairs[1:]} == {(0, 0)}
    assert {one.kind for family in made for one in family.pairs[1:]} <= {"retrieved", "random"}
    assert made[0].pairs[1].passage == "The red door fell."


def test_a_question_in_other_words_is_perhaps_not_answered(encoder: OnnxEncoder) -> None:
    texts = ["The physician and the doctor saw the automobile and the vehicle."] * 6
    synonyms = Synonyms(encoder, texts)
    said = {synonyms.exchange("Which doctor drove?", "A doctor came.", chance(seed)) for seed in range(20)}
    assert said == {"Which doctor drove?", "Which physician drove?"}
    assert synonyms.exchange("Which doctor drove?", "Nobody came.", chance()) == "Which doctor drove?"
    one = pair("Which doctor drove?", "A doctor came.", "doctor")
    families = [listed._rephrase(Family((one,), True, "g"), synonyms, chance(seed)) for seed in range(20)]
    assert {(family.pairs[0].question, family.pairs[0].answerable) for family in families} == {
        ("Which doctor drove?", 1),
        ("Which physician drove?", UNKNOWN),
    }


def test_an_earlier_question_stands_in_front_of_all_of_a_family() -> None:
    one, other = pair("Who sang?", "Ann sang. Bob came.", "Ann"), pair("Who came?", "Ann sang. Bob came.", "Bob")
    family = Family((one,), False, passage_key(one.passage))
    sources = Sources([one, other], [], {}, [])
    asked = {with_earlier_questions([family], sources, chance(seed))[0].pairs[0].question for seed in range(300)}
    assert asked == {"Who sang?", "Who came? Who sang?", "Who came? Bob Who sang?"}


def test_some_families_have_questions_typed_in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["When did the train stop?", "Who sang?"]
    family = Family(tuple(pair(question, "Ann sang. It stopped.") for question in asked), False, "g")

    def typed(unmarked: float, bare: float, slip: float) -> set[tuple[str, ...]]:
        for name, share in {"UNMARKED_SHARE": unmarked, "BARE_SHARE": bare, "SLIP_SHARE": slip}.items():
            monkeypatch.setattr(careless, name, share)
        made = [make_careless([family], chance(seed))[0] for seed in range(40)]
        assert {one.passage for family in made for one in family.pairs} == {"Ann sang. It stopped."}
        return {tuple(one.question for one in family.pairs) for family in made}

    assert typed(0, 0, 0) == {("When did the train stop?", "Who sang?")}
    assert typed(1, 0, 0) == {("When did the train stop", "Who sang")}
    assert typed(0, 1, 0) == {("When train stop?", "Who sang?")}
    assert typed(0, 0, 1) == {("When did the tarin stop?", "Who sang?"), ("When did the trian stop?", "Who sang?")}
    assert len(typed(0.5, 0.5, 0)) == 4


def test_nearest_columns_come_best_first() -> None:
    assert nearest(np.array([[1, 3, 2], [9, 1, 8]], np.float32), 2) == [[1, 2], [0, 2]]
    assert nearest(np.array([[1, 3, 2]], np.float32), 9) == [[1, 2, 0]]


def test_a_group_is_held_out_as_a_whole() -> None:
    one = pair("a", "b")
    held = [Family((one,), False, f"group {number}").held_out() for number in range(3000)]
    assert sum(held) == pytest.approx(120, abs=30)
    assert held == [Family((one, one), True, f"group {number}").held_out() for number in range(3000)]

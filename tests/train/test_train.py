"""Training the reader: what it learns from, and that what is written answers as what was trained."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from qa.answer.network import ReadingNetwork, passage_tokens
from qa.core_pool import CorePool
from qa.encode.encoder import OnnxEncoder
from qa.protocols import StoredParagraph
from qa.records import Span
from qa.search.question import Question
from qa.text.sentences import split_sentences
from qa.train.__main__ import main
from qa.train.dataset.batches import Batches
from qa.train.dataset.examples import Examples, Gold, make_examples
from qa.train.dataset.negatives import with_negatives
from qa.train.dataset.pairs import Pair
from qa.train.dataset.passages import encode_table
from qa.train.dataset.retrieved import with_retrieved
from qa.train.dataset.sources import PairsMissing, read_pairs
from qa.train.dataset.windows import window
from qa.train.exporting.export import export
from qa.train.training import held_out_auroc, loss_of, share_of, train
from tests.fakes import FakeEncoder

COLOURS = ["red", "green", "blue", "white", "black", "brown", "pink", "grey"]
TOWNS = ["Paris", "Rome", "Oslo", "Bern", "Riga", "Kiel", "Lyon", "Bonn"]
VOCABULARY = 64


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def pair(question: str, passage: str, answer: str = "", *, group: str = "g") -> Pair:
    start = passage.index(answer)
    spans = (Span(start, start + len(answer)),) if answer else ()
    return Pair(question, passage, bool(answer), spans, "given", "squadshifts", group)


def town(number: int) -> Pair:
    name, colour = TOWNS[number % 8], COLOURS[number // 8]
    passage = f"It was cold. The gate of {name} is {colour}. Nobody came in 19{number}. The end was near."
    return pair(f"What is the gate of {name} in 19{number}?", passage, colour, group=f"town {number}")


def towns() -> list[Pair]:
    return with_negatives([town(number) for number in range(10, 60)], chance())


@pytest.fixture(scope="module")
def examples() -> Examples:
    pairs = towns()
    return with_retrieved(make_examples(pairs, FakeEncoder(), VOCABULARY, chance()), pairs, chance())


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def training_folder(folder: Path) -> Path:
    given = {"src": "onestop_qa", "title": "Gates", "question": "Which colour?", "passage": "The gate is red."}
    answers = [{"text": "red", "start": 12}]
    write_lines(
        folder / "span_qa.jsonl.gz",
        [
            {**given, "answers": answers, "answerable": True},
            {**given, "answers": [], "answerable": True},
            {**given, "answers": answers, "answerable": True, "src": "molweni"},
            {**given, "answers": [], "answerable": False, "src": "condaqa"},
            {**given, "answers": answers, "answerable": True, "question": ""},
        ],
    )
    write_lines(folder / "mined_negatives.jsonl.gz", [{**given, "answers": [], "answerable": False}])
    selqa = {"src": "selqa", "qid": "7", "split": "dev", "question": "Who sang?"}
    write_lines(
        folder / "sentence_rel.jsonl.gz",
        [{**selqa, "sentence": "Ann sang.", "label": 1}, {**selqa, "sentence": "It rained.", "label": 0}],
    )
    return folder


def test_pairs_are_read_with_their_answers(tmp_path: Path) -> None:
    found = read_pairs(training_folder(tmp_path), chance())
    assert [(one.kind, one.source, one.answerable, one.answers) for one in found] == [
        ("given", "onestop_qa", True, (Span(12, 15),)),
        ("given", "condaqa", False, ()),
        ("given", "selqa", True, (Span(0, 9),)),
        ("mined", "onestop_qa", False, ()),
    ]
    assert [one.group for one in found] == ["onestop_qa:Gates", "condaqa:Gates", "selqa:7", "onestop_qa:Gates"]


def test_a_folder_without_pairs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PairsMissing, match=r"span_qa\.jsonl\.gz cannot be read"):
        read_pairs(tmp_path, chance())


def test_a_line_that_is_no_pair_is_refused(tmp_path: Path) -> None:
    write_lines(training_folder(tmp_path) / "mined_negatives.jsonl.gz", [{"src": "timeqa"}])
    with pytest.raises(PairsMissing, match=r"mined_negatives.*missing required field `passage`"):
        read_pairs(tmp_path, chance())


def test_a_shortened_passage_has_lost_every_sentence_with_the_answer() -> None:
    whole = pair("Which colour?", "It is red. It was cold. Nobody came. The gate: red! We slept.", "red")
    made = [one for seed in range(20) for one in with_negatives([whole], chance(seed))[1:]]
    assert {one.passage for one in made if one.kind == "shortened"} == {"It was cold. Nobody came. We slept."}


def test_a_control_loses_another_sentence_and_keeps_its_answer() -> None:
    whole = pair("Which colour?", "It was cold. Nobody came. The gate is red.", "red")
    made = [one for seed in range(20) for one in with_negatives([whole], chance(seed))[1:]]
    controls = [one for one in made if one.kind == "control"]
    assert {one.passage for one in controls} == {"It was cold. The gate is red.", "Nobody came. The gate is red."}
    assert {one.answers[0].of(one.passage) for one in controls} == {"red"}


def test_tokens_carry_flags_and_sentences() -> None:
    tokens = encode_table(FakeEncoder(), ["Red fox. It had 12 eggs."]).tokens[0]
    assert tokens.flags.tolist() == [1 | 4, 0, 1 | 4, 0, 2, 0]
    assert tokens.sentence.tolist() == [0, 0, 1, 1, 1, 1]


def test_unit_vectors_survive_being_stored_as_bytes() -> None:
    tokens = encode_table(FakeEncoder(), ["red fox"]).tokens[0]
    assert tokens.unit() == pytest.approx(FakeEncoder().encode("red fox").tokens, abs=1e-4)


def test_an_example_knows_the_tokens_and_the_sentence_of_its_answer() -> None:
    found = make_examples([pair("Which?", "It was cold. The red gate fell.", "red gate")], FakeEncoder(), 64, chance())
    assert [one.gold for one in found.all] == [Gold((4,), (5,), (1,))]


def test_a_pair_that_is_cut_off_before_its_answer_is_left_out() -> None:
    encoder = FakeEncoder(max_tokens=4)
    found = make_examples([pair("Which?", "It was cold. The red gate fell.", "red gate")], encoder, 64, chance())
    assert found.all == []


def test_rare_word_pieces_weigh_more() -> None:
    encoder = FakeEncoder(1024)
    pairs = [pair("Which?", "the red gate", "red"), pair("Which?", "the blue gate", "blue")]
    idf = make_examples(pairs, encoder, 1024, chance()).idf
    weights = [idf[encoder.axis(word)] for word in ("yellow", "red", "the")]
    assert weights == pytest.approx([1, np.log(3 / 1.5) / np.log(6), np.log(3 / 2.5) / np.log(6)])


def test_the_nearest_passage_without_the_answer_is_retrieved() -> None:
    asked = pair("red gate town", "The red gate of the town is old.", "old", group="one")
    near = pair("b", "The red gate fell.", "fell", group="two")
    same = pair("c", "The red gate of a town is old too.", "too", group="three")
    far = pair("d", "Nobody came.", "Nobody", group="four")
    made = make_examples([asked, near, same, far], FakeEncoder(), VOCABULARY, chance())
    found = [with_retrieved(made, [asked, near, same, far], chance(seed)).all[4] for seed in range(20)]
    assert {made.passages.texts[one.passage] for one in found} == {near.passage, far.passage}
    assert {(made.questions.texts[one.question], one.kind, one.group) for one in found} == {
        ("red gate town", "retrieved", "one")
    }


def test_a_window_keeps_the_answer_and_counts_anew() -> None:
    text = "One came. Two came. Three came. Red fell. Five came. Six came."
    found = make_examples([pair("What fell?", text, "Red")], FakeEncoder(), VOCABULARY, chance())
    tokens, asked = found.passages.tokens[0], found.questions.tokens[0]
    for seed in range(30):
        cut, gold = window(asked, tokens, found.all[0].gold, found.idf, chance(seed))
        assert text[slice(*cut.spans[gold.starts[0]])] == "Red"
        assert cut.sentence[gold.starts[0]] == gold.sentences[0]
        assert cut.sentence[0] == 0
        assert len(set(cut.sentence.tolist())) <= 6


def test_a_batch_marks_answers_and_padding(examples: Examples) -> None:
    first = next(one for one in examples.all if one.kind == "control")
    batch = Batches(examples, 0).plain([first, next(one for one in examples.all if one.kind == "swapped")])
    length = len(examples.passages.tokens[first.passage])
    assert batch.labels.tolist() == [1, 0]
    assert batch.starts[0].nonzero().flatten().tolist() == list(first.gold.starts)
    assert batch.sentences[0].nonzero().flatten().tolist() == list(first.gold.sentences)
    assert batch.starts[1].sum() == 0
    assert length < batch.sentence.shape[1]
    assert (batch.sentence[0] >= 0).tolist() == [place < length for place in range(batch.sentence.shape[1])]


def test_training_lowers_the_loss(examples: Examples) -> None:
    learnt = [one for one in examples.all if not one.held_out()]
    batch = Batches(examples, 0).plain(learnt)
    untrained, trained = train(examples, [], print), train(examples, [step / 20 for step in range(20)], print)
    with torch.no_grad():
        assert loss_of(trained, batch) < loss_of(untrained, batch)


def test_nothing_to_learn_from_is_refused() -> None:
    nothing = Examples(
        encode_table(FakeEncoder(), []), encode_table(FakeEncoder(), []), np.ones(64, np.float32), {}, []
    )
    with pytest.raises(PairsMissing, match="No pair is left"):
        train(nothing, [0.0], print)


def test_a_share_is_never_one() -> None:
    shares = list(share_of(1e-5))
    assert shares == sorted(shares)
    assert all(share < 1 for share in shares)


def test_held_out_pairs_are_measured_by_the_kind_of_negative(examples: Examples) -> None:
    network = train(examples, [], print)
    held = [one for one in examples.all if one.held_out()]
    assert set(held_out_auroc(network, examples)) == {one.kind for one in held if not one.answerable}
    assert all(0 <= auroc <= 1 for auroc in held_out_auroc(network, examples).values())


def test_a_group_is_wholly_held_out_or_not_at_all(examples: Examples) -> None:
    sides: dict[str, set[bool]] = {}
    for one in examples.all:
        sides.setdefault(one.group, set()).add(one.held_out())
    assert {len(side) for side in sides.values()} == {1}


def paragraph(text: str) -> StoredParagraph:
    spans = split_sentences(text, 0, len(text))
    return StoredParagraph(0, "a", "", "a.txt", "", 0, len(text), "body", text, spans, ())


# Training holds vectors in bytes, so its numbers differ a little; a flag or a sentence gone wrong changes more.
LIKE = 2e-3
READ = [
    "Anthropomorphising NATO's 21st manoeuvre cost $1,250. Nobody came.",
    "It was cold.   “Grrr,” said Mr. Überwald (aged 7)... He left the gate open! And 3 dogs went.",
    "short",
]


def test_what_is_written_judges_as_what_was_trained(encoder: OnnxEncoder, tmp_path: Path) -> None:
    examples = make_examples([pair("Who left the gate open?", text) for text in READ], encoder, 30522, chance())
    network = train(examples, [step / 5 for step in range(5)], print)
    export(network, tmp_path / "reader.onnx")
    encoded = encoder.encode("Who left the gate open?")
    question = Question("", "alone", encoded, np.ones(len(encoded.pieces.ids), np.float32), 0.0)
    read = [
        passage_tokens(paragraph(text), one.tokens, one.pieces)
        for text, one in zip(READ, map(encoder.encode, READ), strict=True)
    ]
    judged = ReadingNetwork(tmp_path / "reader.onnx", CorePool(1)).judge(question, read)
    batch = Batches(examples, 0).plain(examples.all)
    with torch.no_grad():
        odds, logits = network(*batch.inputs)
    assert [judgement.answerable for judgement in judged] == pytest.approx(odds.tolist(), abs=LIKE)
    for judgement, tokens, sentence in zip(judged, logits, batch.sentence, strict=True):
        evidence = tokens[sentence >= 0, 2].softmax(0).numpy()
        expected = np.log(np.bincount(sentence[sentence >= 0].numpy(), evidence))
        assert judgement.sentences == pytest.approx(expected, abs=LIKE)


def test_the_command_writes_a_reader_and_says_what_it_does(encoder_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "reader.onnx"
    run = CliRunner().invoke(
        main, [str(training_folder(tmp_path)), str(encoder_folder), str(file), "--minutes", "0.005"]
    )
    assert (run.exit_code, run.stderr.splitlines()[0]) == (0, "encoding 4 pairs")
    assert ReadingNetwork(file, CorePool(1)).judge is not None


def test_a_file_in_no_folder_is_refused_before_anything_is_trained(encoder_folder: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, [str(tmp_path), str(encoder_folder), str(tmp_path / "none" / "reader.onnx")])
    assert run.exit_code == 2
    assert f"There is no folder {tmp_path / 'none'}." in run.stderr


def test_a_folder_without_pairs_is_refused_by_the_command(encoder_folder: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, [str(tmp_path), str(encoder_folder), str(tmp_path / "reader.onnx")])
    assert run.exit_code == 2
    assert "span_qa.jsonl.gz cannot be read" in run.stderr

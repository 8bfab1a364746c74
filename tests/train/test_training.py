"""Training on a handful of pairs: losses fall, a resumed training ends as an undisturbed one does, and the export."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from safetensors import safe_open
from tokenizers import Tokenizer

from qa import factory
from qa.encode.card import TOKENIZER
from qa.encode.encoder import OnnxEncoder
from qa.encode.pairs.network import PairNetwork, read_pair_card
from qa.encode.pairs.windows import Window
from qa.graphs import open_session
from qa.train.__main__ import ENCODER, GRAPHS, PAIRS, main
from qa.train.checkpoint import CHECKPOINT, CheckpointUnusable
from qa.train.dataset.batches import Batch, Batches
from qa.train.dataset.pairs import KINDS
from qa.train.dataset.prepare import make_families, write_table
from qa.train.dataset.sources import PairsMissing
from qa.train.dataset.table import Table
from qa.train.exporting.export import export, plain_pieces, trace
from qa.train.measures import auroc
from qa.train.network.losses import losses_of, sentence_scores, total
from qa.train.network.network import CrossEncoder, with_weights
from qa.train.training import Training, learnt_families, rate_share
from tests.fakes import FakeEncoder
from tests.train.texts import write_model, write_training_folder

STEPS = 6


def silent(line: str) -> None:
    pass


@pytest.fixture(scope="module")
def tokenizer(encoder_folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(encoder_folder / TOKENIZER))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    return write_model(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def table(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Table:
    folder = tmp_path_factory.mktemp("pairs")
    write_table(make_families(write_training_folder(folder), FakeEncoder(), silent), tokenizer, folder / PAIRS)
    return Table(folder / PAIRS)


def train(table: Table, model: Path, folder: Path, steps: int = STEPS) -> CrossEncoder:
    folder.mkdir(exist_ok=True)
    training = Training(table, model, folder, steps, compiled=False)
    training.run(silent)
    return training.network


def weights(network: CrossEncoder) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().clone() for name, tensor in network.state_dict().items()}


def test_training_lowers_the_loss(table: Table, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.train.training.WARM_UP_STEPS", 1)
    [batch, *_] = Batches(table, 0).epoch(learnt_families(table))
    untrained = Training(table, model, tmp_path, 40, compiled=False).network
    trained = train(table, model, tmp_path, 40)
    with torch.no_grad():
        before, after = (
            total(losses_of(one(batch.ids, batch.types, batch.mask), batch)) for one in (untrained, trained)
        )
    assert after < before


def test_word_vectors_are_not_trained(table: Table, model: Path, tmp_path: Path) -> None:
    name = "trunk.embeddings.word_embeddings.weight"
    before = weights(Training(table, model, tmp_path, STEPS, compiled=False).network)
    after = weights(train(table, model, tmp_path))
    assert torch.equal(before[name], after[name])
    assert not torch.equal(before["marked.weight"], after["marked.weight"])


def test_a_resumed_training_ends_with_the_weights_of_an_undisturbed_one(
    table: Table, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undisturbed = train(table, model, tmp_path / "whole")
    monkeypatch.setattr("qa.train.training.STEPS_PER_CHECKPOINT", 2)
    folder = tmp_path / "halves"
    folder.mkdir()
    descend, taken = Training._descend, list[int]()

    def interrupted(self: Training, batch: Batch) -> dict[str, torch.Tensor]:
        taken.append(self.step)
        if taken == [0, 1, 2, 3, 4]:
            raise KeyboardInterrupt
        return descend(self, batch)

    monkeypatch.setattr(Training, "_descend", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(table, model, folder)
    resumed = train(table, model, folder)
    assert taken == [0, 1, 2, 3, 4, 4, 5]
    assert weights(resumed).keys() == weights(undisturbed).keys()
    assert all(torch.equal(tensor, weights(resumed)[name]) for name, tensor in weights(undisturbed).items())


def test_a_checkpoint_holds_tensors_and_numbers_alone(table: Table, model: Path, tmp_path: Path) -> None:
    train(table, model, tmp_path)
    with safe_open(tmp_path / CHECKPOINT, "pt") as stored:
        assert stored.metadata() == {"step": "6", "steps": "6", "pairs": str(len(table.arrays["kind"]))}
        assert {name.split("/")[0] for name in stored.keys()} == {"weights", "optimizer"}  # noqa: SIM118
    assert [path.name for path in tmp_path.iterdir()] == [CHECKPOINT]


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut_short, empty])
def test_a_damaged_checkpoint_is_refused(
    damage: Callable[[Path], None], table: Table, model: Path, tmp_path: Path
) -> None:
    train(table, model, tmp_path, 1)
    damage(tmp_path / CHECKPOINT)
    with pytest.raises(CheckpointUnusable, match=r"checkpoint\.safetensors cannot be used.*Delete it to begin again"):
        train(table, model, tmp_path, 1)


def test_a_checkpoint_of_another_training_is_refused(table: Table, model: Path, tmp_path: Path) -> None:
    train(table, model, tmp_path, 1)
    with pytest.raises(CheckpointUnusable, match=r"belongs to another training: .*'steps': '1'.*'steps': '2'"):
        train(table, model, tmp_path, 2)


def test_families_with_a_human_question_come_twice(table: Table) -> None:
    learnt, human = list(learnt_families(table)), KINDS.index("human")
    kept = np.flatnonzero(~table.arrays["held_out"])
    for family in kept:
        kinds = table.arrays["kind"][table.pairs_of(int(family))]
        assert learnt.count(int(family)) == 1 + (human in kinds)
    assert set(learnt) == set(kept.tolist())


def test_nothing_to_learn_from_is_refused(table: Table) -> None:
    everything = dict(table.arrays)
    table.arrays["held_out"] = np.ones(table.families, bool)
    with pytest.raises(PairsMissing, match="No pair is left"):
        learnt_families(table)
    table.arrays.update(everything)


def test_the_rate_rises_and_falls_in_a_straight_line() -> None:
    assert [rate_share(step, 1000) for step in (0, 74, 149, 500, 999)] == pytest.approx(
        [1 / 150, 0.5, 0.851, 0.5, 0.01]
    )


def test_held_out_families_are_measured_by_the_kind_of_negative(table: Table, model: Path, tmp_path: Path) -> None:
    everything = dict(table.arrays)
    table.arrays["held_out"] = np.ones(table.families, bool)
    figures = Training(table, model, tmp_path, STEPS, compiled=False).measure_held_out()
    table.arrays.update(everything)
    assert {"loss twins", "sentence right", "list right", "answerable / human", "relevant / retrieved"} <= set(figures)
    assert all(0 <= value <= 1 for name, value in figures.items() if not name.startswith("loss"))


def test_a_tie_counts_half() -> None:
    assert auroc([2, 1], [1, 0]) == (1 + 1 + 0.5 + 1) / 4


def test_a_sentence_has_the_sum_of_its_pieces() -> None:
    logits, sentence = torch.tensor([[5.0, 0.0, 0.0, 1.0]]), torch.tensor([[-1, 0, 0, 1]])
    assert sentence_scores(logits, sentence, 3)[0].tolist() == pytest.approx([np.log(2), 1, -1e4 + np.log(4)])


# Largest difference of a log odd between the network and its graph, with the weights as they are.
EXACT = 1e-4
# With eight bits per weight; an untrained network's log odds stay within 0.2 of each other.
ROUNDED = 0.05


def test_the_graph_reads_as_the_network(table: Table, model: Path, tokenizer: Tokenizer, tmp_path: Path) -> None:
    network = with_weights(model, weights(train(table, model, tmp_path)))
    trace(network, tmp_path / "exact.onnx")
    export(network, tokenizer, "v", tmp_path / GRAPHS["answers"])
    exact, rounded = open_session(tmp_path / "exact.onnx"), PairNetwork.open(tmp_path / GRAPHS["answers"])
    for family in range(5):
        [window, *_] = table.windows(family, 200, np.random.default_rng(0))
        ids = np.array([[101, *window.question, 102, *window.passage, 102]])
        begin = len(window.question) + 2
        types = (np.arange(ids.shape[1]) >= begin).astype(np.int64)[None]
        with torch.no_grad():
            reading = network(torch.tensor(ids), torch.tensor(types), torch.ones_like(torch.tensor(ids)))
        odds, tokens = [float(reading.relevant), float(reading.answerable)], reading.tokens[0].numpy()
        judged, marked = exact.run(None, {"ids": ids, "types": types})
        assert judged.tolist() == pytest.approx(odds, abs=EXACT)
        assert np.abs(marked - tokens).max() < EXACT
        one = rounded.judge(Window(window.question, window.passage, 0))
        assert [one.relevant, one.answerable] == pytest.approx(odds, abs=ROUNDED)
        assert np.abs(one.evidence - tokens[begin:-1, 2]).max() < ROUNDED


def test_the_card_reads_typographic_marks_as_the_shipped_one(tokenizer: Tokenizer) -> None:
    assert plain_pieces(tokenizer) == read_pair_card(factory.CROSS_ENCODER).plain


def test_the_command_writes_a_reader_and_says_what_it_does(encoder_folder: Path, model: Path, tmp_path: Path) -> None:
    training, folder = write_training_folder(tmp_path / "training", towns=8), tmp_path / "model"
    shutil.copytree(encoder_folder, folder / ENCODER)
    options = ["--steps", "1", "--model", str(model), "--no-compile"]
    run = CliRunner().invoke(main, [str(training), str(folder), *options])
    assert (run.exit_code, run.stderr.splitlines()[0]) == (0, "encoding 29 pairs")
    [figures] = [json.loads(line) for line in run.stderr.splitlines() if line.startswith('{"held out"')]
    assert list(figures) == ["held out"]
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["cross_encoder.json", GRAPHS["answers"], ENCODER, PAIRS, CHECKPOINT]
    )
    assert PairNetwork.open(folder / GRAPHS["answers"]).vocabulary == OnnxEncoder.open(encoder_folder).vocabulary
    written = (folder / GRAPHS["answers"]).read_bytes()
    again = CliRunner().invoke(main, [str(training), str(folder), *options])
    assert (again.exit_code, "encoding" in again.stderr) == (0, False)
    assert (folder / GRAPHS["answers"]).read_bytes() == written


def test_a_folder_without_pairs_is_refused_by_the_command(encoder_folder: Path, tmp_path: Path) -> None:
    shutil.copytree(encoder_folder, tmp_path / "model" / ENCODER)
    (tmp_path / "training").mkdir()
    run = CliRunner().invoke(main, [str(tmp_path / "training"), str(tmp_path / "model")])
    assert run.exit_code == 2
    assert "span_qa.jsonl.gz cannot be read" in run.stderr

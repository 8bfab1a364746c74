"""``python -m qa.train``: train a network that reads two texts together, and write it as ONNX."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click
from tokenizers import Tokenizer

from qa.encode.card import CARD, TOKENIZER
from qa.encode.encoder import OnnxEncoder
from qa.encode.export import export as export_encoder
from qa.encode.model import DEFAULT_MODEL, check_weights, find_model
from qa.errors import QAError
from qa.protocols import Encoder
from qa.train.dataset.prepare import count_pairs, make_families, write_table
from qa.train.dataset.table import Table
from qa.train.exporting.export import export
from qa.train.network.network import CrossEncoder, with_weights
from qa.train.statements.families import read_statement_families
from qa.train.training import Training

ENCODER, PAIRS = "encoder", "pairs.npz"  # in the folder of the model
GRAPHS = {"answers": "cross_encoder.onnx", "statements": "entailment.onnx"}
STEPS = {"answers": 1500, "statements": 900}


@click.command()
@click.argument("training", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--task", type=click.Choice(list(GRAPHS)), default="answers", help="What the network judges (answers).")
@click.option("--steps", type=click.IntRange(1), help="Steps of training (1500 for answers, 900 for statements).")
@click.option(
    "--begin", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of a training to begin with."
)
@click.option("--model", default=DEFAULT_MODEL, help=f"Name or folder of the encoder to begin with ({DEFAULT_MODEL}).")
@click.option("--compile/--no-compile", "compiled", default=True, help="Compile the layers, with a C++ compiler (yes).")
def main(
    training: Path, folder: Path, task: str, steps: int | None, begin: Path | None, model: str, compiled: bool
) -> None:
    """Train a network on the pairs in TRAINING and write it into FOLDER.

    With "answers" it judges whether a passage answers a question; with "statements" whether a text says what a
    statement says. An interrupted training goes on from its checkpoint in FOLDER. The prepared pairs are kept there,
    too.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            files = find_model(model, Path(scratch))
            check_weights(files)
            if not (folder / ENCODER / CARD).exists():
                export_encoder(model, folder / ENCODER)
            encoder = OnnxEncoder.open(folder / ENCODER)
            tokenizer = Tokenizer.from_file(str(folder / ENCODER / TOKENIZER))
            if not (folder / PAIRS).exists():
                _prepare(training, encoder, tokenizer, folder / PAIRS, task)
            location = Path(files.location)
            course = Training(
                Table(folder / PAIRS), location, folder, steps or STEPS[task], compiled=compiled, begin=begin
            )
            network = _train(course, location)
            export(network, tokenizer, encoder.vocabulary, folder / GRAPHS[task])
    except (QAError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(getattr(error, "exit_code", QAError.exit_code)) from error


def _prepare(training: Path, encoder: Encoder, tokenizer: Tokenizer, pairs: Path, task: str) -> None:
    families = make_families(training, encoder, _tell) if task == "answers" else read_statement_families(training)
    for line in count_pairs(families):
        _tell(line)
    write_table(families, tokenizer, pairs)


def _train(course: Training, model: Path) -> CrossEncoder:
    """Train, tell the figures on held-out families, and return the network as it runs."""
    course.run(_tell)
    figures = course.measure_held_out()
    _tell(json.dumps({"held out": {name: round(value, 4) for name, value in figures.items()}}))
    return with_weights(model, course.network.state_dict())


def _tell(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()

"""``python -m qa.train``: train the reader that reads question and passage together, and write it as ONNX."""

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
from qa.train.dataset.prepare import count_pairs, make_families, write_table
from qa.train.dataset.table import Table
from qa.train.exporting.export import export
from qa.train.network.network import with_weights
from qa.train.training import Training

ENCODER, PAIRS, GRAPH = "encoder", "pairs.npz", "cross_encoder.onnx"  # in the folder of the model
DEFAULT_STEPS = 1500


@click.command()
@click.argument("training", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--steps", type=click.IntRange(1), default=DEFAULT_STEPS, help=f"Steps of training ({DEFAULT_STEPS}).")
@click.option("--model", default=DEFAULT_MODEL, help=f"Name or folder of the encoder to begin with ({DEFAULT_MODEL}).")
@click.option("--compile/--no-compile", "compiled", default=True, help="Compile the layers, with a C++ compiler (yes).")
def main(training: Path, folder: Path, steps: int, model: str, compiled: bool) -> None:
    """Train the reader on the pairs in TRAINING and write it into FOLDER.

    An interrupted training goes on from its checkpoint in FOLDER. The prepared pairs are kept there, too.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            files = find_model(model, Path(scratch))
            check_weights(files)
            if not (folder / ENCODER / CARD).exists():
                export_encoder(model, folder / ENCODER)
            _train(training, folder, steps, Path(files.location), compiled=compiled)
    except (QAError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        raise SystemExit(getattr(error, "exit_code", QAError.exit_code)) from error


def _train(training: Path, folder: Path, steps: int, model: Path, *, compiled: bool) -> None:
    encoder = OnnxEncoder.open(folder / ENCODER)
    tokenizer = Tokenizer.from_file(str(folder / ENCODER / TOKENIZER))
    if not (folder / PAIRS).exists():
        families = make_families(training, encoder, _tell)
        for line in count_pairs(families):
            _tell(line)
        write_table(families, tokenizer, folder / PAIRS)
    course = Training(Table(folder / PAIRS), model, folder, steps, compiled=compiled)
    course.run(_tell)
    figures = course.measure_held_out()
    _tell(json.dumps({"held out": {name: round(value, 4) for name, value in figures.items()}}))
    network = with_weights(model, course.network.state_dict())
    export(network, tokenizer, encoder.vocabulary, folder / GRAPH)


def _tell(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    main()

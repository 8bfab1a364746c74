"""A training folder with a handful of pairs, and an encoder that is small enough to train in a test."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from transformers import BertConfig, BertModel

COLOURS = ["red", "green", "blue", "white", "black", "brown", "pink", "grey"]
TOWNS = ["Paris", "Rome", "Oslo", "Bern", "Riga", "Kiel", "Lyon", "Bonn"]


def town(number: int) -> dict[str, object]:
    """Return a row of span_qa about the gate of a town."""
    name, colour = TOWNS[number % 8], COLOURS[number // 8]
    passage = (
        f"It was cold in {name}. The gate of {name} is {colour}. Nobody came in 19{number + 10}. The end was near."
    )
    return {
        "id": f"town-{number}",
        "src": "onestop_qa",
        "title": f"Gates of {name}",
        "question": f"What is the gate of {name} in 19{number + 10}?",
        "passage": passage,
        "answers": [{"text": colour, "start": passage.index(f"is {colour}") + 3}],
        "answerable": True,
    }


def unanswered(number: int) -> dict[str, object]:
    """Return a row of squad2_human about a town: what its passage does not say."""
    question = f"Who opened the gate of {TOWNS[number % 8]}?"
    return {**town(number), "src": "squad2_train_rebuilt", "question": question, "answers": [], "answerable": False}


def write_lines(path: Path, rows: Sequence[dict[str, object]]) -> None:
    """Write rows of JSON."""
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def write_training_folder(folder: Path, towns: int = 48) -> Path:
    """Write 48 towns, ten human questions, nine twins, a mined passage and a question of selqa."""
    folder.mkdir(exist_ok=True)
    write_lines(folder / "span_qa.jsonl.gz", [town(number) for number in range(towns)])
    human = [unanswered(number) for number in range(10)]
    twins = [{**town(number), "src": "squad2_train_twin", "answers": []} for number in range(9)]
    twins = [{**row, "id": f"twin-{row['id']}"} for row in twins]
    write_lines(folder / "squad2_human.jsonl.gz", [*human, *twins])
    write_lines(folder / "mined_negatives.jsonl.gz", [{**town(3), "answers": [], "answerable": False}])
    selqa = {"src": "selqa", "qid": "7", "split": "dev", "question": "Who sang?"}
    write_lines(
        folder / "sentence_rel.jsonl.gz",
        [{**selqa, "sentence": "Ann sang.", "label": 1}, {**selqa, "sentence": "It rained.", "label": 0}],
    )
    return folder


def write_model(folder: Path) -> Path:
    """Write a BERT of two layers and 32 numbers per token, with the real vocabulary's size."""
    config = BertConfig(
        vocab_size=30522,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=512,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    return folder

"""Figures on held-out families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from qa.encode.pairs.network import EVIDENCE
from qa.train.dataset.batches import Batch, Batches
from qa.train.dataset.pairs import KINDS
from qa.train.network.losses import MASKED, losses_of, sentence_scores
from qa.train.network.network import CrossEncoder, Reading

Scores = defaultdict[str, defaultdict[str, list[float]]]
"""Scores of pairs by head, then by kind of negative or "yes"."""


def measure(network: CrossEncoder, batches: Batches, families: Sequence[int]) -> dict[str, float]:
    """Return the mean losses, how often the right sentence and the right passage come first, and AUROCs.

    An AUROC is named "HEAD / KIND": how probably a pair that answers has a higher score than one of that kind.
    """
    network.eval()
    scores: Scores = defaultdict(lambda: defaultdict(list))
    values: dict[str, list[float]] = defaultdict(list)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in batches.epoch(families):
            reading = network(batch.ids, batch.types, batch.mask)
            for name, loss in losses_of(reading, batch).items():
                values[f"loss {name}"].append(float(loss))
            _collect(reading, batch, scores, values)
    network.train()
    figures = {name: float(np.mean(found)) for name, found in values.items() if found}
    for head, by_kind in scores.items():
        answering = by_kind.pop("yes", [])
        figures |= {f"{head} / {kind}": auroc(answering, found) for kind, found in by_kind.items() if answering}
    return figures


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float:
    """Return how probably one of ``higher`` is greater than one of ``lower``; a tie counts half."""
    one, other = np.array(higher)[:, None], np.array(lower)[None]
    return float(((one > other) + (one == other) / 2).mean())


def _collect(reading: Reading, batch: Batch, scores: Scores, values: dict[str, list[float]]) -> None:
    sentences = sentence_scores(reading.tokens[..., EVIDENCE], batch.sentence, batch.sentences.shape[1])
    heads = {
        "answerable": reading.answerable,
        "span": _span_odds(reading, batch),
        "sentence": sentences.amax(1),
        "relevant": reading.relevant,
    }
    labels = torch.where(batch.other, batch.relevant, batch.answerable).tolist()
    for head, found in heads.items():
        for score, label, kind in zip(found.tolist(), labels, batch.kind.tolist(), strict=True):
            scores[head]["yes" if label else KINDS[kind]].append(score)
    placed = batch.sentences.sum(1) > 0
    right = batch.sentences.gather(1, sentences.argmax(1, keepdim=True))[:, 0]
    values["sentence right"] += right[placed].tolist()
    for family in sorted(set(batch.family.tolist())):
        rows = torch.nonzero((batch.family == family) & (batch.relevant >= 0))[:, 0]
        if len(rows) > 1 and bool(batch.listed[rows[0]]):
            values["list right"].append(float(batch.relevant[rows[reading.relevant[rows].argmax()]] == 1))


def _span_odds(reading: Reading, batch: Batch) -> Tensor:
    """Return how far the best first and last piece are above those of no answer, (b,)."""
    passage = (batch.sentence >= 0)[..., None]
    best = reading.tokens[..., :2].masked_fill(~passage, MASKED).amax(1) - reading.tokens[:, 0, :2]
    return best.sum(1)

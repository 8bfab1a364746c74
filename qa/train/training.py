"""Training: what the network is blamed for, and how it goes down."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from qa.train.dataset.batches import BATCH, Batch, Batches
from qa.train.dataset.examples import Examples
from qa.train.dataset.sources import PairsMissing
from qa.train.network.network import ReaderNetwork

RATE, WARM_UP, LOWEST, FALLS = 2e-3, 100, 0.02, 0.7
TOLD_EVERY = 200  # steps
# About one mined negative in ten answers after all, so nothing is ever quite sure.
SMOOTHED = 0.03
SPANS, SENTENCES = 0.15, 0.5


def share_of(minutes: float) -> Iterator[float]:
    """Yield the share of the minutes that is gone whenever it is asked, until all are."""
    begin = time.monotonic()
    while (share := (time.monotonic() - begin) / (minutes * 60)) < 1:
        yield share


def train(examples: Examples, shares: Iterable[float], tell: Callable[[str], None]) -> ReaderNetwork:
    """Return a network trained on what is not held out, one step for each share.

    A share says how much of the training is done, from 0 to 1: the learning rate falls towards its end.
    """
    learnt = [example for example in examples.all if not example.held_out()]
    if not learnt:
        raise PairsMissing("No pair is left to learn from. Give more pairs.")
    torch.manual_seed(0)
    network = ReaderNetwork(torch.from_numpy(examples.idf), examples.passages.tokens[0].vectors.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.02)
    batches = Batches(examples, 1)
    endless = chain.from_iterable(batches.epoch(learnt) for _ in count())
    for step, (share, batch) in enumerate(zip(shares, endless, strict=False), 1):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, step / WARM_UP, max(LOWEST, (1 - share) / FALLS))
        loss = _step(network, optimizer, batch)
        if step % TOLD_EVERY == 0:
            tell(f"step {step}, {share:.0%} done, loss {loss:.3f}")
    return network.eval()


def _step(network: ReaderNetwork, optimizer: torch.optim.Optimizer, batch: Batch) -> float:
    loss = loss_of(network, batch)
    optimizer.zero_grad()
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())


def loss_of(network: ReaderNetwork, batch: Batch) -> Tensor:
    """Return the mean loss: of the answer's being there, and of its first and last token and its sentence where known.

    Where there are several answers any of them will do.
    """
    answerable, tokens = network(*batch.inputs)
    loss = binary_cross_entropy_with_logits(answerable, batch.labels * (1 - 2 * SMOOTHED) + SMOOTHED)
    known = batch.starts.sum(1) > 0
    if not known.any():
        return loss
    start, end, inside = tokens[known].unbind(-1)
    spans = _any_of(start, batch.starts[known]) + _any_of(end, batch.ends[known])
    scores = _sentence_scores(inside, batch.sentence[known], batch.sentences.shape[1])
    return loss + SPANS * spans + SENTENCES * _any_of(scores, batch.sentences[known])


def _sentence_scores(logits: Tensor, sentence: Tensor, sentences: int) -> Tensor:
    """Return the log of the sum over each sentence's tokens, (b, sentences), from logits and sentence (b, n)."""
    inside = one_hot(sentence.clamp(min=0), sentences).float() * (sentence >= 0)[..., None]
    highest = logits.amax(1, keepdim=True).detach()
    return torch.log(torch.einsum("bn,bns->bs", (logits - highest).exp(), inside) + 1e-9) + highest


def _any_of(logits: Tensor, gold: Tensor) -> Tensor:
    return -(logits.log_softmax(1) + torch.log(gold + 1e-6)).logsumexp(1).mean()


def held_out_auroc(network: ReaderNetwork, examples: Examples) -> dict[str, float]:
    """Return how probably a held-out pair that answers has the higher logit, against each kind of those that do not."""
    scores: dict[str, list[float]] = defaultdict(list)
    batches, held = Batches(examples, 2), [example for example in examples.all if example.held_out()]
    with torch.no_grad():
        for at in range(0, len(held), BATCH):
            some = held[at : at + BATCH]
            logits, _ = network(*batches.plain(some).inputs)
            for example, logit in zip(some, logits.tolist(), strict=True):
                scores["answers" if example.answerable else example.kind].append(logit)
    answering = np.array(scores.pop("answers", []))[:, None]
    return {kind: float((answering > np.array(found)).mean()) for kind, found in scores.items() if len(answering)}

"""Training: the losses, the learning-rate schedule, and the AUROC on held-out pairs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot

from qa.train.dataset.batches import BATCH_SIZE, Batch, Batches
from qa.train.dataset.examples import Examples
from qa.train.dataset.sources import PairsMissing
from qa.train.network.network import ReaderNetwork

LEARNING_RATE, LOWEST_RATE_SHARE = 2e-3, 0.02
WARM_UP_STEPS = 100
FALLING_SHARE = 0.7  # of the training: the learning rate falls over its last part
STEPS_PER_REPORT = 200
# About one mined negative in ten does answer, so labels are 0.03 away from certainty.
LABEL_SMOOTHING = 0.03
SPAN_WEIGHT, SENTENCE_WEIGHT = 0.15, 0.5  # of their losses


def share_of(minutes: float) -> Iterator[float]:
    """Yield the share of these minutes that has passed, until all have."""
    begin = time.monotonic()
    while (share := (time.monotonic() - begin) / (minutes * 60)) < 1:
        yield share


def train(examples: Examples, shares: Iterable[float], tell: Callable[[str], None]) -> ReaderNetwork:
    """Return a network trained on all pairs that are not held out, one step per share.

    A share in [0, 1] says how much of the training is done; the learning rate falls towards the end.
    """
    learnt = [example for example in examples.all if not example.held_out()]
    if not learnt:
        raise PairsMissing("No pair is left to learn from. Give more pairs.")
    torch.manual_seed(0)
    network = ReaderNetwork(torch.from_numpy(examples.idf), examples.passages.tokens[0].vectors.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE, weight_decay=0.02)
    batches = Batches(examples, 1)
    endless = chain.from_iterable(batches.epoch(learnt) for _ in count())
    for step, (share, batch) in enumerate(zip(shares, endless, strict=False), 1):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(
                1.0, step / WARM_UP_STEPS, max(LOWEST_RATE_SHARE, (1 - share) / FALLING_SHARE)
            )
        loss = _step(network, optimizer, batch)
        if step % STEPS_PER_REPORT == 0:
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
    """Return the mean loss of whether the passage answers and, where known, of the answer's ends and sentence.

    Any of several answers counts as right.
    """
    answerable, tokens = network(*batch.inputs)
    loss = binary_cross_entropy_with_logits(answerable, batch.labels * (1 - 2 * LABEL_SMOOTHING) + LABEL_SMOOTHING)
    known = batch.starts.sum(1) > 0
    if not known.any():
        return loss
    start, end, inside = tokens[known].unbind(-1)
    spans = _any_of(start, batch.starts[known]) + _any_of(end, batch.ends[known])
    scores = _sentence_scores(inside, batch.sentence[known], batch.sentences.shape[1])
    return loss + SPAN_WEIGHT * spans + SENTENCE_WEIGHT * _any_of(scores, batch.sentences[known])


def _sentence_scores(logits: Tensor, sentence: Tensor, sentences: int) -> Tensor:
    """Return the log of the sum over each sentence's tokens, (b, sentences), from logits and sentence (b, n)."""
    inside = one_hot(sentence.clamp(min=0), sentences).float() * (sentence >= 0)[..., None]
    highest = logits.amax(1, keepdim=True).detach()
    return torch.log(torch.einsum("bn,bns->bs", (logits - highest).exp(), inside) + 1e-9) + highest


def _any_of(logits: Tensor, gold: Tensor) -> Tensor:
    return -(logits.log_softmax(1) + torch.log(gold + 1e-6)).logsumexp(1).mean()


def held_out_auroc(network: ReaderNetwork, examples: Examples) -> dict[str, float]:
    """Return the AUROC of the logit on held-out pairs: those that answer against each kind of negative."""
    scores: dict[str, list[float]] = defaultdict(list)
    batches, held = Batches(examples, 2), [example for example in examples.all if example.held_out()]
    with torch.no_grad():
        for at in range(0, len(held), BATCH_SIZE):
            some = held[at : at + BATCH_SIZE]
            logits, _ = network(*batches.plain(some).inputs)
            for example, logit in zip(some, logits.tolist(), strict=True):
                scores["answers" if example.answerable else example.kind].append(logit)
    answering = np.array(scores.pop("answers", []))[:, None]
    return {kind: float((answering > np.array(found)).mean()) for kind, found in scores.items() if len(answering)}

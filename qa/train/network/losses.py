"""The losses of the network's heads."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, one_hot, softplus

from qa.encode.pairs.network import EVIDENCE
from qa.train.dataset.batches import Batch
from qa.train.network.network import END, START, Reading

# Some retrieved passages do answer, and a few labels are wrong: labels are 0.02 away from certainty.
LABEL_SMOOTHING = 0.02
OTHER_WEIGHT = 0.25  # of merely other passages in answerability, spans and sentences
WEIGHTS = {"relevant": 0.7, "listed": 0.5, "answerable": 1.0, "twins": 0.5, "spans": 0.4, "sentences": 0.8}
CHOICE_WEIGHT, UNPLACED_WEIGHT = 0.5, 0.3  # of a sentence among the others, and of answers without a place
MASKED = -1e4


def losses_of(reading: Reading, batch: Batch) -> dict[str, Tensor]:
    """Return each loss by its name, not weighted."""
    weight = torch.where(batch.other, OTHER_WEIGHT, 1.0)
    return {
        "relevant": _judgement(reading.relevant, batch.relevant, torch.ones_like(weight)),
        "listed": _listed(reading.relevant, batch),
        "answerable": _judgement(reading.answerable, batch.answerable, weight),
        "twins": _twins(reading.answerable, batch),
        "spans": _spans(reading.tokens, batch, weight),
        "sentences": _sentences(reading.tokens[..., EVIDENCE], batch, weight),
    }


def total(losses: dict[str, Tensor]) -> Tensor:
    """Return the weighted sum."""
    return torch.stack([WEIGHTS[name] * loss for name, loss in losses.items()]).sum()


def sentence_scores(logits: Tensor, sentence: Tensor, sentences: int) -> Tensor:
    """Return the log of the sum over each sentence's pieces, (b, sentences), from logits and sentence (b, n)."""
    inside = one_hot(sentence.clamp(min=0), sentences).bool() & (sentence >= 0)[..., None]
    return logits[..., None].masked_fill(~inside, MASKED).logsumexp(1)


def _mean(loss: Tensor, weight: Tensor) -> Tensor:
    return (loss * weight).sum() / weight.sum().clamp(min=1.0)


def _judgement(logits: Tensor, labels: Tensor, weight: Tensor) -> Tensor:
    wanted = labels.clamp(min=0).float() * (1 - 2 * LABEL_SMOOTHING) + LABEL_SMOOTHING
    return _mean(binary_cross_entropy_with_logits(logits, wanted, reduction="none"), weight * (labels >= 0))


def _listed(logits: Tensor, batch: Batch) -> Tensor:
    """Return the loss of choosing the right passage of a question among those of its family."""
    known = batch.listed & (batch.relevant >= 0)
    same = (batch.family[:, None] == batch.family) & known
    against = torch.logsumexp(logits[None].masked_fill(~same, MASKED), 1)
    return _mean(against - logits, (known & (batch.relevant == 1) & (same.sum(1) > 1)).float())


def _twins(logits: Tensor, batch: Batch) -> Tensor:
    """Return the loss of telling the pairs of a family that answer from those about its passage that do not."""
    inside = (batch.family[:, None] == batch.family) & ~batch.other & ~batch.other[:, None]
    against = inside & (batch.answerable == 1)[:, None] & (batch.answerable == 0)
    return _mean(softplus(logits[None] - logits[:, None]), against.float())


def _spans(tokens: Tensor, batch: Batch, weight: Tensor) -> Tensor:
    """Return the loss of the answer's first and last piece; [CLS] stands for no answer."""
    allowed = batch.sentence >= 0
    allowed[:, 0] = True
    nothing = batch.answerable == 0
    weight = weight * ((batch.starts.sum(1) > 0) | nothing)
    loss = torch.zeros(())
    for head, gold in ((START, batch.starts), (END, batch.ends)):
        wanted = gold.clone()
        wanted[:, 0] = torch.where(nothing, 1.0, wanted[:, 0])
        odds = tokens[..., head].masked_fill(~allowed, MASKED).log_softmax(1)
        loss = loss + _mean(_any_of(odds, wanted), weight)
    return loss


def _sentences(logits: Tensor, batch: Batch, weight: Tensor) -> Tensor:
    """Return the loss of each sentence's log odds to answer, and of the choice among them.

    Where a passage answers and the sentence is not known, the best one is taken to answer.
    """
    scores = sentence_scores(logits, batch.sentence, batch.sentences.shape[1])
    there = scores > MASKED / 10
    found = batch.sentences.sum(1) > 0
    known = there & (found | (batch.answerable == 0))[:, None]
    each = binary_cross_entropy_with_logits(scores, batch.sentences, reduction="none")
    apart = _mean(each, (weight / there.sum(1).clamp(min=1).sqrt())[:, None] * known)
    choice = _any_of(scores.log_softmax(1), batch.sentences)
    unplaced = (batch.answerable == 1) & ~found
    best = softplus(-scores.logsumexp(1))
    return apart + CHOICE_WEIGHT * _mean(choice, found.float()) + UNPLACED_WEIGHT * _mean(best, unplaced.float())


def _any_of(log_probabilities: Tensor, gold: Tensor) -> Tensor:
    """Return the loss of each row where any of the gold places counts as right."""
    return -(log_probabilities + torch.log(gold + 1e-6)).logsumexp(1)

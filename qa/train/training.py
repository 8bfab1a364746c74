"""Training: the learning-rate schedule, the steps, checkpoints and the figures on held-out families."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from qa.train.checkpoint import CHECKPOINT, CheckpointUnusable, load_checkpoint, load_weights, save_checkpoint
from qa.train.dataset.batches import Batch, Batches
from qa.train.dataset.pairs import KINDS
from qa.train.dataset.sources import PairsMissing
from qa.train.dataset.table import Table
from qa.train.measures import measure
from qa.train.network.losses import losses_of, total
from qa.train.network.network import CrossEncoder, new_network

# The heads begin from nothing and learn faster.
TRUNK_RATE, HEAD_RATE, LOWEST_RATE_SHARE = 1.5e-4, 6e-4, 0.01
WARM_UP_STEPS = 150
BETAS, WEIGHT_DECAY, LONGEST_GRADIENT = (0.9, 0.98), 0.01, 1.0
BATCH_SEED, HELD_OUT_SEED = 1, 3
STEPS_PER_REPORT, STEPS_PER_CHECKPOINT = 50, 100


class Training:
    """A training of ``steps`` steps, whose checkpoint lies in ``folder``; it goes on from there if there is one.

    It begins with the layers of the encoder in ``model``, or with all weights of the training in ``begin``.
    """

    def __init__(
        self, table: Table, model: Path, folder: Path, steps: int, *, compiled: bool, begin: Path | None = None
    ) -> None:
        self._table, self._folder, self._steps = table, folder, steps
        self.network = new_network(model)
        if begin is not None:
            load_weights(begin, self.network)
        self._optimizer = new_optimizer(self.network)
        self.step = 0
        if (folder / CHECKPOINT).exists():
            self._resume()
        self._trunk = torch.compile(self.network.trunk, dynamic=True) if compiled else self.network.trunk

    def run(self, tell: Callable[[str], None]) -> None:
        """Train up to the last step, with a checkpoint every STEPS_PER_CHECKPOINT steps and at the end."""
        sums: defaultdict[str, float] = defaultdict(float)
        for batch in self._batches():
            begun = time.monotonic()
            losses = self._descend(batch)
            self.step += 1
            found = {name: float(loss.detach()) / STEPS_PER_REPORT for name, loss in losses.items()}
            for name, value in {"pairs": len(batch.ids), "seconds": time.monotonic() - begun, **found}.items():
                sums[name] += value
            if self.step % STEPS_PER_REPORT == 0:
                tell(json.dumps({"step": self.step, **{name: round(value, 4) for name, value in sums.items()}}))
                sums.clear()
            if self.step % STEPS_PER_CHECKPOINT == 0 or self.step == self._steps:
                save_checkpoint(self._folder, self.network, self._optimizer, self._numbers())

    def measure_held_out(self) -> dict[str, float]:
        """Return the figures on all held-out families."""
        held_out = np.flatnonzero(self._table.arrays["held_out"]).tolist()
        return measure(self.network, Batches(self._table, HELD_OUT_SEED), held_out) if held_out else {}

    def _batches(self) -> Iterator[Batch]:
        """Yield the batches of the steps that are left, the same ones as without an interruption."""
        learnt = learnt_families(self._table)
        return islice(Batches(self._table, BATCH_SEED, cut=True).endless(learnt), self.step, self._steps)

    def _descend(self, batch: Batch) -> dict[str, Tensor]:
        """Take one step and return the losses before it."""
        share = rate_share(self.step, self._steps)
        for group in self._optimizer.param_groups:
            group["lr"] = group["rate"] * share
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self._trunk(input_ids=batch.ids, token_type_ids=batch.types, attention_mask=batch.mask)
        losses = losses_of(self.network.read_exactly(hidden.last_hidden_state.float()), batch)
        self._optimizer.zero_grad()
        torch.autograd.backward(total(losses))
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), LONGEST_GRADIENT)
        self._optimizer.step()
        return losses

    def _numbers(self) -> dict[str, str]:
        pairs = len(self._table.arrays["kind"])
        return {"step": str(self.step), "steps": str(self._steps), "pairs": str(pairs)}

    def _resume(self) -> None:
        stored = load_checkpoint(self._folder, self.network, self._optimizer)
        self.step = int(stored.get("step", 0))
        if stored != self._numbers():
            raise CheckpointUnusable(
                f"{self._folder / CHECKPOINT} belongs to another training: {stored}, expected {self._numbers()}. "
                "Delete it to begin again."
            )


def new_optimizer(network: CrossEncoder) -> torch.optim.Optimizer:
    """Return AdamW over the weights that are trained, with a rate of its own for the heads."""
    learnt = {name: one for name, one in network.named_parameters() if one.requires_grad}
    groups = [
        {"params": [one for name, one in learnt.items() if name.startswith("trunk.")], "rate": TRUNK_RATE},
        {"params": [one for name, one in learnt.items() if not name.startswith("trunk.")], "rate": HEAD_RATE},
    ]
    return torch.optim.AdamW(groups, lr=TRUNK_RATE, betas=BETAS, weight_decay=WEIGHT_DECAY, fused=True)


def rate_share(step: int, steps: int) -> float:
    """Return the share of the full learning rate at a step: it rises for WARM_UP_STEPS and falls in a straight line."""
    return min((step + 1) / WARM_UP_STEPS, max(LOWEST_RATE_SHARE, 1 - step / steps))


def learnt_families(table: Table) -> Sequence[int]:
    """Return the families that are not held out, those with a human question twice; raises PairsMissing."""
    learnt = np.flatnonzero(~table.arrays["held_out"]).tolist()
    if not learnt:
        raise PairsMissing("No pair is left to learn from. Give more pairs.")
    human = table.arrays["kind"] == KINDS.index("human")
    return [*learnt, *(family for family in learnt if human[table.pairs_of(family)].any())]

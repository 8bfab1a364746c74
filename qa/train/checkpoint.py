"""A training that was interrupted, in one file of safetensors: weights, state of the optimizer, and the step."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from qa.errors import QAError
from qa.train.network.network import CrossEncoder

CHECKPOINT = "checkpoint.safetensors"
WEIGHTS, OPTIMIZER = "weights/", "optimizer/"  # in front of the names of tensors


class CheckpointUnusable(QAError):
    """A checkpoint is damaged, or it belongs to another training."""


def save_checkpoint(
    folder: Path, network: CrossEncoder, optimizer: torch.optim.Optimizer, numbers: dict[str, str]
) -> None:
    """Write the checkpoint in place of an older one, with ``numbers`` in its header."""
    tensors = {WEIGHTS + name: tensor.detach().contiguous() for name, tensor in network.state_dict().items()}
    for parameter, state in optimizer.state_dict()["state"].items():
        tensors |= {f"{OPTIMIZER}{parameter}/{name}": tensor.contiguous() for name, tensor in state.items()}
    unfinished = folder / f".{CHECKPOINT}"
    save_file({name: tensor.clone() for name, tensor in tensors.items()}, unfinished, metadata=numbers)
    unfinished.replace(folder / CHECKPOINT)


def load_checkpoint(folder: Path, network: CrossEncoder, optimizer: torch.optim.Optimizer) -> dict[str, str]:
    """Put the stored weights and state in place and return the numbers; raises CheckpointUnusable."""
    path = folder / CHECKPOINT
    try:
        tensors, numbers = _read(path)
        network.load_state_dict(_under(WEIGHTS, tensors))
        state: dict[int, dict[str, Tensor]] = {}
        for name, tensor in _under(OPTIMIZER, tensors).items():
            parameter, _, field = name.partition("/")
            state.setdefault(int(parameter), {})[field] = tensor
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
    except (OSError, SafetensorError, RuntimeError, ValueError) as error:
        raise CheckpointUnusable(f"{path} cannot be used: {error}. Delete it to begin again.") from error
    return numbers


def load_weights(folder: Path, network: CrossEncoder) -> None:
    """Put the weights of another training in place; raises CheckpointUnusable."""
    path = folder / CHECKPOINT
    try:
        network.load_state_dict(_under(WEIGHTS, _read(path)[0]))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise CheckpointUnusable(f"{path} cannot be used: {error}.") from error


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    with safe_open(path, "pt") as stored:
        return {name: stored.get_tensor(name) for name in stored.keys()}, stored.metadata() or {}  # noqa: SIM118


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}

"""Builds and repairs with the writers of an index on this machine, as ``qa index`` and ``qa check --repair`` do."""

from __future__ import annotations

from pathlib import Path

from qa.build import build as building
from qa.build import repair as repairing
from qa.build.report import BuildReport
from qa.factory import local_structures
from qa.progress import Progress, silent
from qa.protocols import Encoder


def build(
    folder: Path,
    index_folder: Path,
    encoder: Encoder,
    progress: Progress = silent,
    *,
    replace_folder: bool = False,
    rebuild: bool = False,
) -> BuildReport:
    """Build the index of a folder, or bring it up to date."""
    return building.build(
        folder,
        index_folder,
        encoder,
        local_structures(),
        progress,
        replace_folder=replace_folder,
        rebuild=rebuild,
    )


def repair(folder: Path, index_folder: Path, encoder: Encoder) -> BuildReport:
    """Write a damaged index again."""
    return repairing.repair(folder, index_folder, encoder, local_structures())

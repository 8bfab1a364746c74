"""One copy of a shard on one node, which Ray Serve starts, checks and asks."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from qa.cluster.local import open_shard
from qa.cluster.manifest import FORMAT as CLUSTER_FORMAT
from qa.cluster.shard import Shard
from qa.errors import BadSetting, QAError
from qa.store.folder.manifest import FORMAT, Pointer

# Calls that a replica works on at the same time.
ONGOING_CALLS = 4
# The packages whose versions decide the answers of a shard.
PACKAGES = ("qa-articles", "numpy", "faiss-cpu", "tantivy")

Result = TypeVar("Result")


class Replica:
    """One copy of a shard, which refuses to start on a node where it would not answer as the front end expects."""

    def __init__(
        self, index_folder: str, name: str, sha256: str, fingerprint: str, versions: Mapping[str, str]
    ) -> None:
        self.check_versions(versions)
        try:
            self._shard = open_shard(Path(index_folder), Pointer(name, sha256), fingerprint)
        except QAError as error:
            raise type(error)(f"On the machine {platform.node()}: {error}") from error
        self._threads = ThreadPoolExecutor(ONGOING_CALLS, thread_name_prefix="call")
        # Each thread opens the shard now: its folder may be removed while its generation is still asked.
        together = Barrier(ONGOING_CALLS)
        for opened in [self._threads.submit(self._open, together) for _ in range(ONGOING_CALLS)]:
            opened.result()

    async def call(self, call: Callable[[Shard], Result]) -> Result:
        """Return what the shard answers."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self.answer, call)

    def answer(self, call: Callable[[Shard], Result]) -> Result:
        """Return what the shard answers, in the calling thread."""
        return call(self._shard)

    def check_health(self) -> None:
        """Return where the replica can work; it has no state that could be lost."""

    def check_versions(self, versions: Mapping[str, str]) -> None:
        """Raise BadSetting where a front end has another of these versions than this node."""
        for name, here in find_versions().items():
            if here != versions.get(name):
                raise BadSetting(
                    f"The machine {platform.node()} has {name} {here}, the front end has {versions.get(name)}. "
                    "Install the same versions on all machines, then start their nodes again"
                )

    def _open(self, together: Barrier) -> None:
        together.wait()
        self._shard.open_here()


@lru_cache(maxsize=1)
def find_versions() -> dict[str, str]:
    """Return the versions of this machine that a front end and its replicas have to have in common, by name."""
    return {"index format": f"{FORMAT}.{CLUSTER_FORMAT}", **{name: version(name) for name in PACKAGES}}

"""What all machines of a build have to have in common, and the check of one machine."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from uuid import uuid4

from qa.cluster.building.shared_store import PARTS, SharedStore
from qa.cluster.manifest import FORMAT as CLUSTER_FORMAT
from qa.errors import BadSetting, ModelMismatch, StorageFailed
from qa.ingest.formats.registry import READERS
from qa.ingest.versions import PARSER_VERSION, reader_version
from qa.protocols import Encoder
from qa.store.folder.manifest import FORMAT

# The libraries that decide vectors and the files of an index.
LIBRARIES = ("onnxruntime", "tokenizers", "numpy", "faiss-cpu", "tantivy")


@dataclass(frozen=True)
class Agreement:
    """The store by a file that was just written to it, the versions of the machine that builds, and its model."""

    store: SharedStore
    seen: str
    versions: Mapping[str, str]
    fingerprint: str

    def check(self) -> None:
        """Raise BadSetting for another version on this machine, StorageFailed where it sees another store."""
        for name, here in find_versions().items():
            if here != self.versions[name]:
                raise BadSetting(
                    f"The machine {platform.node()} has {name} {here}, the one that builds has "
                    f"{self.versions[name]}. Install the same versions on all machines."
                )
        if not self.store.has(self.seen):
            raise StorageFailed(
                f"The machine {platform.node()} does not see what the one that builds wrote to "
                f"{self.store.address}. Choose a folder that all machines share, or an object store, with --index."
            )

    def load(self, load_encoder: Callable[[], Encoder]) -> Encoder:
        """Return the encoder of this machine; raises what check and check_model raise."""
        self.check()
        encoder = load_encoder()
        self.check_model(encoder)
        return encoder

    def check_model(self, encoder: Encoder) -> None:
        """Raise ModelMismatch for another model."""
        if encoder.fingerprint != self.fingerprint:
            raise ModelMismatch(
                f"The model on {platform.node()} is {encoder.fingerprint[:16]}, the one that builds has "
                f"{self.fingerprint[:16]}. Use the same model on all machines."
            )


def agree(store: SharedStore, fingerprint: str) -> Agreement:
    """Write a file to the store and return what other machines have to agree to."""
    seen = f"{PARTS}/seen/{uuid4().hex}"
    with store.workplace() as place:
        (place / "seen").write_bytes(b"")
        store.publish(place / "seen", seen)
    return Agreement(store, seen, find_versions(), fingerprint)


@lru_cache(maxsize=1)
def find_versions() -> dict[str, str]:
    """Return the versions of this machine that decide what a build writes, by name."""
    readers = {reader.name: reader_version(f"a{reader.endings[0]}") for reader in READERS}
    libraries = {name: version(name) for name in LIBRARIES}
    return {"index format": f"{FORMAT}.{CLUSTER_FORMAT}", "parser": PARSER_VERSION, **readers, **libraries}

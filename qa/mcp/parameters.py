"""What is wrong with the parameters of a request, for its client; the library names no reason."""

from __future__ import annotations

from typing import Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS
from pydantic import ValidationError

NOT_INITIALISED = "The session is not initialised. Send initialize first, then this request again."


async def explain_parameters(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Return the result of a request; raises MCPError naming the parameter that is wrong, or what has to come first."""
    try:
        return await call_next(ctx)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])).removeprefix("params.") or "params"
        raise MCPError(INVALID_PARAMS, f"`{place}` of {ctx.method} cannot be read: {first['msg']}.") from error
    except MCPError as error:
        if error.code == INVALID_PARAMS and error.data == "" and ctx.session.client_params is None:
            raise MCPError(INVALID_PARAMS, NOT_INITIALISED) from error
        raise

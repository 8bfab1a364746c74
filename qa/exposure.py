"""Who may reach what is served: the host names that it answers to, and the token that keeps strangers out."""

from __future__ import annotations

import errno
import hashlib
import hmac
import ipaddress
import re
import socket
from urllib.parse import urlsplit

from qa.errors import BadSetting
from qa.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
ANYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - named to be left out, not to be bound
# 128 bits in the 64 letters of base64.
SHORTEST = 22
HASHED = re.compile(r"sha256:([0-9a-f]{64})")
BACKLOG = 1024


def trusted_hosts(settings: Settings) -> list[str]:
    """Return the host names that this site answers to.

    >>> trusted_hosts(Settings(trusted_hosts=("qa.example",)))
    ['127.0.0.1', 'localhost', '[::1]', 'qa.example']
    """
    own = settings.host if ":" not in settings.host else f"[{settings.host}]"
    bound = [own] if settings.host not in ANYWHERE and own not in LOOPBACK else []
    public = [urlsplit(settings.url).hostname or ""] if settings.url else []
    return [*LOOPBACK, *bound, *public, *(host.lower() for host in settings.trusted_hosts)]


def site_address(settings: Settings) -> str:
    """Return the address under which people read the articles: the public one, or that of qa serve.

    >>> site_address(Settings(host="0.0.0.0", port=9000))
    'http://127.0.0.1:9000'
    """
    if settings.url:
        return settings.url
    host = "127.0.0.1" if settings.host in ANYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


class TokenGate:
    """Knows a token by its SHA-256 only."""

    def __init__(self, token: str) -> None:
        hashed = HASHED.fullmatch(token)
        self.digest = bytes.fromhex(hashed[1]) if hashed else hashlib.sha256(token.encode()).digest()

    def opens_to(self, token: str) -> bool:
        """Return whether this is the token, in a time that tells nothing about it."""
        return hmac.compare_digest(hashlib.sha256(token.encode("utf-8", "replace")).digest(), self.digest)


def check_exposure(settings: Settings, *, insecure: bool = False) -> None:
    """Raise BadSetting where others than this machine could ask and nothing keeps strangers out.

    Serving beyond the loopback takes a token of 128 bits or more; insecure is a person's word that it is wanted
    without one.
    """
    if settings.token:
        check_strength(settings.token)
    elif not insecure and not is_loopback(settings.host):
        raise BadSetting(
            f"Serving on {settings.host} lets everyone who can reach this machine ask. Set QA_TOKEN "
            "(python -c 'import secrets; print(secrets.token_urlsafe())'), or say --insecure if that is wanted."
        )


def check_cors(settings: Settings) -> None:
    """Raise BadSetting where any page on the internet could ask and no token is asked for."""
    if "*" in settings.cors and not settings.token:
        raise BadSetting(
            "QA_CORS=* lets every page on the internet read the articles through a browser here. Set QA_TOKEN, or "
            "name the origins: QA_CORS=https://desk.example"
        )


def check_strength(token: str) -> None:
    """Raise BadSetting for a token that could be guessed."""
    if not HASHED.fullmatch(token) and len(token) < SHORTEST:
        raise BadSetting(
            f"QA_TOKEN has {len(token)} characters: it has to have {SHORTEST} or more, chosen at random. "
            "python -c 'import secrets; print(secrets.token_urlsafe())' makes one."
        )


def takes_uploads(settings: Settings) -> bool:
    """Return whether articles may be added, renamed and removed over HTTP: with a token, or on this machine alone.

    A public address means that a proxy passes others on, although the address served on is the loopback; pages of other
    sites are others too.

    >>> takes_uploads(Settings()), takes_uploads(Settings(url="https://qa.example"))
    (True, False)
    """
    others = settings.url or settings.trusted_hosts or settings.cors
    alone = is_loopback(settings.host) and not others
    return settings.uploads and (bool(settings.token) or alone)


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises BadSetting when the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise BadSetting(f"Cannot serve on {host}: {error.strerror}. Give an address of this machine.") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise BadSetting(_why_not(host, port, error)) from error
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what runs there, or choose another with --port."
    return f"Cannot serve on {host} port {port}: {error.strerror}. Choose another with --host and --port."

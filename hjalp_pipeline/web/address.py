"""The names a server answers to, and who may connect to it."""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressError(ValueError):
    """An address that is not served, in a sentence for whoever asked for it."""


@dataclass(frozen=True)
class Address:
    """``origins``: what a browser calls us, by the ``Host`` it then sends. ``proxies``: peers besides this machine."""

    host: str
    port: int
    shown: str
    origins: Mapping[str, str]
    proxies: frozenset[str] = frozenset()

    def admits(self, peer: str | None) -> bool:
        """Whether a connection from this IP address is taken: one from this machine, or from the proxy that has the login."""
        return peer is not None and (is_loopback(peer) or plain(peer) in self.proxies)


def serve_on(host: str, port: int, public: str | None = None, proxies: Sequence[str] = ()) -> Address:
    """The address of a server; AddressError for one outside this machine without a proxy that asks for a login.

    ``public`` is the origin under which a proxy shows the server, ``https://hjalp.example.dk``.
    """
    if not is_loopback(host) and public is None:
        raise AddressError(
            f"{host} can be reached from other machines, and hjalp asks nobody for a login: put a proxy before it that does "
            "(deploy/nginx.conf) and name what browsers see, --behind-proxy https://NAME"
        )
    own = [f"[{host}]" if ":" in host else host.lower()] if is_loopback(host) else []
    names = [_name(name, port, "http") for name in (*own, "127.0.0.1", "localhost", "[::1]")]
    origins = {name: f"http://{name}" for name in names}
    if public is not None:
        origins = _public(public) | origins
    return Address(host, port, next(iter(origins.values())), origins, proxy_addresses(proxies))


def proxy_addresses(proxies: Iterable[str]) -> frozenset[str]:
    """What ``--proxy-address`` names, each in one spelling. AddressError for what is no IP address."""
    for proxy in proxies:
        try:
            ipaddress.ip_address(proxy)
        except ValueError:
            raise AddressError(f"--proxy-address {proxy!r} is not an IP address") from None
    return frozenset(map(plain, proxies))


def counted_together(peer: str) -> str:
    """Whose requests are counted together: an address, of IPv6 the network of 64 bits, of which one customer has all."""
    try:
        address = ipaddress.ip_address(plain(peer))
    except ValueError:
        return peer
    return str(address if address.version == 4 else ipaddress.IPv6Network((address.packed, 64), strict=False))


def is_loopback(host: str) -> bool:
    """Whether a name or IP address is this machine's own, which no other machine reaches."""
    try:
        return ipaddress.ip_address(plain(host)).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _public(origin: str) -> dict[str, str]:
    """The ``Host`` and origin of a public address. Without TLS the login would cross the network in the clear."""
    wrong = AddressError(f"--behind-proxy {origin!r} is not of the form https://hjalp.example.dk")
    try:
        parts = urlsplit(origin)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme != "https" or not host or parts.username is not None or parts.path not in ("", "/"):
        raise wrong
    if parts.query or parts.fragment or is_loopback(host):
        raise wrong
    name = _name(f"[{host}]" if ":" in host else host, port or 443, "https")
    return {name: f"https://{name}"}


def _name(host: str, port: int, scheme: str) -> str:
    return host if port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"


def plain(address: str) -> str:
    """An IP address in one spelling; an IPv4 address as such also where a socket for both shows it as IPv6."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str((found.version == 6 and found.ipv4_mapped) or found)

"""How the ranks find each other: rank 0 listens at NARU_COORDINATOR, learns where the others
listen, and tells them. Then each rank calls the next one, and the ring is closed.

A greeting is one line of JSON. Whoever does not greet as a rank of this attempt is hung up on.
"""

import ipaddress
import json
import os
import socket
import time

import contract

START_LIMIT_SECONDS = 60.0
GREETING_SECONDS = 5.0
TRY_SECONDS = 0.02
LONGEST_LINE = 4096


def ring(rank, ranks, interruption):
    """Sockets to the next rank and from the one before, once all are there; `(None, None)` alone."""
    if ranks == 1:
        return None, None
    meeting = Meeting(rank, ranks, interruption)
    with meeting.open() as door:
        addresses = meeting.gather(door) if rank == 0 else meeting.ask(door)
        after = meeting.greet(addresses[(rank + 1) % ranks], "ring")
        before, _ = meeting.answer(door, "ring", lambda other: other == (rank - 1) % ranks)
    for peer in (after, before):
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return after, before


class Meeting:
    def __init__(self, rank, ranks, interruption):
        self.rank, self.ranks, self.interruption = rank, ranks, interruption
        self.coordinator = contract.coordinator()
        self.deadline = time.monotonic() + START_LIMIT_SECONDS
        self.host = None  # the others: rank 0
        self.identity = {
            "run": os.environ.get("NARU_RUN", ""),
            "attempt": os.environ.get("NARU_ATTEMPT", ""),
            "ranks": ranks,
        }

    def open(self):
        """Where this rank listens: rank 0 at the coordinator's port, another where it reaches it from."""
        if self.rank == 0:
            address, family = listening(*self.coordinator)
        else:
            self.host = self._call()
            address, family = (self.host.getsockname()[0], 0), self.host.family
        return socket.create_server(address, family=family, backlog=2 * self.ranks)

    def gather(self, door):
        """Rank 0: waits for all others, then tells each who listens where."""
        addresses, others = {0: self.coordinator}, []
        while len(addresses) < self.ranks:
            peer, greeting = self.answer(
                door, "rank", lambda other: 0 < other < self.ranks and other not in addresses
            )
            addresses[greeting["rank"]] = (str(greeting["host"]), int(greeting["port"]))
            others.append(peer)
        for peer in others:
            with peer:
                send(peer, [addresses[rank] for rank in range(self.ranks)])
        return addresses

    def ask(self, door):
        """Another rank: says where it listens, and is told where all do."""
        with self.host as peer:
            host, port = door.getsockname()[:2]
            send(peer, self.identity | {"to": "rank", "rank": self.rank, "host": host, "port": port})
            while True:
                self._check("rank 0 waits for others")
                peer.settimeout(0.5)
                try:
                    told = peer.recv(1, socket.MSG_PEEK)
                except TimeoutError:
                    continue
                if not told:
                    raise ConnectionError("rank 0 is lost: its connection ended")
                return {rank: tuple(address) for rank, address in enumerate(receive(peer))}

    def greet(self, address, purpose):
        peer = socket.create_connection(address, timeout=GREETING_SECONDS)
        send(peer, self.identity | {"to": purpose, "rank": self.rank})
        return peer

    def answer(self, door, purpose, expected):
        """Waits for a rank that comes for this purpose: its socket and its greeting."""
        door.settimeout(0.1)
        while True:
            self._check("not all ranks came")
            try:
                peer, _ = door.accept()
            except TimeoutError:
                continue
            peer.settimeout(GREETING_SECONDS)
            try:
                greeting = receive(peer)
                if self._is_ours(greeting, purpose) and expected(greeting["rank"]):
                    peer.settimeout(START_LIMIT_SECONDS)
                    return peer, greeting
            except OSError:
                pass  # no rank: something looked whether the port is open
            peer.close()

    def _is_ours(self, greeting, purpose):
        if not isinstance(greeting, dict) or not isinstance(greeting.get("rank"), int):
            return False
        keys = {"to", "rank", *self.identity} | ({"host", "port"} if purpose == "rank" else set())
        said = {key: greeting.get(key) for key in self.identity}
        return (
            greeting.keys() == keys
            and said == self.identity
            and greeting["to"] == purpose
            and isinstance(greeting.get("port", 0), int)
        )

    def _call(self):
        while True:
            self._check("nobody listens at {}:{}".format(*self.coordinator))
            try:
                peer = socket.create_connection(self.coordinator, timeout=GREETING_SECONDS)
                if peer.getsockname() != peer.getpeername():
                    return peer
                peer.close()  # a port that nobody listens at yet may be connected to itself
            except OSError:
                pass
            time.sleep(TRY_SECONDS)

    def _check(self, state):
        if self.interruption.asked:
            raise contract.Stop(contract.INTERRUPTED, "asked to stop before the ranks had met")
        if time.monotonic() > self.deadline:
            raise TimeoutError(f"{state} within {START_LIMIT_SECONDS:.0f} s")


def listening(host, port):
    """Where rank 0 listens: this machine alone if the coordinator is a loopback address, else all."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        found = []  # its own name may be known to the others only
    for family, _, _, _, address in found:
        if ipaddress.ip_address(address[0].partition("%")[0]).is_loopback:
            return (address[0], port), family
    if found and all(family == socket.AF_INET6 for family, *_ in found):
        return ("::", port), socket.AF_INET6
    return ("0.0.0.0", port), socket.AF_INET


def send(peer, message):
    peer.sendall(json.dumps(message).encode() + b"\n")


def receive(peer):
    """One line; byte by byte, for what follows belongs to the ring."""
    line = bytearray()
    while not line.endswith(b"\n"):
        byte = peer.recv(1)
        if not byte or len(line) == LONGEST_LINE:
            raise ConnectionError("the line ended too early or did not end")
        line += byte
    try:
        return json.loads(line)
    except ValueError as error:
        raise ConnectionError(f"no line of a rank: {error}") from error

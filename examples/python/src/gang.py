"""Sums over all ranks by plain TCP: rank 0 listens, the others connect to it."""

import socket
import struct
import time

import contract

START_LIMIT_SECONDS = 60.0
TRY_SECONDS = 0.02


class Gang:
    """Connected ranks. A rank that dies ends the others: their next sum raises an OSError."""

    def __init__(self, rank, ranks, peers):
        self.rank = rank
        self.ranks = ranks
        self._peers = peers  # rank 0: sockets of ranks 1, 2, …; others: the socket to rank 0

    def sum(self, vector):
        """The sum of all ranks' vectors, the same bits on every rank: added in the ranks' order."""
        message = struct.Struct(f"<{len(vector)}d")
        if self.rank == 0:
            total = list(vector)
            for peer in self._peers:
                for i, value in enumerate(message.unpack(_receive(peer, message.size))):
                    total[i] += value
            for peer in self._peers:
                peer.sendall(message.pack(*total))
            return total
        self._peers[0].sendall(message.pack(*vector))
        return list(message.unpack(_receive(self._peers[0], message.size)))

    def close(self):
        for peer in self._peers:
            peer.close()


def join(rank, ranks, interruption):
    """Waits until all ranks are there."""
    if ranks == 1:
        return Gang(0, 1, [])
    host, port = contract.coordinator()
    deadline = time.monotonic() + START_LIMIT_SECONDS
    peers = _listen(host, port, ranks, deadline, interruption) if rank == 0 else [
        _connect(host, port, rank, deadline, interruption)
    ]
    for peer in peers:
        peer.settimeout(START_LIMIT_SECONDS)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Gang(rank, ranks, peers)


def _listen(host, port, ranks, deadline, interruption):
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    others = {}
    with socket.create_server((host, port), family=family, backlog=ranks) as door:
        door.settimeout(TRY_SECONDS)
        while len(others) < ranks - 1:
            _check(deadline, interruption, f"{len(others) + 1} of {ranks} ranks came")
            try:
                peer, _ = door.accept()
            except TimeoutError:
                continue
            peer.settimeout(1.0)
            try:
                number = struct.unpack("<I", _receive(peer, 4))[0]
            except OSError:
                peer.close()  # no rank: something looked whether the port is open
                continue
            if 0 < number < ranks and number not in others:
                others[number] = peer
            else:
                peer.close()
    return [others[number] for number in sorted(others)]


def _connect(host, port, rank, deadline, interruption):
    while True:
        _check(deadline, interruption, f"nobody listens at {host}:{port}")
        try:
            peer = socket.create_connection((host, port), timeout=1.0)
            peer.sendall(struct.pack("<I", rank))
            return peer
        except OSError:
            time.sleep(TRY_SECONDS)


def _check(deadline, interruption, state):
    if interruption.asked:
        raise contract.Stop(contract.INTERRUPTED, "asked to stop before the ranks had met")
    if time.monotonic() > deadline:
        raise TimeoutError(f"{state} within {START_LIMIT_SECONDS:.0f} s")


def _receive(peer, size):
    data = bytearray()
    while len(data) < size:
        chunk = peer.recv(size - len(data))
        if not chunk:
            raise ConnectionError("a rank is lost: its connection ended")
        data += chunk
    return bytes(data)

"""Ranks as threads of one process; needs no NumPy."""

import os
import socket
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import contract
import rendezvous
from tests import free_port


class RendezvousTest(unittest.TestCase):
    def setUp(self):
        before = dict(os.environ)
        self.addCleanup(lambda: (os.environ.clear(), os.environ.update(before)))
        self.port = free_port()
        os.environ |= {
            "NARU_COORDINATOR": f"localhost:{self.port}",
            "NARU_RUN": "digits-1",
            "NARU_ATTEMPT": "2",
        }
        self.pool = ThreadPoolExecutor(4)
        self.addCleanup(self.pool.shutdown)
        self.interruption = contract.Interruption()

    def start(self, rank, ranks):
        return self.pool.submit(rendezvous.ring, rank, ranks, self.interruption)

    def closed(self, started):
        """The sockets of each rank."""
        sockets = [future.result(20) for future in started]
        for peers in sockets:
            for peer in peers:
                self.addCleanup(peer.close)
        return sockets

    def visitor(self):
        deadline = time.monotonic() + 20
        while True:
            try:
                peer = socket.create_connection(("127.0.0.1", self.port), timeout=20)
                self.addCleanup(peer.close)
                return peer
            except OSError:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.01)

    def test_each_rank_speaks_to_the_next(self):
        for ranks in (2, 3, 4):
            with self.subTest(ranks=ranks):
                sockets = self.closed([self.start(rank, ranks) for rank in range(ranks)])
                for rank, (after, _) in enumerate(sockets):
                    after.sendall(bytes([rank]))
                heard = [before.recv(1)[0] for _, before in sockets]
                self.assertEqual([(rank - 1) % ranks for rank in range(ranks)], heard)

    def test_one_alone_needs_nobody(self):
        del os.environ["NARU_COORDINATOR"]
        self.assertEqual((None, None), rendezvous.ring(0, 1, self.interruption))

    def test_strangers_and_ranks_of_another_attempt_are_hung_up_on(self):
        first = self.start(0, 2)
        late = {"run": "digits-1", "attempt": "1", "ranks": 2, "to": "rank", "rank": 1}
        strangers = [b"GET / HTTP/1.1\r\n\r\n", b"[]\n", b'{"rank": {}}\n']
        for said in strangers:
            peer = self.visitor()
            peer.sendall(said)
            self.hung_up(peer)
        peer = self.visitor()
        rendezvous.send(peer, late | {"host": "127.0.0.1", "port": 1})
        self.hung_up(peer)
        self.assertEqual(2, len(self.closed([first, self.start(1, 2)])))

    def hung_up(self, peer):
        try:
            self.assertEqual(b"", peer.recv(1))
        except ConnectionResetError:
            pass  # the same, while bytes of ours were unread

    def test_asked_to_stop_while_waiting_ends_with_143(self):
        for rank in (0, 1):
            self.interruption = contract.Interruption()
            waiting = self.start(rank, 2)
            threading.Timer(0.05, lambda asked=self.interruption: setattr(asked, "asked", True)).start()
            with self.assertRaises(contract.Stop) as stopped:
                waiting.result(20)
            self.assertEqual(143, stopped.exception.code)

    def test_listens_on_this_machine_alone_only_when_told_to_meet_there(self):
        self.assertEqual((("127.0.0.1", 9), socket.AF_INET), rendezvous.listening("127.0.0.1", 9))
        self.assertEqual((("0.0.0.0", 9), socket.AF_INET), rendezvous.listening("192.0.2.1", 9))
        self.assertEqual((("0.0.0.0", 9), socket.AF_INET), rendezvous.listening("no.name.invalid", 9))
        self.assertEqual((("::", 9), socket.AF_INET6), rendezvous.listening("2001:db8::1", 9))

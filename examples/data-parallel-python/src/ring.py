"""Sums over all ranks in a ring.

A vector is cut into as many chunks as there are ranks. In the first lap a chunk goes from rank to
rank and each adds its own to it, in the second the finished chunks go round. So a rank sends about two
vectors, however many ranks there are. Each chunk is added in one fixed order, and its sum is made in
one place: the same bits on every rank, in every run of this many ranks.
"""

import select

import numpy

SILENCE_SECONDS = 60.0


class Ring:
    """A rank that dies ends the others: their next sum raises an OSError."""

    def __init__(self, rank, ranks, after, before):
        self.rank, self.ranks = rank, ranks
        self._after, self._before = after, before
        for peer in (after, before):
            if peer:
                peer.setblocking(False)

    def sum(self, vector):
        """A new vector: the sum of all ranks' vectors, which must be of one length."""
        total = numpy.array(vector, dtype="<f8")
        chunks = numpy.array_split(total, self.ranks)
        for lap in range(self.ranks - 1):
            mine, theirs = self._two_of(chunks, self.rank - lap)
            theirs += self._pass_on(mine, theirs.size)
        for lap in range(self.ranks - 1):
            mine, theirs = self._two_of(chunks, self.rank - lap + 1)
            theirs[:] = self._pass_on(mine, theirs.size)
        return total

    def _two_of(self, chunks, number):
        """The chunk to send, and the one that comes meanwhile."""
        return chunks[number % self.ranks], chunks[(number - 1) % self.ranks]

    def _pass_on(self, chunk, size):
        """Sends to the next rank and receives from the one before at once, so that none waits for all."""
        sending = memoryview(chunk.tobytes())
        received = bytearray(8 * size)
        receiving = memoryview(received)
        while sending or receiving:
            readers = [self._before] if receiving else []
            writers = [self._after] if sending else []
            readable, writable, _ = select.select(readers, writers, [], SILENCE_SECONDS)
            if not readable and not writable:
                raise TimeoutError(f"a rank is lost: nothing came or went for {SILENCE_SECONDS:.0f} s")
            if readable:
                count = self._before.recv_into(receiving)
                if count == 0:
                    raise ConnectionError("a rank is lost: its connection ended")
                receiving = receiving[count:]
            if writable:
                sending = sending[self._after.send(sending) :]
        return numpy.frombuffer(received, dtype="<f8")

    def close(self):
        for peer in (self._after, self._before):
            if peer:
                peer.close()

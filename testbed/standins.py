#!/usr/bin/env python3
"""Answers `standin` on a port of all addresses, by TCP and UDP: what isolated workloads must not reach.

usage: standins.py PORT
"""
import socket
import sys
import threading

port = int(sys.argv[1])


def datagrams():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        # So that an answer leaves from the address that was asked.
        s.setsockopt(socket.IPPROTO_IP, 8, 1)  # IP_PKTINFO
        s.bind(("0.0.0.0", port))
        while True:
            _, ancillary, _, caller = s.recvmsg(64, 64)
            s.sendmsg([b"standin"], [(level, kind, bytes(4) + data[4:8] + bytes(4)) for level, kind, data in ancillary], 0, caller)


threading.Thread(target=datagrams, daemon=True).start()
with socket.create_server(("0.0.0.0", port)) as server:
    while True:
        caller, _ = server.accept()
        with caller:
            caller.sendall(b"standin")

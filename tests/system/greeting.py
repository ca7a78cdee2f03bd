"""Prints what somebody reads who connects: PORT."""
import socket
import sys

with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20) as sock:
    print(sock.recv(1024).decode(), end="")

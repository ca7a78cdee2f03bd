"""Answers each thing it receives by one thing, without newlines."""
import socket
import sys

sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
print("connected")
while data := sock.recv(1024):
    sock.send(f"heard: {data.decode().strip()}".encode())

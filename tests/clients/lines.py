"""Sends what it is given line by line, and prints what it receives."""
import socket
import sys
import threading

sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
chat = sock.makefile("rw", encoding="utf-8", newline="\n")


def read():
    for line in chat:
        print(line, end="")


threading.Thread(target=read, daemon=True).start()
for line in sys.stdin:
    chat.write(line)
    chat.flush()

"""Opens listening sockets as a service manager does, and becomes the program: NAME=HOST:PORT... -- PROGRAM ARGUMENT..."""
import os
import socket
import sys

split = sys.argv.index("--")
listeners = [argument.split("=", 1) for argument in sys.argv[1:split]]
sockets = []
for _, address in listeners:
    host, port = address.rsplit(":", 1)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, int(port)))
    listener.listen()
    sockets.append(listener)
for number, listener in enumerate(sockets, start=3):
    if listener.fileno() == number:
        os.set_inheritable(number, True)
    else:
        os.dup2(listener.fileno(), number, inheritable=True)
os.environ.update(
    LISTEN_PID=str(os.getpid()),
    LISTEN_FDS=str(len(sockets)),
    LISTEN_FDNAMES=":".join(name for name, _ in listeners),
)
program = sys.argv[split + 1 :]
os.execv(program[0], program)

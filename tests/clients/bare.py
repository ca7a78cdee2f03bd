import socket, sys, threading

def read():
    while data := sock.recv(1024):
        print(data.decode(), end="")

sock = socket.socket()
sock.connect(("127.0.0.1", int(sys.argv[1])))
threading.Thread(target=read, daemon=True).start()
for line in sys.stdin:
    sock.send(line.strip().encode())

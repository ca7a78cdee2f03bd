import socket, sys

sock = socket.socket()
sock.connect((sys.argv[1], int(sys.argv[2])))
print(sock.recv(1024).decode())
sock.send("hello, anyone there?".encode())
for _ in range(3):
    heard = sock.recv(1024).decode()
    print(heard)
    sock.send(("you said: " + heard.split("> ")[1].strip()).encode())
sock.close()

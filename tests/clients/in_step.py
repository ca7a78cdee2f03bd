"""Sends, receives, sends, receives: a program that expects answers and nothing else."""
import socket
import sys

sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
for n in range(int(sys.argv[2])):
    question = f"question {n}"
    sock.send(question.encode())
    print(question, "->", sock.recv(1024).decode().strip())

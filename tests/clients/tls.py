"""As lines.py, over TLS: PORT [CERTIFICATE KEY] [VERSION]. First it prints what the handshake brought, at last how it ended."""
import hashlib
import json
import socket
import ssl
import sys
import threading

port, *rest = sys.argv[1:]
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
if len(rest) >= 2:
    context.load_cert_chain(rest.pop(0), rest.pop(0))
if rest:
    context.maximum_version = ssl.TLSVersion[rest[0]]
sock = socket.create_connection(("127.0.0.1", int(port)), timeout=20)
# An end without close_notify is an error, as it should be.
sock = context.wrap_socket(sock, server_hostname="chat.example", suppress_ragged_eofs=False)
sock.settimeout(None)
certificate = hashlib.sha256(sock.getpeercert(binary_form=True)).hexdigest()
print(json.dumps({"version": sock.version(), "certificate": certificate}))


def write():
    for line in sys.stdin:
        sock.sendall(line.encode())


threading.Thread(target=write, daemon=True).start()
buffer = b""
try:
    while data := sock.recv(4096):
        *lines, buffer = (buffer + data).split(b"\n")
        for line in lines:
            print(line.decode())
    print("ended by close_notify")
except OSError as error:
    print(f"ended without a word: {error}")

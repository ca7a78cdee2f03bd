"""Connects again and again, from several threads, until its input ends; then says what became of it. Everybody is to be let in and
to read something; a connection that the service had accepted and not yet answered may be reset or closed by its end."""
import socket
import sys
import threading

port, threads = int(sys.argv[1]), 8
going = threading.Event()
counts = {"served": 0, "reset": 0, "closed": 0, "refused": 0, "unanswered": 0}
lock = threading.Lock()


def once():
    try:
        # The system's own queue of those who wait is as long as a restart may take.
        sock = socket.create_connection(("127.0.0.1", port), timeout=30)
    except OSError as error:
        print(f"refused: {error}", file=sys.stderr)
        return "refused"
    with sock:
        try:
            return "served" if sock.recv(1024) else "closed"
        except ConnectionResetError:
            return "reset"
        except OSError as error:
            print(f"unanswered: {error}", file=sys.stderr)
            return "unanswered"


def again():
    while not going.is_set():
        outcome = once()
        with lock:
            counts[outcome] += 1


running = [threading.Thread(target=again) for _ in range(threads)]
for thread in running:
    thread.start()
print("connecting", flush=True)
sys.stdin.read()
going.set()
for thread in running:
    thread.join()
print(", ".join(f"{count} {what}" for what, count in counts.items()), flush=True)
sys.exit(counts["refused"] + counts["unanswered"] > 0 or counts["served"] == 0)

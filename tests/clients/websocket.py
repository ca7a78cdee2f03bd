"""A WebSocket: URL SUBPROTOCOLS ORIGIN ('-' for none). Prints what was agreed on, then each message as JSON, at last how it
ended. What it reads is sent: a line of text as a message, `bytes HEX` as a binary one, `raw HEX` as it is."""
import asyncio
import json
import ssl
import sys

import websockets

url, subprotocols, origin = sys.argv[1:]
context = None
if url.startswith("wss:"):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE


async def send(socket):
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        line = line.rstrip("\n")
        kind, _, rest = line.partition(" ")
        if kind == "bytes":
            await socket.send(bytes.fromhex(rest))
        elif kind == "raw":
            socket.transport.write(bytes.fromhex(rest))
        elif kind == "ping":
            await (await socket.ping(rest))
            print(json.dumps("pong"))
        elif kind == "close":
            await socket.close()
        else:
            await socket.send(line)


async def main():
    try:
        socket = await websockets.connect(
            url,
            ssl=context,
            subprotocols=None if subprotocols == "-" else subprotocols.split(","),
            origin=None if origin == "-" else origin,
            compression=None,
            open_timeout=20,
        )
    except websockets.InvalidStatus as refused:
        print(json.dumps({"status": refused.response.status_code}))
        return
    print(json.dumps({"subprotocol": socket.subprotocol}))
    sending = asyncio.create_task(send(socket))
    try:
        async for message in socket:
            print(json.dumps(message if isinstance(message, str) else {"bytes": message.decode()}))
    except websockets.ConnectionClosed:
        pass
    print(json.dumps({"code": socket.close_code}))
    sending.cancel()


asyncio.run(main())
sys.stdout.flush()
# The thread that reads would wait for a line.
import os
os._exit(0)

"""Opens COUNT TLS connections to PORT at once, reads a line on each, and prints how many did and how long the slowest took."""
import asyncio
import ssl
import sys
import time

port, count = int(sys.argv[1]), int(sys.argv[2])
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE


async def one():
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, ssl_handshake_timeout=30)
    line = await reader.readline()
    assert line, "no line"
    return writer, time.monotonic() - began


async def main():
    done = await asyncio.gather(*(one() for _ in range(count)))
    print(f"{len(done)} are in, the slowest after {max(time for _, time in done):.3f} s")
    # All of them are there at once until the test has seen it.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    for writer, _ in done:
        writer.close()


asyncio.run(main())

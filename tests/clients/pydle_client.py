"""A client made with the library `pydle`, driven by lines: HOST PORT NICK [CERTIFICATE].

It joins #lobby. It takes `say TEXT`, `me TEXT`, `msg NICK TEXT`, `nick NICK`, `topic TEXT`, `connect` (again) and
`quit REASON`, and prints what is said and done, itself included, a line each.
"""
import asyncio
import os
import sys

import pydle

host, port, nick = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ROOM = "#lobby"
if secure := len(sys.argv) > 4:
    # OpenSSL takes what it trusts from there.
    os.environ["SSL_CERT_FILE"] = sys.argv[4]


class Chatter(pydle.Client):
    RECONNECT_ON_ERROR = False

    async def handle_forever(self):
        # It takes the end of a connection for one, but not a connection that is reset.
        try:
            await super().handle_forever()
        except OSError:
            await self.disconnect(expected=False)

    async def on_connect(self):
        await super().on_connect()
        await self.join(ROOM)

    async def on_join(self, channel, user):
        await super().on_join(channel, user)
        print(f"{user} joined {channel}")

    async def on_raw_366(self, message):
        print(f"in {message.params[1]}")

    async def on_channel_message(self, target, by, message):
        await super().on_channel_message(target, by, message)
        print(f"{target} <{by}> {message}")

    async def on_private_message(self, target, by, message):
        await super().on_private_message(target, by, message)
        print(f"@ <{by}> {message}")

    async def on_ctcp_action(self, by, target, contents):
        print(f"{target} * {by} {contents}")

    async def on_nick_change(self, old, new):
        await super().on_nick_change(old, new)
        print(f"{old} is now {new}")

    async def on_quit(self, user, message=None):
        await super().on_quit(user, message)
        print(f"{user} quit: {message}")

    async def on_topic_change(self, channel, message, by):
        await super().on_topic_change(channel, message, by)
        print(f"{by} set the topic of {channel}: {message}")

    async def on_raw_error(self, message):
        print("error:", message.params[0])
        await super().on_raw_error(message)

    async def on_disconnect(self, expected):
        await super().on_disconnect(expected)
        print("disconnected")


async def main():
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)

    async def connected():
        client = Chatter(nick, realname="a client made with pydle")
        await client.connect(host, port, tls=secure, tls_verify=secure)
        return client

    client = await connected()
    while line := (await lines.readline()).decode().rstrip("\n"):
        what, _, rest = line.partition(" ")
        if what == "say":
            await client.message(ROOM, rest)
        elif what == "me":
            await client.ctcp(ROOM, "ACTION", rest)
        elif what == "msg":
            await client.message(*rest.split(" ", 1))
        elif what == "nick":
            await client.set_nickname(rest)
        elif what == "topic":
            await client.set_topic(ROOM, rest)
        elif what == "connect":
            client = await connected()
        elif what == "quit":
            await client.quit(rest)
            return


asyncio.run(main())

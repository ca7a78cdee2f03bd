"""A client made with the library `irc`, driven by lines: HOST PORT NICK [CERTIFICATE], and
in the environment the PASSWORD of the account NICK; see pydle_client.py for the lines."""
import functools
import os
import queue
import ssl
import sys
import threading

import irc.client
import irc.connection

host, port, nick = sys.argv[1], int(sys.argv[2]), sys.argv[3]
ROOM = "#lobby"
factory = irc.connection.Factory()
if len(sys.argv) > 4:
    context = ssl.create_default_context(cafile=sys.argv[4])
    factory = irc.connection.Factory(wrapper=functools.partial(context.wrap_socket, server_hostname=host))

typed = queue.Queue()


def read():
    for line in sys.stdin:
        typed.put(line.rstrip("\n"))


def shows(form, **more):
    """Prints each event of a kind in this form."""
    return lambda _, event: print(form.format(by=event.source.nick if event.source else "", event=event, **more))


reactor = irc.client.Reactor()
handlers = {
    "welcome": lambda connection, _: connection.join(ROOM),
    "endofnames": shows("in {event.arguments[0]}"),
    "pubmsg": shows("{event.target} <{by}> {event.arguments[0]}"),
    "privmsg": shows("@ <{by}> {event.arguments[0]}"),
    "action": shows("{event.target} * {by} {event.arguments[0]}"),
    "join": shows("{by} joined {event.target}"),
    "nick": shows("{by} is now {event.target}"),
    "quit": shows("{by} quit: {event.arguments[0]}"),
    "topic": shows("{by} set the topic of {event.target}: {event.arguments[0]}"),
    "error": lambda _, event: print("error:", event.target),
    "disconnect": lambda *_: print("disconnected"),
}
for name, handler in handlers.items():
    reactor.add_global_handler(name, handler)
server = reactor.server()


def connect():
    # With an account it logs in by SASL PLAIN.
    password = os.environ.get("PASSWORD")
    server.connect(host, port, nick, password, connect_factory=factory, sasl_login=password and nick)


def obey(line):
    what, _, rest = line.partition(" ")
    if what == "say":
        server.privmsg(ROOM, rest)
        print(f"{ROOM} <{server.get_nickname()}> {rest}")
    elif what == "me":
        server.action(ROOM, rest)
        print(f"{ROOM} * {server.get_nickname()} {rest}")
    elif what == "msg":
        server.privmsg(*rest.split(" ", 1))
    elif what == "nick":
        server.nick(rest)
    elif what == "topic":
        server.topic(ROOM, rest)
    elif what == "connect":
        connect()
    elif what == "quit":
        server.quit(rest)
        while server.is_connected():
            reactor.process_once(0.2)
        sys.exit()


threading.Thread(target=read, daemon=True).start()
connect()
while True:
    reactor.process_once(0.02)
    while not typed.empty():
        obey(typed.get())

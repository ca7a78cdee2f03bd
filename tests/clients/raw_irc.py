"""Speaks IRC and plain lines by bare sockets, and compares every line that comes with what must come.

    raw_irc.py rooms IRC PLAIN         the two protocols in one room
    raw_irc.py operators IRC           what operators do
    raw_irc.py restart IRC CONFIG      RESTART, with a configuration in order and out of order, and DIE
    raw_irc.py again IRC               RESTART alone
"""
import re
import socket
import sys
import time

PATIENCE = 30


class Lines:
    """A socket that is read line by line."""

    def __init__(self, port):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.sock = socket.create_connection(("127.0.0.1", port), PATIENCE)
                break
            except ConnectionRefusedError:
                # The server starts.
                assert time.monotonic() < deadline, "nobody listens"
                time.sleep(0.02)
        self.waiting = b""
        self.asked = 0

    def send(self, line):
        self.sock.sendall(line.encode() + b"\r\n")

    def line(self):
        while b"\n" not in self.waiting:
            some = self.sock.recv(65536)
            if not some:
                raise EOFError
            self.waiting += some
        line, self.waiting = self.waiting.split(b"\n", 1)
        return line.decode().rstrip("\r")

    def told(self):
        """What has come so far: all before the answer to a question that comes last."""
        self.asked += 1
        question, answer = self.question(self.asked)
        self.send(question)
        told = []
        while answer not in (line := self.line()):
            told.append(line)
        return told

    def does(self, line, *expected):
        """Sends a line; just these lines come back. Each is a pattern with * for any text."""
        self.send(line)
        self.hears(*expected, after=line)

    def hears(self, *expected, after=""):
        told = self.told()
        patterns = [re.escape(line).replace(r"\*", ".*") for line in expected]
        matches = len(told) == len(patterns) and all(map(re.fullmatch, patterns, told))
        assert matches, f"after {after!r}: expected {list(expected)}, told {told}"

    def rest(self):
        """All that comes until the connection ends."""
        told = []
        try:
            while True:
                told.append(self.line())
        except (EOFError, ConnectionError):
            return told


class Irc(Lines):
    def __init__(self, port, nick, capabilities=""):
        super().__init__(port)
        if capabilities:
            self.send(f"CAP REQ :{capabilities}")
        self.send(f"NICK {nick}")
        self.send("USER user 0 * :A user")
        if capabilities:
            self.send("CAP END")
        while " 422 " not in self.line():
            pass
        self.told()

    @staticmethod
    def question(number):
        return f"PING ask{number}", f"PONG chat.example :ask{number}"


class Plain(Lines):
    def __init__(self, port, nick):
        super().__init__(port)
        self.send(f"/nick {nick}")
        while self.line() != f"-- You are {nick}":
            pass

    @staticmethod
    def question(number):
        # The refusal names whom it is about.
        return f"/msg ask{number} x", f"! no-such-nick: nobody here is called ask{number};"


def rooms(irc, plain):
    alice, bob = Irc(irc, "alice"), Irc(irc, "bob", "message-tags")
    paul = Plain(plain, "paul")
    alice.does("JOIN #tea", "*JOIN #tea", "* 353 alice = #tea :@alice", "* 366 alice #tea :*")
    bob.does("JOIN #tea", "*JOIN #tea", "* 353 bob = #tea :*", "* 366 bob #tea :*")
    paul.does("/join #tea", "-- You are in #tea with 2 others")
    source = ":paul!plain@127.0.0.1"
    alice.hears(":bob!~user@127.0.0.1 JOIN #tea", f"{source} JOIN #tea")
    bob.told()

    # A line is a PRIVMSG and the other way round; an action is /me; formatting is for those who can show it.
    paul.does("good morning")
    alice.hears(f"{source} PRIVMSG #tea :good morning")
    bob.hears(f"@msgid=* {source} PRIVMSG #tea :good morning")
    paul.does("/me yawns")
    alice.hears(f"{source} PRIVMSG #tea :\1ACTION yawns\1")
    alice.does("PRIVMSG #tea :\2bold\2 \x0304,01red\3 plain")
    paul.hears("<alice> bold red plain")
    alice.does("PRIVMSG #tea :\1ACTION \x1dbows\1")
    paul.hears("* alice bows")
    alice.does("PRIVMSG paul :between us")
    paul.hears("@you <alice> between us")
    paul.does("/msg alice not a word")
    alice.hears(f"{source} PRIVMSG alice :not a word")

    # One too long is split between words, or else between characters, in order; nothing is lost.
    for long, glue in [("word " * 250 + "end", " "), ("é" * 700, "")]:
        paul.does(long)
        bob.told()
        parts = alice.told()
        head = f"{source} PRIVMSG #tea :"
        assert len(parts) > 2 and all(part.startswith(head) for part in parts), parts
        assert all(len(part.encode()) <= 510 for part in parts), parts
        assert glue.join(part.removeprefix(head).strip() for part in parts) == long, parts

    # Modes hold for both alike, whoever sets them.
    by_alice = ":alice!~user@127.0.0.1"
    alice.does("MODE #tea +m", f"{by_alice} MODE #tea +m")
    paul.hears("** alice sets +m in #tea")
    paul.does("may I?", "! may-not-speak: *")
    bob.does("PRIVMSG #tea :may I?", "*MODE #tea +m", ":chat.example 404 bob #tea :*")
    alice.does("MODE #tea -m+b paul", f"{by_alice} MODE #tea -m+b paul!*@*")
    paul.hears("** alice sets -m+b paul!*@* in #tea")
    paul.does("and now?", "! may-not-speak: *")
    paul.does("/leave", "-- You left #tea; *")
    paul.does("/join #tea", "! banned: *")
    alice.does("MODE #tea -b paul!*@*", f"{source} PART #tea", f"{by_alice} MODE #tea -b paul!*@*")
    paul.does("/join #tea", "-- You are in #tea with 2 others")
    alice.does("MODE #tea +o paul", f"{source} JOIN #tea", f"{by_alice} MODE #tea +o paul")
    paul.told()
    bob.told()
    paul.does("/mode +i", "** paul sets +i in #tea")
    bob.hears(f"{source} MODE #tea +i")
    paul.does("/kick bob too loud", "** paul kicked bob from #tea (too loud)")
    bob.hears(f"{source} KICK #tea bob :too loud")
    bob.does("JOIN #tea", ":chat.example 473 bob #tea :*")
    bob.does("KNOCK #tea :please", ":chat.example 711 bob #tea :*")
    paul.hears("** bob asks to be let into #tea (please); /invite bob #tea")
    paul.does("/invite bob", "-- You invited bob to #tea")
    bob.hears(f"{source} INVITE bob #tea")
    alice.told()
    alice.does("NICK alicia", ":alice!~user@127.0.0.1 NICK :alicia")
    alice.does("TOPIC #tea :\x0304tea", "*TOPIC #tea :\x0304tea")
    paul.hears("** alice is now alicia", "** alicia set the topic of #tea: tea")
    alice.does("KICK #tea paul", "*KICK #tea paul :alicia")
    paul.hears("-- alicia kicked you from #tea; *")


def operators(irc):
    alice, bob = Irc(irc, "alice", "chghost"), Irc(irc, "bob")
    for member in (alice, bob):
        member.send("JOIN #tea")
        member.told()
    alice.told()
    alice.does("OPER root wrong", ":chat.example 464 alice :*")
    alice.does("OPER nobody secret", ":chat.example 464 alice :*")
    alice.does("KILL bob :no", ":chat.example 481 alice :*")
    # The new host comes before the first line from it.
    alice.does(
        "OPER root secret",
        ":chat.example 381 alice :You are now an IRC operator (administrator)",
        ":alice!~user@127.0.0.1 CHGHOST ~user staff.example",
        ":chat.example 396 alice staff.example :*",
        ":alice!~user@staff.example MODE alice +os",
    )
    bob.hears(
        ":alice!~user@127.0.0.1 QUIT :Changing hostname",
        ":alice!~user@staff.example JOIN #tea",
        ":chat.example MODE #tea +o alice",
    )
    # Roles.
    bob.does("OPER watch secret", "*381 bob :*(observer)", "*MODE bob +os")
    alice.hears(":chat.example NOTICE alice :bob!~user@127.0.0.1 is an operator now: watch (observer)")
    bob.does("STATS o", "* 243 bob O *", "* 243 bob O *", "* 219 bob o :*")
    for command in ("KILL alice :no", "WALLOPS :no", "REHASH", "DIE", "RESTART", "SQUIT x :no"):
        bob.does(command, ":chat.example 481 bob :*")
    bob.does("MODE bob -o+w", "*MODE bob -os+w")
    alice.does("WALLOPS :tea is ready")
    bob.hears(":alice!~user@staff.example WALLOPS :tea is ready")
    alice.does("CONNECT irc.example.net", ":chat.example 402 alice irc.example.net :*")
    alice.does("REHASH", ":chat.example 382 alice * :Rehashing", ":chat.example NOTICE alice :*")
    # Who is killed is told by whom; so are those who share a channel, and the operators.
    carol = Irc(irc, "carol")
    carol.send("JOIN #tea")
    carol.told()
    bob.told()
    alice.told()
    alice.does(
        "KILL carol :too loud",
        ":chat.example NOTICE alice :alice!~user@staff.example ended carol!~user@127.0.0.1: too loud",
        ":carol!~user@127.0.0.1 QUIT :Killed (alice (too loud))",
    )
    assert carol.rest() == [
        ":alice!~user@staff.example KILL carol :too loud",
        ":carol QUIT :Killed (alice (too loud))",
        "ERROR :Closing Link: chat.example (Killed (alice (too loud)))",
    ]
    bob.hears(":carol!~user@127.0.0.1 QUIT :Killed (alice (too loud))")


def operator(irc):
    alice = Irc(irc, "alice")
    alice.send("OPER root secret")
    alice.told()
    return alice


def again(irc):
    alice = operator(irc)
    alice.send("RESTART")
    assert alice.rest()[-1].startswith("ERROR :Closing Link: ")


def restart(irc, config):
    alice = operator(irc)
    with open(config, encoding="utf-8") as file:
        good = file.read()
    with open(config, "a", encoding="utf-8") as file:
        file.write("\n[nonsense]\n")
    alice.send("RESTART")
    refused = alice.told()
    assert refused and all(":chat.example NOTICE alice :" in line for line in refused), refused
    assert "The server was not restarted" in refused[0], refused
    with open(config, "w", encoding="utf-8") as file:
        file.write(good)
    for command in ("RESTART", "DIE"):
        alice.send(command)
        last = alice.rest()
        assert last[-1].startswith("ERROR :Closing Link: chat.example (Server shutting down"), last
        if command == "RESTART":
            # Nothing but the configuration has outlived it.
            alice = operator(irc)
            alice.does("WHOWAS bob", "* 406 *", "* 369 *")


task, *arguments = sys.argv[1:]
arguments = [int(argument) if argument.isdigit() else argument for argument in arguments]
{"rooms": rooms, "operators": operators, "restart": restart, "again": again}[task](*arguments)
print("done")

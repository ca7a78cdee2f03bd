"""A tour through everything that clients and operators do, for the sandbox to be in the way of: it fails where chatd cannot do what
it does elsewhere. Runs in the container's network: PLAIN-PORT IRC-PORT ACCOUNT [TLS-PORT PASSWORD]."""
import socket
import ssl
import sys


class Client:
    def __init__(self, port, tls=False):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        if tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.sock = context.wrap_socket(self.sock)
        self.file = self.sock.makefile("rw", encoding="utf-8", newline="\n")

    def say(self, *lines):
        for line in lines:
            self.file.write(line + "\r\n")
        self.file.flush()
        return self

    def until(self, *words):
        for line in self.file:
            if all(word in line for word in words):
                return line.rstrip("\r\n")
        sys.exit(f"the connection ended before {words}")


def irc(port, nick, *before, tls=False):
    client = Client(port, tls).say(*before, f"NICK {nick}", f"USER {nick} 0 * :{nick}")
    client.until(" 001 ", nick)
    return client


plain_port, irc_port, account, *more = sys.argv[1:]
plain_port, irc_port = int(plain_port), int(irc_port)
secret = more[1] if more else None
password = [f"PASS {secret}"] if secret else []

# Two protocols, one room, any script.
alice = Client(plain_port).say("/nick alice")
alice.until("You are alice")
carol = irc(irc_port, "carol", *password).say("JOIN #lobby")
carol.until(" 366 ")
alice.say("hi 你好 👋")
carol.until("PRIVMSG #lobby", "hi 你好 👋")
carol.say("PRIVMSG #lobby :hello from irc", "PRIVMSG alice :psst")
alice.until("<carol> hello from irc")
alice.until("psst")

# Bytes without a newline are a message, too.
bare = socket.create_connection(("127.0.0.1", plain_port), timeout=30)
bare.send("no newline at all".encode())
alice.until("no newline at all")
bare.close()

# Stored, read and searched again: the history and its threads.
alice.say("/history")
alice.until("hello from irc")
alice.say("/search hello")
alice.until("hello from irc")
carol.say("JOIN #tea", "TOPIC #tea :green", "MODE #tea +b bad!*@*", "WHO #tea", "LIST", "WHOIS alice", "MONITOR + alice")
carol.until(" 730 ")

# Accounts: argon2 in a thread, memory and all.
dave = irc(irc_port, account, *password)
dave.say("PRIVMSG NickServ :REGISTER pass-phrase-4711")
dave.until("NickServ", account)
dave.say("JOIN #lobby", "PRIVMSG #lobby :registered")
alice.until("registered")
if more:
    # TLS, with what systemd has handed over.
    erin = irc(int(more[0]), "erin", *password, tls=True).say("JOIN #lobby", "PRIVMSG #lobby :over tls")
    alice.until("over tls")
    wrong = Client(irc_port).say("PASS wrong", "NICK frank", "USER frank 0 * :frank")
    wrong.until(" 464 ")
for one in (carol, dave):
    one.say("QUIT :bye")
alice.until(f"*** {account} ", "bye")
print("toured")

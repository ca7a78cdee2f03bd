"""Drives the admin socket with an independent Varlink client; prints what it saw as one JSON object a line."""
import json
import sys

import varlink


def show(what, value):
    print(json.dumps({"what": what, "value": value}))


address = "unix:" + sys.argv[1]
client = varlink.Client.new_with_address(address)

with client.open("org.varlink.service", namespaced=False) as service:
    show("info", service.GetInfo())
    description = service.GetInterfaceDescription("io.chatd.Admin")["description"]
    # The client parses the description by itself when it opens the interface; this proves that it is all there.
    show("methods", [line.split("(")[0][7:] for line in description.splitlines() if line.startswith("method ")])

with client.open("io.chatd.Admin", namespaced=False) as admin:
    show("status", admin.Status()["status"])
    show("all", admin.ListClients()["clients"])
    show("some", admin.ListClients(select={"nick": ["alice"]})["clients"])
    show("said", admin.Say(target="alice", text="from Python"))
    for name, call in {
        "not found": lambda: admin.ShowClient(client="nobody"),
        "missing parameter": lambda: admin._call("Say"),
        "unknown method": lambda: admin._call("Frobnicate"),
    }.items():
        try:
            call()
            show(name, "no error")
        except varlink.VarlinkError as error:
            show(name, error.error())

# A stream on one connection, calls on another.
with client.open("io.chatd.Admin", namespaced=False) as watcher, client.open("io.chatd.Admin", namespaced=False) as admin:
    stream = watcher.Watch(messages=True, _more=True)
    show("watch", next(stream)["happening"]["kind"])
    admin.Say(target="#lobby", text="seen by the watcher")
    show("happening", next(stream)["happening"])
    show("kicked", admin.KickClients(select={"nick": ["alice"]}, reason="done")["kicked"])
    show("gone", next(stream)["happening"])

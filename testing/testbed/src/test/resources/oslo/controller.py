"""A cloud controller as OpenStack would write one: the real oslo.messaging client against Drover's server.

usage: controller.py PORT USER PASSWORD HOST MIGRATION VM
Prints one JSON object a line: {"step": ..., "result"|"error": ...}; the last one is {"step": "end"}.
"""

import json
import sys
import tempfile
import threading

from oslo_config import cfg
import oslo_messaging

port, user, password, host, migration, vm = sys.argv[1:]


def say(step, **more):
    print(json.dumps(dict(step=step, **more)), flush=True)


with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
    file.write("[DEFAULT]\ncontrol_exchange = drover_controllers\n[oslo_messaging_rabbit]\nrabbit_quorum_queue = true\n")
    file.flush()
    conf = cfg.CONF
    conf(["--config-file", file.name], project="controller")
url = "rabbit://%s:%s@127.0.0.1:%s//" % (user, password, port)
transport = oslo_messaging.get_rpc_transport(conf, url=url, allowed_remote_exmods=["oslo_messaging.rpc.dispatcher"])
# Renamed in oslo.messaging 14.1.
make_client = getattr(oslo_messaging, "get_rpc_client", oslo_messaging.RPCClient)


def client(topic, server=None, **options):
    target = oslo_messaging.Target(exchange="drover_controllers", topic=topic, server=server, version="1.0")
    return make_client(transport, target, **options)


def attempt(step, rpc, method, **args):
    try:
        say(step, result=rpc.call({"request_id": "req-1"}, method, **args))
    except Exception as error:
        say(step, error=type(error).__name__, type=getattr(error, "exc_type", None), text=str(error))


class Listener:
    heard = threading.Event()

    def info(self, context, publisher_id, event_type, payload, metadata):
        say("notification", publisher=publisher_id, event=event_type, payload=payload)
        self.heard.set()


listener = oslo_messaging.get_notification_listener(
    oslo_messaging.get_notification_transport(conf, url=url),
    [oslo_messaging.Target(exchange="drover_controllers", topic="notifications")],
    [Listener()],
    executor="threading",
)
listener.start()
worker = client("drover_worker", server=host, timeout=60)
worker.cast({"request_id": "req-1"}, "start_vm", vm=vm)
say("cast")
scheduler = client("drover", timeout=60)
attempt("call", scheduler, "get_migration", migration=migration)
attempt("watched call", client("drover", timeout=60, call_monitor_timeout=2), "cancel", migration=migration)
attempt("wrong argument", scheduler, "get_migration", migration="x")
attempt("unknown method", scheduler, "reboot")
attempt("unknown version", scheduler.prepare(version="1.7"), "rebalance")
attempt("refused", worker, "stop_vm", vm=vm)
attempt("ping", worker, "oslo_rpc_server_ping")
if not Listener.heard.wait(60):
    say("notification", error="nothing was heard")
listener.stop()
listener.wait()
transport.cleanup()
say("end")

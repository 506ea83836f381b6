"""What a connection costs the proxy while its ports rest towards the target (TIME_WAIT), as they do
where clients close first. Proxy and target stand in network namespaces joined by a veth pair, with
the settings of a system as installed: loopback reuses such ports at once.

Run as a program it is the target (serve) or the client (work PROCESS...), each in its namespace."""

import itertools
import json
import os
import select
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import accounting
from cell import Running, command_output
from peers import Place

PROXY = "10.99.0.1"
TARGET = "10.99.0.2"
LISTEN_PORT = 20001
TARGET_PORT = 20000
FIRST, LAST = 32768, 60999  # ip_local_port_range as Linux has it
RESTING = 25000
SESSIONS = 1000

SETTINGS = (f"net.ipv4.ip_local_port_range={FIRST} {LAST}", "net.ipv4.tcp_tw_reuse=2",
            "net.ipv4.tcp_max_tw_buckets=131072")


@contextmanager
def namespaces():
    """The names of one for the proxy and one for the target."""
    names = [f"plug-resting-{os.getpid()}-{end}" for end in ("proxy", "target")]
    proxy, target = names

    def run(*words):
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)

    try:
        for name in names:
            run("ip", "netns", "add", name)
            run("ip", "-n", name, "link", "set", "lo", "up")
        run("ip", "-n", proxy, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0",
            "netns", target)
        for name, address in ((proxy, PROXY), (target, TARGET)):
            run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "veth0")
            run("ip", "-n", name, "link", "set", "veth0", "up")
        run("ip", "netns", "exec", proxy, "sysctl", "-q", "-w", *SETTINGS)
        yield names
    finally:
        for name in names:
            subprocess.run(["ip", "netns", "del", name], check=False, stderr=subprocess.DEVNULL)


def measure(bench, proxy):
    """Microseconds of CPU for each connection, with no port at rest and with many."""
    if not proxy.peer.any_host:
        return {}
    folder = bench.folder / f"{proxy.peer.name}-resting"
    folder.mkdir(exist_ok=True)
    place = Place(LISTEN_PORT, TARGET_PORT, bench.threads, folder, TARGET)
    program = proxy.peer.command(proxy.peer.program, place)
    with ExitStack() as stack:
        proxy_space, target_space = stack.enter_context(namespaces())

        def inside(space, *words):
            return ["ip", "netns", "exec", space, *words]

        own = (sys.executable, str(Path(__file__).resolve()))
        stack.enter_context(Running(inside(target_space, *own, "serve"), bench.load_cores,
                                    folder / "target"))
        running = stack.enter_context(Running(inside(proxy_space, *program), bench.proxy_cores,
                                              folder / "output"))
        command_output(bench, inside(proxy_space, *own, "try"))
        processes = [str(process) for process in running.processes()]
        return json.loads(command_output(bench, inside(proxy_space, *own, "work", *processes)))


def serve():
    """Echoes until the client has ended."""
    listener = socket.create_server((TARGET, TARGET_PORT), backlog=4096)
    poll = select.epoll()
    poll.register(listener, select.EPOLLIN)
    sockets = {}
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                accepted, _ = listener.accept()
                sockets[accepted.fileno()] = accepted
                poll.register(accepted, select.EPOLLIN)
                continue
            try:
                data = sockets[number].recv(4096)
            except ConnectionResetError:
                data = b""
            if data:
                sockets[number].sendall(data)
            else:
                sockets.pop(number).close()


def session():
    with socket.create_connection(("127.0.0.1", LISTEN_PORT)) as client:
        client.sendall(b"x" * 64)
        if len(client.recv(4096)) == 0:
            raise ConnectionError("the proxy has closed")


def try_until_reached():
    for _ in range(200):
        try:
            session()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit("the proxy does not serve")


def sessions(processes, count):
    """CPU of the proxy for each, and the median of their times."""
    times = []
    before = accounting.cpu_seconds(processes)
    for _ in range(count):
        begin = time.monotonic()
        session()
        times.append(time.monotonic() - begin)
    time.sleep(0.02)  # the proxy ends the last ones
    return (accounting.cpu_seconds(processes) - before) / count, sorted(times)[count // 2]


def let_ports_rest():
    """Connections that close first: first all ports that the system prefers, then others."""
    count = 0
    port = FIRST
    while port % 2 == FIRST % 2:
        with socket.create_connection((TARGET, TARGET_PORT)) as client:
            port = client.getsockname()[1]
        count += 1
    for port in itertools.takewhile(lambda _: count < RESTING, range(LAST, FIRST, -2)):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                client.bind(("", port))
                client.connect((TARGET, TARGET_PORT))
            except OSError:
                continue  # it rests already
        count += 1


def work(processes):
    sessions(processes, 100)
    none, time_at_none = sessions(processes, SESSIONS)
    let_ports_rest()
    time.sleep(1)  # the target closes the last ones
    many, time_at_many = sessions(processes, SESSIONS)
    print(json.dumps({
        "cpu_at_none": none, "cpu_at_many": many, "ratio": many / none,
        "time_at_none": time_at_none, "time_at_many": time_at_many,
    }))


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    elif sys.argv[1] == "try":
        try_until_reached()
    else:
        work([int(word) for word in sys.argv[2:]])

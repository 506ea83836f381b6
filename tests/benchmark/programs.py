"""Real programs that talk through the proxy, beside the load generator."""

import json
import re
import time
from contextlib import contextmanager

import accounting
from cell import Lost, Running, command_output, wait_for_listener

ORIGIN = """\
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid {folder}/origin.pid;
error_log {folder}/origin-error.log crit;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{ return 200 "{body}"; }}
    }}
}}
"""


SECONDS = 1  # the shortest that all of them take
REDIS_REQUESTS = 25000


@contextmanager
def origin(bench, port, arguments):
    """A server behind the proxy, on the load's core."""
    log = bench.folder / f"{arguments[0]}-origin.log"
    with Running(arguments, bench.load_cores, log) as server:
        wait_for_listener(port, server.process)
        yield


class Meter:
    """CPU of the proxy and time, from its making on."""

    def __init__(self, proxy):
        self.processes = proxy.processes()
        self.cpu = accounting.cpu_seconds(self.processes)
        self.begin = time.monotonic()

    def numbers(self, rate, units):
        spent = accounting.cpu_seconds(self.processes) - self.cpu
        elapsed = time.monotonic() - self.begin
        return {
            "rate": rate,
            "cpu_s_per_unit": spent / units,
            "proxy_busy_percent": 100 * spent / elapsed,
        }


def iperf3(bench, proxy):
    with origin(bench, proxy.target, ["iperf3", "-s", "-p", str(proxy.target), "-B", "127.0.0.1"]):
        meter = Meter(proxy)
        answer = json.loads(
            command_output(bench, [
                "iperf3", "-J", "-Z", "-P", "4", "-c", "127.0.0.1", "-p", str(proxy.listen),
                "-t", str(SECONDS),
            ])
        )
        received = answer["end"]["sum_received"]
        return meter.numbers(received["bits_per_second"] / 1e9, received["bytes"] / 1e9)


def wrk(bench, proxy, *more):
    file = bench.folder / "origin.conf"
    file.write_text(ORIGIN.format(folder=bench.folder, port=proxy.target, body="x" * 512))
    command = ["nginx", "-e", str(bench.folder / "origin-start.log"), "-c", str(file)]
    with origin(bench, proxy.target, command):
        meter = Meter(proxy)
        text = command_output(bench, [
            "wrk", "-t1", "-c64", f"-d{SECONDS}s", *more,
            f"http://127.0.0.1:{proxy.listen}/",
        ])
        if "Socket errors" in text or "Non-2xx" in text:
            raise Lost(" ".join(line.strip() for line in text.splitlines() if "rrors" in line
                                or "Non-2xx" in line))
        requests = int(re.search(r"(\d+) requests in", text).group(1))
        return meter.numbers(float(re.search(r"Requests/sec:\s*([\d.]+)", text).group(1)), requests)


def wrk_keepalive(bench, proxy):
    return wrk(bench, proxy)


def wrk_close(bench, proxy):
    return wrk(bench, proxy, "-H", "Connection: close")


def redis(bench, proxy):
    command = ["redis-server", "--port", str(proxy.target), "--bind", "127.0.0.1", "--save", "",
               "--appendonly", "no", "--daemonize", "no", "--dir", str(bench.folder)]
    with origin(bench, proxy.target, command):
        meter = Meter(proxy)
        text = command_output(bench, [
            "redis-benchmark", "-h", "127.0.0.1", "-p", str(proxy.listen), "-c", "64", "-d", "64",
            "-n", str(REDIS_REQUESTS), "-t", "set,get", "--csv",
        ])
        rates = [float(rate) for rate in re.findall(r'^"[SG]ET","([\d.]+)"', text, re.MULTILINE)]
        if len(rates) != 2:
            raise Lost("redis-benchmark: " + text.strip())
        return meter.numbers(sum(rates) / 2, 2 * REDIS_REQUESTS)


def sockperf(bench, proxy):
    with origin(bench, proxy.target,
                ["sockperf", "sr", "--tcp", "-i", "127.0.0.1", "-p", str(proxy.target)]):
        text = command_output(bench, [
            "sockperf", "pp", "--tcp", "-i", "127.0.0.1", "-p", str(proxy.listen), "-m", "64",
            "-t", str(SECONDS), "--full-rtt",
        ])
        dropped = re.search(r"dropped messages = (\d+)", text)
        median = re.search(r"percentile 50\.000\D*=?\s*([\d.]+)", text)
        if not dropped or not median or int(dropped.group(1)) > 0:
            raise Lost("sockperf: " + (dropped.group(0) if dropped else text[-200:]))
        return {"p50_us": float(median.group(1))}

"""The proxies that are measured, how each is configured and started."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

MOST_SESSIONS = 9000  # two descriptors each, and the hard limit may be 20000

HAPROXY = """\
global
    maxconn {most}
    nbthread {threads}
{tuning}
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
{options}
listen benchmark
    bind 127.0.0.1:{listen}
    backlog 4096
    server target {target_host}:{target}
"""
HAPROXY_TUNING = "    tune.bufsize 262144\n    maxpipes 256"
HAPROXY_OPTIONS = "    option splice-request\n    option splice-response"

NGINX = """\
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
worker_processes {threads};
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/nginx-error.log crit;
events {{ worker_connections 19000; }}
stream {{
    proxy_connect_timeout 5s;
    proxy_timeout 1h;
    {tuning}
    server {{
        listen 127.0.0.1:{listen} backlog=4096;
        proxy_pass {target_host}:{target};
        proxy_half_close on;
    }}
}}
"""
NGINX_TUNING = "proxy_buffer_size 256k;"


@dataclass(frozen=True)
class Place:
    """Where a proxy runs: its ports, its threads and a folder for its files."""

    listen: int
    target: int
    threads: int
    folder: Path
    target_host: str = "127.0.0.1"


@dataclass(frozen=True)
class Peer:
    name: str
    about: str
    program: str = ""
    command: Callable | None = None  # (program, place) -> arguments; None: no proxy at all
    any_host: bool = True  # its target may be another host than 127.0.0.1
    has_workers: bool = False  # a process for each thread, which the first one starts

    def missing(self):
        """Why it cannot be measured here, or nothing."""
        if self.command is None or shutil.which(self.program):
            return ""
        return f"{self.program} does not exist"


def haproxy(tuning="", options=""):
    def command(program, place):
        file = place.folder / "haproxy.cfg"
        file.write_text(
            HAPROXY.format(
                most=MOST_SESSIONS, threads=place.threads, tuning=tuning, options=options,
                listen=place.listen, target=place.target, target_host=place.target_host,
            )
        )
        return [program, "-db", "-f", str(file)]

    return command


def nginx(tuning=""):
    def command(program, place):
        file = place.folder / "nginx.conf"
        file.write_text(
            NGINX.format(
                threads=place.threads, tuning=tuning, folder=place.folder,
                listen=place.listen, target=place.target, target_host=place.target_host,
            )
        )
        return [program, "-e", str(place.folder / "nginx-start.log"), "-c", str(file)]

    return command


def plug(*more):
    def command(program, place):
        return [
            program, "run", f"127.0.0.1:{place.listen}", f"{place.target_host}:{place.target}",
            "--threads", str(place.threads), *more,
        ]

    return command


def relay(*more):
    return lambda program, place: [program, str(place.listen), str(place.target), *more]


def all_peers(build_dir, program=None):
    """Every peer in the order of the table. `program` takes the place of the plug that was built."""
    plug_program = str(program or build_dir / "plug")
    portable = str(build_dir / "plug-portable")
    bare = str(build_dir / "bare_relay")
    return [
        Peer("direct", "no proxy: the limit of the load generator", any_host=False),
        Peer("bare", "a relay loop without anything else: the least that a proxy can cost", bare,
             relay(), any_host=False),
        Peer("bare-spin", "the same, which polls for 200 us before it sleeps", bare,
             relay("spin"), any_host=False),
        Peer("haproxy-default", "HAProxy as Debian configures it, mode tcp", "haproxy", haproxy()),
        Peer("haproxy-tuned", "splice-request, splice-response, tune.bufsize 262144", "haproxy",
             haproxy(HAPROXY_TUNING, HAPROXY_OPTIONS)),
        Peer("nginx-default", "nginx stream, proxy_half_close on", "nginx", nginx(),
             has_workers=True),
        Peer("nginx-tuned", "the same with proxy_buffer_size 256k", "nginx", nginx(NGINX_TUNING),
             has_workers=True),
        Peer("plug-portable", "plug with the portable transport", portable, plug()),
        Peer("plug", "plug", plug_program, plug()),
        Peer("plug-spin", "plug --spin 20us", plug_program, plug("--spin", "20us")),
    ]


def version_of(program):
    """The first line that a program tells about its version."""
    for flag in ("-v", "--version"):
        try:
            done = subprocess.run([program, flag], capture_output=True, text=True, timeout=5)
        except (OSError, subprocess.TimeoutExpired):
            continue
        lines = (done.stdout + done.stderr).strip().splitlines()
        if done.returncode == 0 and lines:
            return lines[0]
    return "version unknown"

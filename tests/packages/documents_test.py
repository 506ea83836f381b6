#!/usr/bin/python3
"""Holds the man pages and completions of a package against what its program offers:
documents_test.py FOLDER, into which the package was unpacked."""

import os
import pty
import re
import select
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

FOLDER = Path(sys.argv.pop())
PROGRAM = FOLDER / "usr/sbin/plug"


def output_of(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


HELP = output_of(PROGRAM, "--help").stdout
OPTIONS = set(re.findall(r"^  --([a-z-]+)", HELP, re.MULTILINE))
COMMANDS = set(re.findall(r"^  ([a-z]+)", HELP.partition("Commands:\n")[2].partition("\n\n")[0],
                          re.MULTILINE))
POLICIES = {"round-robin", "first", "least-connections", "random-two", "source-hash"}
# Words that stand for a value or an operand, behind the line that they complete.
WORDS = (
    ("run --policy", POLICIES),
    ("run --check", {"tcp", "http", "tls", "smtp", "ssh", "mysql", "postgresql", "redis",
                     "send-expect", "command"}),
    ("run 80 10.0.0.1 --on-down", {"keep", "drain", "close"}),
    ("8080 10.0.0.1 --session-format", {"2.x", "json"}),
    ("run --retry", {"never"}),
    ("convert --from", {"2.x", "3.0", "rinetd", "portproxy"}),
    ("convert --to", {"file", "command-line"}),
    ("service", {"install", "configure", "uninstall", "start", "stop", "restart", "status"}),
    ("service install --start", {"auto", "delayed", "manual"}),
    ("help", COMMANDS),
)
# Lines behind which a path is completed.
PATHS = ("run --config", "run --pid-file", "run --log-to", "check", "check --live", "config",
         "check --control", "convert --from rinetd", "convert --append", "service install --config")
# Lines behind which it is not: an operand too many, and what only looks like a path.
NO_PATHS = ("run --check-path", "check plug.toml", "explain web", "reload", "version")


def man_page(name):
    path, = (FOLDER / "usr/share/man").rglob(name + ".gz")
    return output_of("gzip", "-dc", path).stdout


def section(page, title):
    return page.partition(f"\n.Sh {title}\n")[2].partition("\n.Sh ")[0]


def problems_of(text):
    """What `plug check` says of a file; in a folder that not anyone may write, as it wants of root."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plug.toml"
        path.write_text(text)
        return output_of(PROGRAM, "check", path).stderr


def is_key(table, key):
    """Whether the program knows `key` in that table, whatever it thinks of its value."""
    told = problems_of(f"[{table}]\n{key} = [1.5]\n")
    return f"{key}: is no key" not in told and f"{key}: belongs" not in told


def keys_in(title):
    return set(re.findall(r"^\.It Ic ([a-z_]+)", section(man_page("plug.toml.5"), title), re.MULTILINE))


class man_pages(unittest.TestCase):
    def test_they_have_no_mistake(self):
        for name in "plug.8", "plug.toml.5":
            found = output_of("mandoc", "-Tlint", "-Wstyle", input=man_page(name))
            # That the other page is not installed here is no mistake.
            told = [line for line in (found.stdout + found.stderr).splitlines()
                    if "referenced manual not found: Xr plug" not in line]
            self.assertEqual(told, [])

    def test_plug_8_tells_every_option_and_no_other(self):
        told = re.findall(r"^\.It Fl \\-([a-z\\-]+)", section(man_page("plug.8"), "OPTIONS"),
                          re.MULTILINE)
        self.assertEqual({name.replace("\\", "") for name in told}, OPTIONS)

    def test_plug_8_tells_every_command_and_no_other(self):
        told = re.findall(r"^\.It Cm (\S+)", section(man_page("plug.8"), "COMMANDS"), re.MULTILINE)
        self.assertEqual(set(told), COMMANDS)

    def test_plug_toml_5_tells_every_key_and_no_other(self):
        keys = {name.replace("-", "_") for name in OPTIONS}
        for table, title in ("plug.a", "TABLE OF A PLUG"), ("process", "TABLE OF THE PROCESS"):
            own = {"listen", "targets", "target"} if table == "plug.a" else set()
            told = keys_in(title)
            self.assertEqual(told, {key for key in keys | own | told if is_key(table, key)}, table)
            self.assertGreater(len(told), 5)

    def test_plug_toml_5_tells_every_key_of_a_target_and_no_other(self):
        told = problems_of('[[plug.a.target]]\naddress = "10.0.0.1:80"\nzzzzzzzzzz = 1\n')
        known = re.search(r"is no key of \[\[plug.NAME.target]]; it has (.*)", told)[1]
        self.assertEqual(keys_in("TABLE OF A TARGET"), set(re.findall("[a-z_]{3,}", known)) - {"and"})


# The shells are to find the program of the package.
ENVIRONMENT = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class running_plug:
    """A process with two plugs, and the place where it is asked."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "plug.toml"
        web, mail = free_ports(2)
        path.write_text(f'[plug.web]\nlisten = "127.0.0.1:{web}"\n'
                        'targets = ["127.0.0.1:1", "127.0.0.1:2"]\n'
                        f'[plug.mail]\nlisten = "127.0.0.1:{mail}"\ntargets = "127.0.0.1:3"\n')
        self.place = str(Path(self.folder.name) / "control")
        self.process = subprocess.Popen([PROGRAM, "run", "--config", path, "--control", self.place],
                                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while self.names() == set() and time.monotonic() < end:
            time.sleep(0.05)
        return self

    def names(self, *words):
        """What `plug explain --list` prints."""
        return set(output_of(PROGRAM, "explain", "--list", "--control", self.place,
                             *words).stdout.split())

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def in_bash(*words):
    """What bash offers for the last word."""
    script = ('. /usr/share/bash-completion/bash_completion; . "$1"; shift; COMP_WORDS=("$@"); '
              'COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; _plug; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    completion = FOLDER / "usr/share/bash-completion/completions/plug"
    return set(output_of("bash", "-c", script, "bash", completion, *words,
                         env=ENVIRONMENT).stdout.split())


def in_fish(*words):
    completion = FOLDER / "usr/share/fish/vendor_completions.d/plug.fish"
    with tempfile.TemporaryDirectory() as home:
        script = f"source {completion}; complete -C '{' '.join(words)}'"
        told = output_of("fish", "--no-config", "-c", script, env={**ENVIRONMENT, "HOME": home}).stdout
    return {line.split("\t")[0] for line in told.splitlines()}


def read_until(descriptor, marks, seconds=60):
    """What comes, until all `marks` were in it or nothing more comes in that time."""
    read = ""
    end = time.monotonic() + seconds
    while not all(mark in read for mark in marks) and time.monotonic() < end:
        if select.select([descriptor], [], [], 0.2)[0]:
            read += os.read(descriptor, 65536).decode(errors="replace")
    return read


def in_zsh(line, expected):
    """What a zsh on a terminal shows when the tabulator is pressed behind `line`; waits for it."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ.update(PATH=ENVIRONMENT["PATH"], TERM="dumb", COLUMNS="100", LINES="200")
        os.execlp("zsh", "zsh", "-f", "-i")
    completions = FOLDER / "usr/share/zsh/vendor-completions"
    setup = ("stty cols 100 rows 200; unsetopt zle_bracketed_paste; LISTMAX=1000; PS1=; "
             f"fpath=({completions} $fpath); autoload -U compinit; compinit -u -D; echo rea''dy\n")
    os.write(terminal, setup.encode())
    read_until(terminal, ["ready\r\n"])
    os.write(terminal, (line + "\t\t").encode())
    shown = read_until(terminal, expected)
    os.kill(child, 9)
    os.waitpid(child, 0)
    os.close(terminal)
    return shown


class completions(unittest.TestCase):
    def test_bash_completes_commands_options_and_values(self):
        self.assertEqual(in_bash("plug", ""), COMMANDS)
        self.assertEqual(in_bash("plug", "run", "--"), {"--" + name for name in OPTIONS})
        self.assertEqual(in_bash("plug", "run", "--policy", ""), POLICIES)
        self.assertEqual(in_bash("plug", "run", "--policy=f"), {"first"})
        self.assertEqual(in_bash("plug", "demo", "--"), {"--port", "--seconds"})
        self.assertIn("/etc/passwd", in_bash("plug", "run", "--config", "/etc/passw"))

    def test_fish_completes_commands_options_and_values(self):
        self.assertEqual(in_fish("plug", ""), COMMANDS)
        self.assertEqual(in_fish("plug", "run", "--"), {"--" + name for name in OPTIONS})
        self.assertEqual(in_fish("plug", "run", "--policy", ""), POLICIES)
        self.assertEqual(in_fish("plug", "demo", "--"), {"--port", "--seconds"})
        self.assertIn("/etc/passwd", in_fish("plug", "run", "--config", "/etc/passw"))

    def test_bash_and_fish_complete_every_word_that_there_is(self):
        for line, wanted in WORDS:
            for shell in in_bash, in_fish:
                self.assertEqual(shell("plug", *line.split(), ""), wanted, (shell.__name__, line))

    def test_bash_and_fish_complete_paths_where_they_are_meant(self):
        for shell in in_bash, in_fish:
            for line in PATHS:
                self.assertIn("/etc/passwd", shell("plug", *line.split(), "/etc/passw"), line)
            for line in NO_PATHS:
                self.assertNotIn("/etc/passwd", shell("plug", *line.split(), "/etc/passw"), line)

    def test_they_complete_the_plugs_of_a_running_plug(self):
        with running_plug() as plug:
            self.assertEqual(plug.names("web"), {"127.0.0.1:1", "127.0.0.1:2"})
            line = ["plug", "explain", "--control", plug.place]
            for shell in in_bash, in_fish:
                self.assertEqual(shell(*line, ""), {"web", "mail"})
                self.assertEqual(shell(*line, "w"), {"web"})
                self.assertEqual(shell(*line, "web", ""), set())  # the client
            shown = in_zsh(" ".join(line) + " ", ["web", "mail"])
            self.assertIn("web", shown)
            self.assertIn("mail", shown)

    def test_they_are_silent_when_no_plug_runs(self):
        for shell in in_bash, in_fish:
            self.assertEqual(shell("plug", "explain", "--control", "/no/such/place", ""), set())

    def test_zsh_completes_commands_options_and_values(self):
        for line, wanted in (("plug ", COMMANDS), ("plug run --", {"--" + name for name in OPTIONS}),
                             ("plug demo --", {"--port", "--seconds"}),
                             *((f"plug {line} ", words) for line, words in WORDS
                               if len(words) > 1)):
            shown = in_zsh(line, sorted(wanted))
            self.assertEqual({word for word in wanted if word not in shown}, set(), shown)

    def test_zsh_completes_paths_where_they_are_meant(self):
        for line in PATHS:
            self.assertIn("/etc/passwd", in_zsh(f"plug {line} /etc/passw", ["/etc/passwd"]), line)


if __name__ == "__main__":
    unittest.main(verbosity=2)

#!/usr/bin/python3
"""The package in a clean Debian with a systemd of its own: from installation to purge. Runs as a unit
of that systemd, started by tests/packages/run, and ends the system with its exit code. /test holds
plugdaemon.deb, and newer.deb: the same with a higher version."""

import ctypes
import functools
import glob
import grp
import json
import os
import pwd
import re
import shutil
import socket
import subprocess
import threading
import time
import traceback

CONFIGURATION = "/etc/plugdaemon/plug.toml"
PORT = 81  # below 1024: the service may take it although it is not root
SESSION_LOG = "/var/log/plugdaemon/sessions.log"
LOG = "/var/log/plugdaemon/plug.log"


def run(*command, check=True):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if check and done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stdout}")
    return done.stdout.strip()


def apt(*words):
    return run("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet", *words)


def expect(value, wanted):
    if value != wanted:
        raise AssertionError(f"{value!r} instead of {wanted!r}")


def eventually(found, seconds=60):
    end = time.monotonic() + seconds
    while not found():
        if time.monotonic() > end:
            raise AssertionError("this did not come true in time")
        time.sleep(0.05)


def state():
    return run("systemctl", "is-active", "plugdaemon", check=False)


def shown(what):
    return run("systemctl", "show", "--property=" + what, "--value", "plugdaemon")


def process():
    return int(shown("MainPID"))


def restart():
    run("systemctl", "reset-failed", "plugdaemon")  # or systemd finds that it starts too often
    run("systemctl", "restart", "plugdaemon", check=False)


def listening():
    return re.findall(r"\S+:\d+(?= .*\"plug\")", run("ss", "-ltnp"))


def fetch():
    return run("curl", "--silent", "--show-error", "--fail", f"http://127.0.0.1:{PORT}/")


def configure(text):
    with open(CONFIGURATION, "w") as file:
        file.write(text)
    run("plug", "check", CONFIGURATION)


def lines_of(path):
    with open(path) as file:
        return len(file.readlines())


@functools.cache
def echo_port():
    """Of a target whose sessions last as long as their clients want."""
    listener = socket.create_server(("127.0.0.1", 0))

    def echo(connection):
        while data := connection.recv(4096):
            connection.sendall(data)
        connection.close()

    def serve():
        while True:
            threading.Thread(target=echo, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return listener.getsockname()[1]


def is_alive(session):
    session.sendall(b"alive?")
    return session.recv(100) == b"alive?"


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        return True
    except ConnectionError:  # refused, or reset by a listener that closes at this moment
        return False


def installed_it_runs_and_listens_nowhere():
    apt("install", "/test/plugdaemon.deb")
    expect(state(), "active")
    expect(run("systemctl", "is-enabled", "plugdaemon"), "enabled")
    expect(listening(), [])
    for told in shown("StatusText"), run("journalctl", "--unit=plugdaemon"):
        if CONFIGURATION not in told:
            raise AssertionError("that does not say what to edit: " + told)


def it_runs_as_a_user_of_its_own_with_one_capability():
    status = open(f"/proc/{process()}/status").read()
    user = int(run("id", "--user", "plugdaemon"))
    expect(re.search(r"^Uid:\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", status, re.M).groups(), (str(user),) * 4)
    for name in "CapPrm", "CapEff", "CapBnd", "CapAmb":
        expect(int(re.search(rf"^{name}:\s+(\w+)", status, re.M)[1], 16), 1 << 10)
    expect(re.search(r"^NoNewPrivs:\s+(\d)", status, re.M)[1], "1")


def mode_of(path):
    found = os.stat(path)
    return oct(found.st_mode & 0o7777), pwd.getpwuid(found.st_uid)[0], grp.getgrgid(found.st_gid)[0]


def as_user(user, *command):
    """Its exit code, and what it says."""
    done = subprocess.run(["setpriv", "--reuid", user, "--regid", user, "--init-groups", *command],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


def its_configuration_is_for_root_and_the_service_alone():
    expect(mode_of(CONFIGURATION), ("0o640", "root", "plugdaemon"))
    code, said = as_user("daemon", "plug", "check")
    expect(code, 78)
    if "cannot be read: Permission denied; as it may hold passwords" not in said:
        raise AssertionError("that does not say why: " + said)
    code, said = as_user("plugdaemon", "plug", "check")
    expect((code, "all right" in said), (0, True))


def what_the_administrator_says_of_its_rights_stays():
    os.chmod(CONFIGURATION, 0o644)
    apt("install", "--reinstall", "/test/plugdaemon.deb")
    expect(mode_of(CONFIGURATION), ("0o644", "root", "plugdaemon"))
    os.chmod(CONFIGURATION, 0o640)


def its_examples_are_all_right():
    examples = glob.glob("/usr/share/doc/plugdaemon/examples/*.toml")
    expect(len(examples) > 3, True)
    for path in examples:
        run("plug", "check", path)


def it_proxies_after_one_file_is_edited():
    run("systemctl", "start", "nginx")
    configure(f"""
[process]
session_log = "{SESSION_LOG}"
grace = "5min"
[plug.web]
listen = "127.0.0.1:{PORT}"
targets = ["127.0.0.1:80"]
[plug.echo]
listen = "127.0.0.1:7"
targets = ["127.0.0.1:{echo_port()}"]
""")
    restart()
    expect(shown("StatusText"), "2 ports, 0 sessions")
    expect(len(set(listening())), 2)  # systemctl has returned: every port is bound
    if "nginx" not in fetch():
        raise AssertionError("that was not the page of nginx")
    eventually(lambda: lines_of(SESSION_LOG) == 1)


def the_test_of_the_package_itself_passes():
    run("autopkgtest", "/test/source", "--no-built-binaries", "--", "null")


def a_plug_in_conf_d_is_run_too():
    with open("/etc/plugdaemon/conf.d/more.toml", "w") as file:
        file.write('[plug.more]\nlisten = "127.0.0.1:82"\ntargets = ["127.0.0.1:80"]\n')
    restart()
    eventually(lambda: accepts(82))
    os.remove("/etc/plugdaemon/conf.d/more.toml")
    restart()
    eventually(lambda: accepts(PORT))


def a_reload_adds_a_port_and_cuts_no_session():
    before = process()
    good = open(CONFIGURATION).read()
    session = socket.create_connection(("127.0.0.1", 7))
    expect(is_alive(session), True)
    configure(good + '[plug.added]\nlisten = "127.0.0.1:83"\ntargets = ["127.0.0.1:80"]\n')
    run("systemctl", "reload", "plugdaemon")
    expect(accepts(83), True)  # it returns when all is done
    eventually(lambda: shown("StatusText").startswith("3 ports"))
    with open(CONFIGURATION, "a") as file:
        file.write("nonsense = 1\n")
    if "failed" not in run("systemctl", "reload", "plugdaemon", check=False):
        raise AssertionError("a reload of a file that cannot be used succeeded")
    eventually(lambda: "nonsense" in run("journalctl", "--unit=plugdaemon"))
    expect((state(), accepts(83), is_alive(session), process()), ("active", True, True, before))
    session.close()
    configure(good)
    run("systemctl", "reload", "plugdaemon")
    eventually(lambda: not accepts(83))


def a_worker_that_hangs_is_noticed_by_the_watchdog():
    os.makedirs("/run/systemd/system/plugdaemon.service.d")
    with open("/run/systemd/system/plugdaemon.service.d/watchdog.conf", "w") as file:
        file.write("[Service]\nWatchdogSec=2\n")
    run("systemctl", "daemon-reload")
    restart()
    before = process()
    time.sleep(6)
    expect((process(), state()), (before, "active"))  # while all is well it is left alone
    stopped = stop_worker(before)
    eventually(lambda: has_ended(stopped))
    eventually(lambda: process() not in (0, before))
    eventually(lambda: accepts(PORT))
    if "Watchdog timeout" not in run("journalctl", "--unit=plugdaemon"):
        raise AssertionError("it was not the watchdog")
    shutil.rmtree("/run/systemd/system/plugdaemon.service.d")
    run("systemctl", "daemon-reload")
    restart()


def stop_worker(pid):
    """Stops one worker of the process, and nothing else. Its number. Of the threads that wait for
    events the workers begin first, and that of the control channel last."""
    sleeping = sorted(int(thread) for thread in os.listdir(f"/proc/{pid}/task") if int(thread) != pid
                and "poll" in open(f"/proc/{pid}/task/{thread}/wchan").read())
    library = ctypes.CDLL(None, use_errno=True)
    library.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    for request in 0x4206, 0x4207:  # PTRACE_SEIZE, PTRACE_INTERRUPT
        expect((library.ptrace(request, sleeping[0], None, None), ctypes.get_errno()), (0, 0))
    return sleeping[0]


def has_ended(traced):
    """Whoever traces a thread must take note of its end, or the process stays."""
    pid, status = os.waitpid(traced, os.WNOHANG | 0x40000000)  # __WALL
    return pid == traced and (os.WIFSIGNALED(status) or os.WIFEXITED(status))


def a_rotated_session_log_is_left_for_a_new_one():
    before = lines_of(SESSION_LOG)
    run("logrotate", "--force", "/etc/logrotate.d/plugdaemon")
    eventually(lambda: os.path.exists(SESSION_LOG))
    fetch()
    eventually(lambda: lines_of(SESSION_LOG) == 1)
    expect(lines_of(SESSION_LOG + ".1"), before)


def the_journal_has_the_fields_of_each_event():
    listed = run("journalctl", "--unit=plugdaemon", "--output=json", "PLUG_EVENT=reload_failed")
    entry = json.loads(listed.splitlines()[-1])
    expect((entry["SYSLOG_IDENTIFIER"], entry["PRIORITY"], entry["PLUG_EVENT_ID"]),
           ("plug", "3", "305"))
    if "nonsense" not in entry["MESSAGE"]:
        raise AssertionError(f"not the message of a failed reload: {entry['MESSAGE']}")


def a_rotated_log_file_is_made_anew_by_the_signal():
    good = open(CONFIGURATION).read()
    configure(good.replace("[process]", f'[process]\nlog_to = "{LOG}"\nlog_connections = true', 1))
    restart()
    eventually(lambda: "Plugdaemon started" in open(LOG).read())
    run("logrotate", "--force", "/etc/logrotate.d/plugdaemon")
    eventually(lambda: os.path.exists(LOG))
    fetch()
    eventually(lambda: "Complete." in open(LOG).read())
    configure(good)
    restart()
    eventually(lambda: accepts(PORT))


def a_wrong_configuration_is_told_and_not_tried_again_and_again():
    good = open(CONFIGURATION).read()
    with open(CONFIGURATION, "a") as file:
        file.write("nonsense = 1\n")
    restart()
    eventually(lambda: state() == "failed")
    expect(shown("ExecMainStatus"), "78")
    expect(shown("NRestarts"), "0")
    if f"{CONFIGURATION}:" not in run("journalctl", "--unit=plugdaemon"):
        raise AssertionError("the log does not say where the mistake is")
    configure(good)
    restart()
    eventually(lambda: accepts(PORT))


class Upgrade(threading.Thread):
    """Installs the newer package, again where it is installed, while the test goes on."""

    def __init__(self):
        super().__init__()
        self.failed = None
        self.start()

    def run(self):
        try:
            apt("install", "--reinstall", "/test/newer.deb")
        except AssertionError as failed:
            self.failed = failed

    def finish(self):
        self.join()
        if self.failed:
            raise self.failed


def an_upgrade_cuts_no_session_and_keeps_the_configuration():
    edited = open(CONFIGURATION).read()
    before = process()
    session = socket.create_connection(("127.0.0.1", 7))
    expect(is_alive(session), True)
    upgrade = Upgrade()
    eventually(lambda: not accepts(PORT))
    time.sleep(3)
    expect(is_alive(session), True)
    expect(upgrade.is_alive(), True)
    session.close()
    upgrade.finish()
    eventually(lambda: accepts(PORT))
    expect(process() != before, True)
    expect(open(CONFIGURATION).read(), edited)
    expect("+newer" in run("dpkg-query", "--show", "plugdaemon"), True)
    fetch()


class Clients:
    """Fetch pages, one after the other, in two threads; `failed` are those that got none."""

    def __init__(self):
        self.served = 0
        self.failed = []
        self.ends = threading.Event()
        self.threads = [threading.Thread(target=self.run) for _ in range(2)]
        for each in self.threads:
            each.start()

    def run(self):
        while not self.ends.is_set():
            try:
                with socket.create_connection(("127.0.0.1", PORT), timeout=60) as client:
                    client.sendall(b"GET / HTTP/1.0\r\n\r\n")
                    expect(client.recv(12), b"HTTP/1.1 200")
                self.served += 1
            except (OSError, AssertionError) as failed:
                self.failed.append(repr(failed))

    def go_on(self):
        wanted = self.served + 20
        eventually(lambda: self.served > wanted or self.failed)
        expect(self.failed, [])

    def end(self):
        self.ends.set()
        for each in self.threads:
            each.join()
        expect(self.failed, [])


def give_ports_to_systemd():
    os.makedirs("/etc/systemd/system/plugdaemon.socket.d")
    with open("/etc/systemd/system/plugdaemon.socket.d/override.conf", "w") as file:
        file.write(f"[Socket]\nListenStream=127.0.0.1:{PORT}\nListenStream=127.0.0.1:7\n")
    run("systemctl", "daemon-reload")
    run("systemctl", "stop", "plugdaemon")
    run("systemctl", "enable", "--now", "plugdaemon.socket")
    run("systemctl", "start", "plugdaemon")


def take_ports_back():
    run("systemctl", "disable", "--now", "plugdaemon.socket")
    run("systemctl", "stop", "plugdaemon")
    shutil.rmtree("/etc/systemd/system/plugdaemon.socket.d")
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "plugdaemon")


def with_the_socket_unit_nobody_is_refused_by_restarts_and_upgrades():
    expect(run("systemctl", "is-enabled", "plugdaemon.socket", check=False), "disabled")
    give_ports_to_systemd()
    expect(shown("StatusText"), "2 ports, 0 sessions")
    clients = Clients()
    for _ in range(3):
        clients.go_on()
        restart()
    clients.go_on()
    before = process()
    session = socket.create_connection(("127.0.0.1", 7))
    expect(is_alive(session), True)
    upgrade = Upgrade()
    eventually(lambda: state() == "deactivating")
    time.sleep(3)
    expect(is_alive(session), True)
    expect(accepts(PORT), True)  # and waits for the new process, as the clients do
    session.close()
    upgrade.finish()
    expect(process() != before, True)
    clients.go_on()
    clients.end()
    print(f"   of {clients.served} clients none was refused or lost")
    take_ports_back()
    fetch()


def refused_time(action):
    """How long port PORT refused while `action` ran, in milliseconds, counted by connecting."""
    worker = threading.Thread(target=action)
    refused = []
    worker.start()
    while worker.is_alive():
        at = time.monotonic()
        if not accepts(PORT):
            refused.append(at)
        time.sleep(0.001)
    eventually(lambda: accepts(PORT))
    if not refused:
        return 0
    return round(1000 * (refused[-1] - refused[0]))


def the_time_that_a_restart_refuses_is_measured():
    times = sorted(refused_time(restart) for _ in range(5))
    print(f"   a restart without sessions refused for {times[0]} to {times[-1]} ms (median {times[2]})")
    expect(times[-1] < 10000, True)


def the_time_that_an_upgrade_refuses_is_measured():
    times = sorted(refused_time(lambda: Upgrade().finish()) for _ in range(3))
    print(f"   an upgrade without sessions refused for {times[0]} to {times[-1]} ms (median {times[1]})")
    expect(times[-1] < 10000, True)


def killed_it_comes_back():
    before = process()
    run("systemctl", "kill", "--signal=KILL", "plugdaemon")
    eventually(lambda: process() not in (0, before))
    eventually(lambda: accepts(PORT))


def removed_with_the_socket_unit_as_shipped_it_prints_no_error():
    printed = run("sh", "-c", "DEBIAN_FRONTEND=noninteractive apt-get --yes --quiet remove plugdaemon 2>&1")
    expect([line for line in printed.splitlines() if "Failed" in line or "rror" in line], [])
    apt("install", "/test/plugdaemon.deb")


def removed_it_stops_and_leaves_what_was_edited():
    give_ports_to_systemd()
    apt("remove", "plugdaemon")
    expect(accepts(PORT), False)
    expect(listening(), [])
    expect(os.path.exists("/usr/sbin/plug"), False)
    expect(os.path.exists(CONFIGURATION), True)
    expect(os.path.exists(SESSION_LOG), True)


def purged_it_leaves_its_user_alone():
    apt("purge", "plugdaemon")
    shutil.rmtree("/etc/systemd/system/plugdaemon.socket.d")
    for path in "/etc/plugdaemon", "/var/log/plugdaemon", "/var/lib/plugdaemon":
        expect(os.path.exists(path), False)
    run("id", "plugdaemon")
    expect(run("systemctl", "list-units", "--failed", "--plain", "--no-legend", "plug*"), "")


STEPS = (
    installed_it_runs_and_listens_nowhere,
    it_runs_as_a_user_of_its_own_with_one_capability,
    its_configuration_is_for_root_and_the_service_alone,
    what_the_administrator_says_of_its_rights_stays,
    its_examples_are_all_right,
    the_test_of_the_package_itself_passes,
    it_proxies_after_one_file_is_edited,
    a_plug_in_conf_d_is_run_too,
    a_reload_adds_a_port_and_cuts_no_session,
    the_journal_has_the_fields_of_each_event,
    a_rotated_session_log_is_left_for_a_new_one,
    a_rotated_log_file_is_made_anew_by_the_signal,
    a_wrong_configuration_is_told_and_not_tried_again_and_again,
    the_time_that_a_restart_refuses_is_measured,
    killed_it_comes_back,
    a_worker_that_hangs_is_noticed_by_the_watchdog,
    an_upgrade_cuts_no_session_and_keeps_the_configuration,
    the_time_that_an_upgrade_refuses_is_measured,
    with_the_socket_unit_nobody_is_refused_by_restarts_and_upgrades,
    removed_with_the_socket_unit_as_shipped_it_prints_no_error,
    removed_it_stops_and_leaves_what_was_edited,
    purged_it_leaves_its_user_alone,
)


def run_steps():
    """Each needs those before it."""
    for step in STEPS:
        print(step.__name__, flush=True)
        try:
            step()
        except Exception:
            traceback.print_exc()
            print(run("journalctl", "--unit=plugdaemon", "--lines=40", check=False))
            return 1
    print(f"{len(STEPS)} steps passed", flush=True)
    return 0


code = run_steps()
os.sync()
run("systemctl", "exit", str(code))

#!/usr/bin/env python3
"""The life of plug.exe as a service, in Wine, between Linux peers:

    tests/windows/service_test.py PLUG_EXE HELPER_EXE PREFIX [unittest options]

PREFIX is a Wine prefix of this test alone; it is made, and its server ended afterwards.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

here = Path(__file__).parent
source = here.parent.parent
plug_exe, helper_exe, prefix = (Path(word).resolve() for word in sys.argv[1:4])
# A safety net; nothing is measured.
patience = 60


def wine(*words, folder=None):
    """Runs a Windows program to its end: exit code, standard output, standard error."""
    # A service inherits the streams of no one who waits for their end.
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        code = subprocess.run(
            [here / "wine", "run", prefix, *map(str, words)], stdin=subprocess.DEVNULL,
            stdout=output, stderr=errors, cwd=folder, timeout=4 * patience).returncode
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode(errors="replace").replace("\r", ""))
    return code, *texts


def windows_path(path):
    return "Z:" + str(path).replace("/", "\\")


def eventually(holds):
    end = time.monotonic() + patience
    while not (found := holds()) and time.monotonic() < end:
        time.sleep(0.05)
    return found


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class EventLog:
    """What services have written to the event log: Wine prints each event where they were started,
    on several lines."""

    def __init__(self):
        self.file = prefix / "services.log"
        self.begin = self.file.stat().st_size

    def events(self):
        """(type, id, text) of each event since this object was made."""
        with open(self.file, "rb") as file:
            file.seek(self.begin)
            text = file.read().decode(errors="replace")
        found = re.findall(
            r"ReportEventW \(\w+,0x(\w+),0x\w+,0x(\w+),.*\n(?:(?!.*ReportEventW).*\n)*?"
            r".*ReportEventW L\"(.*)\"", text)
        return [(int(kind, 16), int(number, 16), words) for kind, number, words in found]

    def has(self, kind, number, part):
        return any(k == kind and n == number and part in text for k, n, text in self.events())


class Echo:
    """A target that answers with what it gets, and ends its side when the client has."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=400)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(client,), daemon=True).start()

    def answer(self, client):
        with client:
            while data := client.recv(65536):
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()


def connect(port):
    return socket.create_connection(("127.0.0.1", port), timeout=patience)


def listens(port):
    try:
        connect(port).close()
        return True
    except OSError:
        return False


def read_to_end(stream):
    data = bytearray()
    while more := stream.recv(65536):
        data += more
    return bytes(data)


class ServiceCase(unittest.TestCase):
    name = "plug-test"

    @classmethod
    def setUpClass(cls):
        # A program in a folder with a space is what an unquoted path would not find.
        cls.folder = Path(tempfile.mkdtemp(prefix="plug service "))
        cls.plug = cls.folder / "plug.exe"
        shutil.copy(plug_exe, cls.plug)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def setUp(self):
        self.log = EventLog()
        self.echo = Echo()
        self.addCleanup(self.echo.close)
        self.port = free_port()
        self.config = self.folder / "my plug.toml"

    def tearDown(self):
        self.service("uninstall")

    def service(self, action, *words):
        return wine(self.plug, "service", action, "--name", self.name, *words, folder=self.folder)

    def done(self, action, *words):
        code, output, errors = self.service(action, *words)
        self.assertEqual(code, 0, f"{action}: {output}{errors}")
        return output

    def install(self, process="", plug=""):
        self.config.write_text(
            f'[process]\n{process}\n[plug.web]\nlisten = "127.0.0.1:{self.port}"\n'
            f'targets = ["127.0.0.1:{self.echo.port}"]\n{plug}\n')
        self.done("install", "--config", self.config.name)

    def status(self):
        return self.service("status")[1].strip()


class Lifecycle(ServiceCase):
    def test_a_service_is_installed_runs_relays_and_goes(self):
        self.install()
        self.assertEqual(self.status(), f"{self.name}: stopped")
        self.assertIn("running", self.done("start"))
        # It said RUNNING, so the port is bound: the first attempt must do.
        with connect(self.port) as client:
            client.sendall(b"hello")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(read_to_end(client), b"hello")
        self.assertRegex(self.status(), "running, process [0-9]+")
        self.done("stop")
        self.assertFalse(listens(self.port))
        self.assertEqual(self.service("status")[0], 3)
        self.done("uninstall")
        self.assertEqual(self.service("status")[0], 4)

    def test_the_command_line_is_quoted_and_names_the_file(self):
        self.install()
        _, image, _ = wine(helper_exe, "image", self.name)
        self.assertEqual(
            image.strip(),
            f'"{windows_path(self.plug)}" service run --name {self.name} '
            f'--config "{windows_path(self.config)}"')

    def test_the_account_is_not_the_systems_and_the_start_as_wished(self):
        self.install()
        self.assertEqual(wine(helper_exe, "config", self.name)[1].strip(),
                         f"2 NT SERVICE\\{self.name}")
        self.done("configure", "--start", "manual", "--account", "NT AUTHORITY\\LocalService")
        self.assertEqual(wine(helper_exe, "config", self.name)[1].strip(),
                         "3 NT AUTHORITY\\LocalService")
        self.done("start")
        self.assertTrue(listens(self.port))

    def test_two_services_run_side_by_side(self):
        self.install()
        other, port = self.name + ".two", free_port()
        self.done("start")
        second = lambda *words: wine(self.plug, "service", words[0], "--name", other, *words[1:],
                                     folder=self.folder)
        self.assertEqual(second("install", "--", f"127.0.0.1:{port}",
                                f"127.0.0.1:{self.echo.port}", "--session-log", "two words.log")[0], 0)
        self.addCleanup(second, "uninstall")
        self.assertEqual(second("start")[0], 0)
        for each in (self.port, port):
            with connect(each) as client:
                client.sendall(b"x")
                self.assertEqual(client.recv(1), b"x")
        # A relative path counts from where the service was installed.
        self.assertTrue(eventually(lambda: (self.folder / "two words.log").exists()))

    def test_a_hundred_megabytes_with_half_close_are_the_same(self):
        self.install()
        self.done("start")
        block = os.urandom(1 << 20)
        received = []
        with connect(self.port) as client:
            reader = threading.Thread(target=lambda: received.append(read_to_end(client)))
            reader.start()
            for _ in range(100):
                client.sendall(block)
            client.shutdown(socket.SHUT_WR)
            reader.join()
        self.assertTrue(received and received[0] == block * 100)

    def test_three_hundred_sessions_at_once_are_served(self):
        self.install()
        self.done("start")
        clients = [connect(self.port) for _ in range(300)]
        for number, client in enumerate(clients):
            client.sendall(b"%06d" % number)
        answers = [client.recv(6, socket.MSG_WAITALL) for client in clients]
        for client in clients:
            client.close()
        self.assertEqual(answers, [b"%06d" % number for number in range(300)])


class Stop(ServiceCase):
    def test_a_running_session_finishes_while_the_service_stops(self):
        self.install(process='grace = "2min"')
        self.done("start")
        with connect(self.port) as client:
            client.sendall(b"first")
            self.assertEqual(client.recv(5, socket.MSG_WAITALL), b"first")
            stopping = threading.Thread(target=self.done, args=("stop",))
            stopping.start()
            self.assertTrue(eventually(lambda: not listens(self.port)))
            self.assertRegex(self.status(), "stopping, process [0-9]+")
            client.sendall(b"second")
            self.assertEqual(client.recv(6, socket.MSG_WAITALL), b"second")
            client.shutdown(socket.SHUT_WR)
            self.assertEqual(read_to_end(client), b"")
        stopping.join()
        self.assertEqual(self.status(), f"{self.name}: stopped")

    def test_a_restart_serves_again(self):
        self.install()
        self.done("start")
        before = self.status()
        self.done("restart")
        self.assertTrue(listens(self.port))
        self.assertNotEqual(before, self.status())


class FailedStart(ServiceCase):
    def test_a_taken_port_stops_the_service_with_plugs_own_code(self):
        self.install()
        with socket.create_server(("127.0.0.1", self.port)):
            code, _, errors = self.service("start")
            self.assertEqual(code, 69, errors)
            self.assertIn("exit code 69", errors)
        self.assertEqual(self.status(), f"{self.name}: stopped, exit code 69")
        self.assertTrue(eventually(lambda: self.log.has(1, 303, str(self.port))),
                        self.log.events())
        self.done("start") # the port is free again

    def test_a_file_that_went_bad_is_told_in_the_event_log(self):
        self.install()
        self.config.write_text("[plug.web]\nlisten = 1\n")
        self.assertEqual(self.service("start")[0], 78)
        self.assertTrue(eventually(lambda: self.log.has(1, 303, "my plug.toml:2:10")),
                        self.log.events())


class Refusals(ServiceCase):
    def test_a_wrong_plug_never_reaches_the_service_manager(self):
        self.config.write_text("[plug.web]\nlisten = 1\n")
        code, _, errors = self.service("install", "--config", self.config.name)
        self.assertEqual(code, 78)
        self.assertIn("my plug.toml:2:10", errors)
        code, _, errors = self.service("install", "--", "99999", "127.0.0.1:1")
        self.assertEqual(code, 64)
        self.assertIn("99999", errors)
        self.assertEqual(self.service("status")[0], 4)

    def test_a_service_that_is_none_of_plug_is_left_alone(self):
        code, _, errors = wine(self.plug, "service", "uninstall", "--name", "EventLog")
        self.assertEqual(code, 71)
        self.assertIn("none of plug", errors)
        self.assertEqual(wine(self.plug, "service", "status", "--name", "EventLog")[0], 0)

    def test_service_run_in_a_console_says_what_to_write_instead(self):
        code, _, errors = self.service("run", "--config", "nothing.toml")
        self.assertEqual(code, 64)
        self.assertIn("plug run", errors)


class Events(ServiceCase):
    def source_key(self):
        key = f"HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\{self.name}"
        return wine("reg", "query", key)

    def test_the_source_is_there_as_long_as_the_service(self):
        self.install()
        code, output, _ = self.source_key()
        self.assertEqual(code, 0)
        self.assertIn(windows_path(self.plug), output)
        self.assertRegex(output, r"TypesSupported\s+REG_DWORD\s+0x7")
        self.done("uninstall")
        self.assertNotEqual(self.source_key()[0], 0)

    def test_events_have_their_type_id_and_text(self):
        self.install(process="log_connections = true", plug='allow = ["10.0.0.0/8"]')
        self.done("start")
        self.assertTrue(eventually(lambda: self.log.has(4, 100, "Plugdaemon started.")),
                        self.log.events())
        connect(self.port).close()
        self.assertTrue(eventually(lambda: self.log.has(4, 113, "Refused.")), self.log.events())

    def test_a_file_without_a_plug_runs_and_a_warning_names_it(self):
        self.config.write_text("")
        self.done("install", "--config", self.config.name)
        self.done("start")
        self.assertTrue(eventually(lambda: self.log.has(2, 204, "my plug.toml")),
                        self.log.events())

    def test_every_id_of_the_message_table_has_its_text(self):
        table = (source / "platform/windows/messages.mc").read_text()
        ids = re.findall(r"^MessageId=(\d+)\n(?:\w+=.*\n)+(.*)%n$", table, re.MULTILINE)
        self.assertGreater(len(ids), 20)
        for number, text in ids:
            with self.subTest(id=number):
                code, output, errors = wine(helper_exe, "message", self.plug, number)
                self.assertEqual(code, 0, errors)
                self.assertEqual(output.split("\n"), [text, "", "DETAIL", ""])

    def test_paramchange_makes_the_session_file_anew(self):
        file = self.folder / "sessions.log"
        self.install(process='session_log = "sessions.log"')
        self.done("start")
        self.assertTrue(eventually(file.exists))
        file.rename(self.folder / "sessions.1")
        self.assertEqual(wine(helper_exe, "paramchange", self.name)[1].strip(), "sent")
        # No session has ended: nothing but the request makes the file.
        self.assertTrue(eventually(file.exists))


if __name__ == "__main__":
    subprocess.run([here / "wine", "start", prefix], check=True)
    try:
        unittest.main(argv=[sys.argv[0], "--verbose", *sys.argv[4:]])
    finally:
        subprocess.run([here / "wine", "stop", prefix], check=True)

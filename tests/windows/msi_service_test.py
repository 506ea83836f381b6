#!/usr/bin/env python3
"""The service that the MSI brings, in Wine, between Linux peers:

    tests/windows/msi_service_test.py MSI VERSION PROGRAM REMOVE_UNEDITED CONFIGURATION

Of the words after the version it makes a newer MSI. In a prefix of its own, below /tmp.
"""

import hashlib
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

here = Path(__file__).resolve().parent
msi, version, *parts = sys.argv[1:6]
# A safety net; nothing is measured.
patience_s = 60


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def digest_of_all(stream):
    digest = hashlib.sha256()
    while data := stream.recv(1 << 16):
        digest.update(data)
    return digest.hexdigest()


class DigestServer:
    """Reads each connection to its end, and then answers with the SHA-256 of what it read."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            stream, _ = self.socket.accept()
            with stream:
                stream.sendall(digest_of_all(stream).encode())


class MsiService(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.work.cleanup)
        cls.prefix = Path(cls.work.name) / "prefix"
        cls.drive = cls.prefix / "drive_c"
        subprocess.run([here / "wine", "start", cls.prefix], check=True)
        cls.addClassCleanup(subprocess.run, [here / "wine", "stop", cls.prefix])
        # Otherwise it says that it is Windows 7, where the MSI refuses to go.
        subprocess.run([here / "wine", "run", cls.prefix, "winecfg", "-v", "win10"], check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wine(self, *words):
        """Exit code and standard output."""
        # A service inherits the streams of no one who waits for their end.
        with tempfile.TemporaryFile() as output:
            code = subprocess.run(
                [here / "wine", "run", self.prefix, *words], stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.DEVNULL, timeout=4 * patience_s).returncode
            output.seek(0)
            return code, output.read().decode(errors="replace")

    def msiexec(self, action, file, *words):
        path = "Z:" + str(file).replace("/", "\\")
        if action == "/i":
            # Where a test fails, the next one finds nothing of it either.
            self.addCleanup(self.wine, "msiexec", "/qn", "/x", path)
        return self.wine("msiexec", "/qn", action, path, *words)[0]

    def newer_msi(self):
        *front, last = version.split(".")
        file = Path(self.work.name) / "newer.msi"
        script = here.parent.parent / "installer" / "windows" / "build-msi"
        subprocess.run([script, *parts, ".".join([*front, str(int(last) + 1)]), file], check=True)
        return file

    def state(self):
        """RUNNING, STOPPED, ...; nothing where there is no such service."""
        lines = [line.split() for line in self.wine("sc", "query", "plugdaemon")[1].splitlines()]
        return next((words[-1] for words in lines if words[:1] == ["STATE"]), None)

    def wait_for_state(self, wanted):
        end = time.monotonic() + patience_s
        while (found := self.state()) != wanted and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(found, wanted)

    def restart(self):
        self.assertEqual(self.wine("net", "stop", "plugdaemon")[0], 0)
        self.wait_for_state("STOPPED")
        self.wine("net", "start", "plugdaemon")
        self.wait_for_state("RUNNING")

    def check_relay(self, port):
        data = random.Random(port).randbytes(5_000_000)
        with socket.create_connection(("127.0.0.1", port), patience_s) as stream:
            stream.sendall(data)
            stream.shutdown(socket.SHUT_WR)
            answer = b""
            while more := stream.recv(1 << 16):
                answer += more
        self.assertEqual(answer.decode(), hashlib.sha256(data).hexdigest())

    def test_a_first_installation_starts_and_an_upgrade_goes_on_with_the_edited_configuration(self):
        self.assertEqual(self.msiexec("/i", msi), 0)
        self.assertEqual(self.state(), "RUNNING")
        port, target = free_port(), DigestServer()
        with open(self.drive / "ProgramData/Plugdaemon/plug.toml", "a") as file:
            file.write(f'\n[plug.test]\nlisten = "127.0.0.1:{port}"\n'
                       f'targets = ["127.0.0.1:{target.port}"]\n')
        self.restart()
        self.check_relay(port)
        newer = self.newer_msi()
        self.assertEqual(self.msiexec("/i", newer), 0)
        self.assertEqual(self.state(), "RUNNING")
        self.check_relay(port)
        self.assertEqual(self.msiexec("/x", newer), 0)
        self.assertIsNone(self.state())
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), patience_s)

    def test_the_service_stays_stopped_where_that_is_asked_for(self):
        self.assertEqual(self.msiexec("/i", msi, "NOSTART=1"), 0)
        self.assertEqual(self.state(), "STOPPED")

    def test_an_installation_whose_service_fails_to_start_is_rolled_back(self):
        self.assertNotEqual(self.msiexec("/i", msi, r"CONFIG_FILE=C:\there is none.toml"), 0)
        self.assertIsNone(self.state())
        self.assertFalse((self.drive / "Program Files/Plugdaemon").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)

# Runs tests of python-etcd that are named by their ids, and prints `{id: "ok" or the failure}` as JSON. Gives them what Python and
# its packages have no more: assertEquals, nose.tools.nottest, fork as the way to start a process, and certificates signed with SHA-1.
# Waits until a server listens or has ended, where the tests sleep for two seconds.
import json
import multiprocessing
import socket
import sys
import time
import types
import unittest

ALIASES = {
    "assertEquals": "assertEqual",
    "assertNotEquals": "assertNotEqual",
    "assertRaisesRegexp": "assertRaisesRegex",
    "assertItemsEqual": "assertCountEqual",
}


START_S = 20


def provide_what_is_gone():
    for old, new in ALIASES.items():
        setattr(unittest.TestCase, old, getattr(unittest.TestCase, new))
    tools = types.ModuleType("nose.tools")
    tools.nottest = unittest.skip("python-etcd leaves it out")
    sys.modules["nose"] = types.ModuleType("nose")
    sys.modules["nose.tools"] = tools
    multiprocessing.set_start_method("fork")


def provide_certificates(crypto):
    sign = crypto.X509.sign

    def sign_as_today(self, key, digest):
        self.set_version(2)
        sign(self, key, "sha256")

    crypto.X509.sign = sign_as_today


def until_listening(port):
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("nothing listens on port %d" % port)


def wait_instead_of_sleep(helpers):
    helper = helpers.EtcdProcessHelper
    add_one, kill_one = helper.add_one, helper.kill_one

    def add_and_wait(self, slot, proc_args=None):
        add_one(self, slot, proc_args)
        until_listening(self.port_range_start + slot)

    def kill_and_wait(self, slot):
        process = self.processes[slot][1]
        kill_one(self, slot)
        process.wait()

    helper.add_one, helper.kill_one = add_and_wait, kill_and_wait
    helpers.time = types.SimpleNamespace(sleep=lambda seconds: None)


class Results(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.found = {}

    def addSuccess(self, test):
        self.found[test.id()] = "ok"

    def addSkip(self, test, reason):
        self.found[test.id()] = "skipped: " + reason

    def addError(self, test, err):
        self.found[test.id()] = self._exc_info_to_string(err, test)

    addFailure = addError


def main(names):
    provide_what_is_gone()
    from etcd.tests.integration import helpers

    provide_certificates(helpers.crypto)
    wait_instead_of_sleep(helpers)
    results = Results()
    unittest.defaultTestLoader.loadTestsFromNames(names).run(results)
    print(json.dumps(results.found))


main(sys.argv[1:])

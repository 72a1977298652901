//! What the runtime lacks is told apart from what a program did wrong.

use crate::common::{end, exception, printed, run, unsupported};

#[test]
fn services_that_the_sandbox_lacks_are_unsupported() {
    for (source, what) in [
        ("import subprocess\nsubprocess.run(['ls'])", "subprocess"),
        ("import subprocess\nsubprocess.check_output('ls', shell=True)", "subprocess"),
        ("import asyncio\nasyncio.run(asyncio.create_subprocess_exec('ls'))", "subprocess"),
        ("import os\nos.system('ls')", "os.system"),
        ("import os\nos.fork()", "os.fork"),
        ("import os\nos.kill(os.getpid(), 9)", "os.kill"),
        ("import os\nos.pipe()", "os.pipe"),
        ("import signal\nsignal.alarm(1)", "signal.alarm"),
        ("import multiprocessing\nmultiprocessing.Process(target=print).start()", "multiprocessing"),
        ("from multiprocessing import Pool\nPool(2)", "multiprocessing"),
        ("import multiprocessing\nmultiprocessing.get_context('spawn').Queue()", "multiprocessing"),
        ("import concurrent.futures as f\nf.ProcessPoolExecutor()", "multiprocessing"),
        ("import socket\nsocket.socket()", "sockets"),
        ("import socket\nsocket.create_connection(('example.com', 80))", "sockets"),
        ("import urllib.request\nurllib.request.urlopen('http://example.com')", "sockets"),
        ("import http.client\nhttp.client.HTTPConnection('example.com').request('GET', '/')", "sockets"),
        ("import asyncio\nasyncio.run(asyncio.open_connection('example.com', 80))", "sockets"),
    ] {
        let outcome = run(source);
        assert_eq!(outcome.status, unsupported(what), "{source}\n{}", outcome.stderr.text());
    }
}

#[test]
fn well_known_packages_and_missing_parts_of_the_library_are_unsupported() {
    for (source, what) in [
        ("import cv2", "cv2"),
        ("import cryptography.fernet", "cryptography"),
        ("from torch import nn", "torch"),
        ("def f():\n    import psutil\nf()", "psutil"),
        ("import tkinter", "tkinter"),
        ("import telnetlib", "telnetlib"),
        ("import ssl\nssl.create_default_context().load_cert_chain('a')", "ssl"),
        (
            "try:\n    import torch\nexcept ImportError as e:\n    raise RuntimeError('please install it') from e",
            "torch",
        ),
    ] {
        assert_eq!(end(source), unsupported(what), "{source}");
    }
}

#[test]
fn a_made_up_module_is_the_programs_own_mistake() {
    for source in
        ["import frobnicator_of_things", "import os.frobnicate", "import json.missing", "import collections.x.y"]
    {
        assert_eq!(exception(source).type_name, "ModuleNotFoundError", "{source}");
    }
    assert_eq!(exception("from math import frobnicate").type_name, "ImportError");
}

#[test]
fn a_program_may_handle_the_lack() {
    let source = "
import subprocess, socket
try: subprocess.run(['ls'])
except OSError: print('no subprocess')
try: socket.socket()
except RuntimeError: print('no sockets')
try: import torch
except ImportError: print('no torch')";
    assert_eq!(printed(source), "no subprocess\nno sockets\nno torch\n");
}

#[test]
fn a_program_that_handles_the_lack_and_then_fails_is_not_wrong() {
    let source = "
import socket
def title(host):
    try: return socket.create_connection((host, 80))
    except OSError as error: return f'error: {error}'
assert title('example.com') == 'Example'";
    assert_eq!(end(source), unsupported("sockets"));
}

#[test]
fn what_a_module_tries_when_it_is_imported_excuses_nothing() {
    assert_eq!(exception("import requests\nassert False").type_name, "AssertionError");
}

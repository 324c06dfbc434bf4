"""Hostile and unlucky answers to question 2 of the foreign master; questions 1 and 3 are right.

Full points are 6. A case that ruins its own question, and nothing else, gets 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from nbval_grader.running.protocol import Limits

# Records every cell that the kernel runs, in a way that the reset of hooks does not undo.
SPY = """
seen = []
shell = type(get_ipython()).__mro__[1]
original = shell.run_cell_async
async def watching(self, raw_cell, *args, **kwargs):
    seen.append(raw_cell)
    return await original(self, raw_cell, *args, **kwargs)
shell.run_cell_async = watching
"""
RIGHT = "\ndef double(x):\n    return 2 * x\n"
GENEROUS = Limits(cell_seconds=30, submission_seconds=90, memory_mb=1500)
BRIEF = Limits(cell_seconds=1, submission_seconds=90, memory_mb=1500)
SMALL = Limits(cell_seconds=30, submission_seconds=90, memory_mb=1000)
OWN_QUESTION_LOST = 4.0
NOTHING_LOST = 6.0


@dataclass(frozen=True)
class Case:
    """One answer.

    Attributes
    ----------
    name : str
        What it does.
    source : str
        The answer cell.
    points : float
        What the submission must earn.
    says : str
        Words that the feedback must contain.
    limits : Limits
        Generous where the case is not about time or memory.
    """

    name: str
    source: str
    points: float = OWN_QUESTION_LOST
    says: str = ""
    limits: Limits = GENEROUS


CASES = (
    Case("infinite loop", "while True: pass", says="did not finish within", limits=BRIEF),
    Case(
        "infinite loop that swallows every exception",
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass",
        says="did not finish within",
        limits=BRIEF,
    ),
    Case(
        "infinite loop that ignores interrupts",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
        says="did not finish within",
        limits=BRIEF,
    ),
    Case(
        "infinite loop in C",
        "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')",
        says="finish",
        limits=BRIEF,
    ),
    Case(
        "loop only when a hidden check calls it",
        "def double(x):\n    while x == 5: pass\n    return 2 * x",
        points=5.5,
        says="did not finish within",
        limits=BRIEF,
    ),
    Case(
        "sleeps forever",
        "import time\ntime.sleep(10**6)",
        says="did not finish within",
        limits=BRIEF,
    ),
    Case("waits for input", "double = input('?')", says="StdinNotImplementedError"),
    Case("os._exit", "import os\nos._exit(3)", says="The kernel ended"),
    Case("os._exit 0", "import os\nos._exit(0)", says="The kernel ended"),
    Case(
        "os._exit when a hidden check calls it",
        "import os\ndef double(x):\n    return os._exit(1) if x == 5 else 2 * x",
        points=5.5,
        says="The kernel ended",
    ),
    Case(
        "dies a moment later, in a thread",
        "import os, threading, time\nthreading.Timer(0.05, os._exit, (4,)).start()\ntime.sleep(5)",
        says="The kernel ended",
    ),
    Case(
        "SIGSTOP to itself",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)" + RIGHT,
        says="stopped itself",
    ),
    Case(
        "SIGKILL to itself",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)" + RIGHT,
        says="The kernel ended",
    ),
    Case("segmentation fault", "import ctypes\nctypes.string_at(0)", says="crashed"),
    Case("abort", "import os\nos.abort()", says="crashed"),
    Case(
        "tries to kill its parent",
        "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "writes hidden checks to a later check's stderr",
        SPY + "import sys\n"
        "async def telling(self, raw_cell, *args, **kwargs):\n"
        "    print('|'.join(seen), file=sys.stderr)\n"
        "    return await watching(self, raw_cell, *args, **kwargs)\n"
        "shell.run_cell_async = telling" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "exits with a letter of a hidden check as exit code",
        SPY + "import os\ndef double(x):\n"
        "    return 2 * x if len(seen) < 2 else os._exit(ord(seen[-1][-1]))",
        points=5.0,
        says="The kernel ended",
    ),
    Case(
        "a thread that goes on while another cell ends the kernel",
        "import os, threading, time\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "def double(x):\n    return os._exit(1) if x == 5 else 2 * x",
        points=5.5,
        says="The kernel ended",
    ),
    Case("kills every process that it can", "import os\nos.kill(-1, 9)", says="ProcessLookupError"),
    Case("fork bomb", "import os\nwhile True: os.fork()", limits=BRIEF),
    Case(
        "fork bomb of daemons",
        "import os\nwhile True:\n    if os.fork() == 0:\n        os.setsid()",
        limits=BRIEF,
    ),
    Case(
        "threads to the limit",
        "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,)).start()",
        says="RuntimeError",
    ),
    Case(
        "memory to the limit",
        "kept = []\nwhile True: kept.append(bytearray(200_000_000))",
        says="needed more memory than is allowed",
        limits=SMALL,
    ),
    Case("memory all at once", "kept = bytearray(10**12)", says="needed more memory", limits=SMALL),
    Case(
        "memory of many processes",
        "import os, time\n"
        "for _ in range(4):\n"
        "    if os.fork() == 0:\n"
        "        kept = bytearray(b'x') * 500_000_000\n"
        "        time.sleep(60)\n"
        "time.sleep(60)",
        says="needed more memory than is allowed",
        limits=SMALL,
    ),
    Case("100 MB of print", "print('x' * 100_000_000)" + RIGHT, points=NOTHING_LOST),
    Case(
        "prints endlessly",
        "while True: print('y' * 1000)",
        says="did not finish within",
        limits=BRIEF,
    ),
    Case(
        "prints 3 MB when a check calls it",
        "def double(x):\n    print('z' * 3_000_000)\n    return 2 * x",
        points=NOTHING_LOST,
    ),
    Case(
        "displays 50 MB",
        "from IPython.display import HTML, display\ndisplay(HTML('x' * 50_000_000))" + RIGHT,
        says="connection to the kernel broke",
    ),
    Case(
        "displays endlessly",
        "from IPython.display import HTML, display\nwhile True: display(HTML('x' * 10_000))",
        says="2 MB of output",
    ),
    Case("sys.exit", "import sys\nsys.exit()" + RIGHT, says="SystemExit"),
    Case("exit()", "exit()" + RIGHT, points=NOTHING_LOST),
    Case("quit", "quit" + RIGHT, points=NOTHING_LOST),
    Case(
        "an exit handler that hangs",
        "import atexit, time\natexit.register(time.sleep, 10**6)" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case("deep recursion", "def f(n): return f(n + 1)\nf(0)", says="RecursionError"),
    Case(
        "recursion without a limit",
        "import sys\nsys.setrecursionlimit(10**9)\nnest = ()\n"
        "for _ in range(2 * 10**5): nest = (nest,)\nrepr(nest)",
        says="crashed",
    ),
    Case(
        "a recursion limit too low for the next cells",
        "import sys\nsys.setrecursionlimit(60)" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "threads that print later",
        "import threading, time\n"
        "def noise():\n    for _ in range(2000):\n        print('noise')\n        time.sleep(0.001)\n"
        "threading.Thread(target=noise, daemon=True).start()" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case("closes its file descriptors", "import os\nos.closerange(3, 256)" + RIGHT),
    Case(
        "closes its sockets",
        "import gc, zmq\n"
        "for thing in gc.get_objects():\n    if isinstance(thing, zmq.Socket): thing.close()"
        + RIGHT,
    ),
    Case(
        "sends what is no message",
        "stream = get_ipython().kernel.iopub_thread\n"
        "for _ in range(3): stream.send_multipart([b'a', b'<IDS|MSG>', b'b', b'{', b'[', b'1'])",
        says="no message",
    ),
    Case(
        "says that it is idle while it is not",
        "kernel = get_ipython().kernel\n"
        "kernel.session.send(kernel.iopub_socket, 'status', {'execution_state': 'idle'},\n"
        "                    parent=kernel.get_parent(), ident=b'x')" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case("shadows print", "print = lambda *a, **k: None" + RIGHT, points=NOTHING_LOST),
    Case(
        "patches print for everyone",
        "import builtins\nbuiltins.print = lambda *a, **k: None" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case("shadows other builtins", "len = max = str = list = 3" + RIGHT, points=NOTHING_LOST),
    Case(
        "equal to everything",
        "class Yes:\n    def __eq__(self, other): return True\n    def __hash__(self): return 1\n"
        "def double(x): return Yes()",
        says="no plain form",
    ),
    Case(
        "a number equal to everything",
        "class Yes(int):\n    def __eq__(self, other): return True\n    __hash__ = int.__hash__\n"
        "    def __repr__(self): return 'whatever'\n"
        "def double(x): return Yes(7)",
        says="double(1) is off",
    ),
    Case(
        "patches the checker",
        "import nbval_grader.checking as c\nc.check = c.show = c.call = lambda *a, **k: None"
        + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "removes the checker",
        "import sys\nsys.modules['nbval_grader.checking'] = None" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "an input transformer that empties every cell",
        "get_ipython().input_transformers_cleanup.append(lambda lines: [])" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "an AST transformer that empties every cell",
        "import ast\nclass Empty(ast.NodeTransformer):\n"
        "    def visit_Module(self, node): return ast.Module([], [])\n"
        "get_ipython().ast_transformers.append(Empty())" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "event hooks that end the kernel",
        "import os\nfor name in ('pre_execute', 'pre_run_cell'):\n"
        "    get_ipython().events.register(name, lambda *a: os._exit(1))" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "patches the shell",
        "ip = get_ipython()\nip.run_cell = ip.run_cell_async = ip._showtraceback = None" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "an exception handler of its own",
        "get_ipython().set_custom_exc((Exception,), lambda *a, **k: print('q2: yes.'))" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "patches display",
        "import IPython.display, IPython.core.display_functions as f\n"
        "IPython.display.display = f.display = None\nget_ipython().display_formatter.format = None\n"
        "import sys\nsys.displayhook = None" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case("closes stdout", "import sys\nsys.stdout.close()" + RIGHT, points=NOTHING_LOST),
    Case(
        "replaces stdout", "import io, sys\nsys.stdout = io.StringIO()" + RIGHT, points=NOTHING_LOST
    ),
    Case("no stdout", "import sys\nsys.stdout = sys.stderr = None" + RIGHT, points=NOTHING_LOST),
    Case(
        "warnings",
        "import warnings\ndef double(x):\n    warnings.warn('careful')\n    return 2 * x",
        points=NOTHING_LOST,
    ),
    Case(
        "warnings as errors",
        "import warnings\nwarnings.simplefilter('error')" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case(
        "traces every line",
        "import sys\nsys.settrace(lambda *a: (_ for _ in ()).throw(RuntimeError()))" + RIGHT,
    ),
    Case(
        "prints when called",
        "def double(x):\n    print('debugging', x)\n    return 2 * x",
        points=NOTHING_LOST,
    ),
    Case(
        "HTML, a script, terminal sequences and direction marks in an error",
        "def double(x):\n"
        "    raise ValueError('<script>alert(1)</script>\\x1b[31mred\\x1b]0;t\\x07\\u202eabc\\x00')",
        says="<script>alert(1)</script>redabc",
    ),
    Case(
        "an error whose message raises an error",
        "class Odd(Exception):\n    def __str__(self): raise RuntimeError('no')\n    __repr__ = __str__\n"
        "def double(x): raise Odd()",
    ),
    Case(
        "an error message with half a character",
        "def double(x): raise ValueError('\\ud800')",
    ),
    Case(
        "nbval's own markers",
        "# NBVAL_SKIP\n# NBVAL_RAISES_EXCEPTION\n# NBVAL_CHECK_OUTPUT" + RIGHT,
        points=NOTHING_LOST,
    ),
    Case("changes the folder", "import os\nos.chdir('/usr')" + RIGHT, points=NOTHING_LOST),
    Case("removes its folder", "import os\nos.rmdir(os.getcwd())" + RIGHT, points=NOTHING_LOST),
    Case(
        "fills its folder",
        "with open('big', 'wb') as f:\n    for _ in range(100): f.write(bytes(10**6))" + RIGHT,
        says="OSError",
    ),
    Case("not Python", "double = = 2", says="SyntaxError"),
    Case("a magic that is not there", "%nosuchmagic" + RIGHT, says="UsageError"),
    Case("shell commands", "!echo hello; exit 2" + RIGHT, points=NOTHING_LOST),
    Case("await at the top", "import asyncio\nawait asyncio.sleep(0)" + RIGHT, points=NOTHING_LOST),
    Case("an event loop of its own", "import asyncio\nasyncio.get_event_loop().stop()" + RIGHT),
    Case(
        "ends the event loop when a hidden check calls it",
        "import asyncio\ndef double(x):\n"
        "    if x == 5: asyncio.get_event_loop().stop()\n    return 2 * x",
        points=5.5,
        says="The kernel",
    ),
    Case(
        "ends the event loop whenever it is called",
        "import asyncio\ndef double(x):\n    asyncio.get_event_loop().stop()\n    return 2 * x",
        says="The kernel",
    ),
    Case("empty", "", says="not been answered yet"),
    Case("nothing but a comment", "# later", says="NameError"),
    Case("a thousand lines", "x = 1\n" * 1000 + RIGHT, points=NOTHING_LOST),
    Case("overlong", "x = 1\n" * 50_000 + RIGHT, says="no answer cell"),
    Case("null characters", "x = '\x00'" + RIGHT, says="SyntaxError"),
)

"""In a learner's page an error is one sentence, and the kernel's reply is not an error."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from kernel_page import Page

from nbval_grader.error_messages import _Explainer, explain_errors
from nbval_grader.kernel_names import PYTEST_VARIABLE, RUN_VARIABLE
from nbval_grader.plain_text import remove_control_characters

ACTIVATE = "from nbval_grader import checking\n\nchecking.explain_errors()"
CHECK = "from nbval_grader.checking import call\n"


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """Return a page whose first cell calls `explain_errors`."""
    page = Page()
    page.run(ACTIVATE)
    yield page
    page.close()


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        # There is no answer yet.
        ("raise NotImplementedError('Return\\n the list.')", "Not answered yet: Return the list."),
        ("raise NotImplementedError", "Not answered yet."),
        # The cell stops.
        (
            "\n  \nx = 1\nx / 0",
            "This cell stopped at line 4, `x / 0`: ZeroDivisionError: division by zero",
        ),
        ("raise ValueError", "This cell stopped at line 1, `raise ValueError`: ValueError"),
        (
            "import asyncio\nawait asyncio.sleep(0)\n[][1]",
            "This cell stopped at line 3, `[][1]`: IndexError: list index out of range",
        ),
        (
            "def deeper(n):\n    return deeper(n + 1)\ndeeper(0)",
            "This cell stopped at line 2, `return deeper(n + 1)`: "
            "RecursionError: maximum recursion depth exceeded",
        ),
        ("raise MemoryError", "This cell stopped at line 1, `raise MemoryError`: MemoryError"),
        (
            "group = ExceptionGroup('two', [ValueError(1), TypeError(2)])\nraise group",
            "This cell stopped at line 2, `raise group`: ExceptionGroup: two (2 sub-exceptions)",
        ),
        (
            "error = ValueError('odd')\nerror.add_note('Use an even one.')\nraise error",
            "This cell stopped at line 3, `raise error`: ValueError: odd Use an even one.",
        ),
        (
            "text = 'a\\nb \\x1b[31mred\\x1b[0m \\u202eturned \\x07'\nraise ValueError(text)",
            "This cell stopped at line 2, `raise ValueError(text)`: "
            "ValueError: a b red turned \N{REPLACEMENT CHARACTER}",
        ),
        (
            "import pandas\nraise pandas.errors.EmptyDataError('No table.')",
            "This cell stopped at line 2, `raise pandas.errors.EmptyDataError('No table.')`: "
            "EmptyDataError: No table.",
        ),
        (
            "eval('1 +')",
            "This cell stopped at line 1, `eval('1 +')`: SyntaxError: invalid syntax",
        ),
        (
            "%no_such_magic",
            "This cell stopped at line 1, `%no_such_magic`: "
            "UsageError: Line magic function `%no_such_magic` not found.",
        ),
        (
            "%%capture\n\n1 / 0",
            "This cell stopped at line 2, `1 / 0`: ZeroDivisionError: division by zero",
        ),
        # Python cannot read the cell.
        (
            "x = 1\nfor y in x\n    pass",
            "Python cannot read line 2 of this cell, `for y in x`: SyntaxError: expected ':'",
        ),
        (
            "\n\nprint 'x'",
            "Python cannot read line 3 of this cell, `print 'x'`: SyntaxError: "
            "Missing parentheses in call to 'print'. Did you mean print(...)?",
        ),
        (
            "x = 1\n  y = 2",
            "Python cannot read line 2 of this cell, `y = 2`: IndentationError: unexpected indent",
        ),
        (
            "x = 1\nreturn x",
            "Python cannot read line 2 of this cell, `return x`: "
            "SyntaxError: 'return' outside function",
        ),
        (
            "def f():\n    await f()",
            "Python cannot read line 2 of this cell, `await f()`: "
            "SyntaxError: 'await' outside async function",
        ),
        (
            "x = 1\0",
            "Python cannot read this cell: "
            "SyntaxError: source code string cannot contain null bytes",
        ),
        # Its value cannot be displayed.
        (
            "class Shy:\n    def _repr_html_(self):\n        raise ValueError('no')\n\n\nShy()",
            "The result of this cell cannot be shown, because of line 3, "
            "`raise ValueError('no')`: ValueError: no",
        ),
    ],
)
def test_an_error_is_one_sentence_and_the_run_continues(
    page: Page, source: str, sentence: str
) -> None:
    reply = page.run(source)

    assert reply.stdout == sentence + "\n"
    assert (reply.status, reply.errors) == ("ok", [])


@pytest.mark.parametrize(
    ("answer", "check", "sentence"),
    [
        (
            "\ndef half(x):\n    return x / 0",
            "call(half, 1)",
            "Your answer stopped at its line 3, `return x / 0`, when this check used it: "
            "ZeroDivisionError: division by zero",
        ),
        (
            "def half(x):\n    return y / 2",
            "call(half, 1)",
            "Your answer stopped at its line 2, `return y / 2`, when this check used it: "
            "NameError: name 'y' is not defined",
        ),
        (
            "def half(x):\n    raise NotImplementedError('Return half of it.')",
            "call(half, 1)",
            "Not answered yet: Return half of it.",
        ),
        (
            "half = [0.5]",
            "half['a']",
            "This check cannot use your answer: TypeError: list indices ",
        ),
        (
            "half = 1\ndel half",
            "call(half, 1)",
            "Nothing to check yet: there is no `half`, so run the cells above",
        ),
    ],
)
def test_a_check_reports_the_error_of_the_answer(
    page: Page, answer: str, check: str, sentence: str
) -> None:
    assert page.run(answer) == ("ok", "", [])
    reply = page.run(CHECK + check)

    assert reply.stdout.startswith(sentence)
    assert reply.stdout.count("\n") == 1
    assert (reply.status, reply.errors) == ("ok", [])


def test_an_error_in_another_cell_is_located_there(page: Page) -> None:
    page.run("def third(x):\n    return x / 0")

    assert page.run("third(1)").stdout == (
        "This cell stopped at line 2 of another cell, `return x / 0`: "
        "ZeroDivisionError: division by zero\n"
    )


def test_long_messages_and_lines_are_cut(page: Page) -> None:
    text = page.run("raise ValueError('" + "x" * 10_000 + "')").stdout

    assert text == (
        f"This cell stopped at line 1, `raise ValueError('{'x' * 62} ...`: "
        f"ValueError: {'x' * 388} ...\n"
    )


def test_an_error_whose_str_fails_is_reported(page: Page) -> None:
    reply = page.run(
        "class Mute(Exception):\n    def __str__(self):\n        raise ValueError('no')\n\n\nraise Mute"
    )

    assert reply.stdout.startswith(
        "This cell stopped at line 6, `raise Mute`: Mute: <exception str() failed>\n"
    )
    assert (reply.status, reply.errors) == ("ok", [])
    assert page.run("print('alive')").stdout == "alive\n"


def test_warnings_are_unchanged(page: Page) -> None:
    reply = page.run("import warnings\nwarnings.warn('Mind the gap.')\nprint('on')")

    assert reply.status == "ok"
    assert any(o.get("name") == "stderr" and "Mind the gap" in o["text"] for o in reply.outputs)


def test_an_interrupt_and_an_exit_stop_the_run(page: Page) -> None:
    message = page.send("print('begun', flush=True)\nimport time\ntime.sleep(60)")
    while page.client.get_iopub_msg(timeout=10)["content"].get("text") != "begun\n":
        pass
    page.manager.interrupt_kernel()
    reply = page.reply(message)
    assert (reply.status, reply.errors) == ("error", ["KeyboardInterrupt"])

    reply = page.run("import sys\nsys.exit(3)")
    assert (reply.status, reply.errors) == ("error", ["SystemExit"])


def test_the_whole_traceback_is_available(page: Page) -> None:
    page.run("missing_name")
    assert page.run("%tb").errors == ["NameError"]
    page.run("x ==== 2")
    assert page.run("%tb").errors == ["SyntaxError"]
    page.run("def f(z):\n    return z / 0\n\n\nf(7)")
    # The debugger stops where the error happened; this page does not answer its prompt.
    assert "(2)f()\n" in remove_control_characters(page.run("%debug").stdout)


def test_tracebacks_can_be_restored(page: Page) -> None:
    page.run("%pdb on")
    try:
        reply = page.run("1 / 0")
        assert reply.status == "error"
        assert "ZeroDivisionError" in reply.errors
    finally:
        page.run("%pdb off")
    assert page.run("1 / 0").status == "ok"


def test_an_internal_error_falls_back_to_the_traceback(page: Page) -> None:
    page.run("explainer = get_ipython().showtraceback.__self__\nexplainer.sentence = None")
    try:
        reply = page.run("1 / 0")
        assert (reply.status, reply.errors) == ("error", ["ZeroDivisionError"])
        reply = page.run("1 +")
        assert (reply.status, reply.errors) == ("error", ["SyntaxError"])
    finally:
        page.run("del explainer.sentence")
    assert page.run("1 / 0").status == "ok"


def test_a_second_call_changes_nothing(page: Page) -> None:
    page.run(ACTIVATE)
    page.run(ACTIVATE)
    page.run("")

    assert page.run("1 / 0").stdout.count("ZeroDivisionError") == 1
    depth = "print(len(get_ipython().showtraceback.__self__.running))"
    assert page.run(depth).stdout == "1\n"


def test_a_check_run_alone_after_a_restart_explains_errors() -> None:
    page = Page()
    try:
        reply = page.run(CHECK + "call(half, 1)")
    finally:
        page.close()

    assert reply.stdout.startswith("Nothing to check yet: there is no `half`")
    assert (reply.status, reply.errors) == ("ok", [])


@pytest.mark.parametrize("variable", [RUN_VARIABLE, PYTEST_VARIABLE])
def test_a_grader_and_pytest_receive_the_error(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "2")
    page = Page()
    try:
        page.run(ACTIVATE)
        reply = page.run("1 / 0")
    finally:
        page.close()

    assert (reply.status, reply.errors, reply.stdout) == ("error", ["ZeroDivisionError"], "")


def test_outside_a_notebook_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    explain_errors()
    monkeypatch.setitem(sys.modules, "IPython", None)
    explain_errors()
    monkeypatch.delitem(sys.modules, "IPython")
    explain_errors()
    code = "import sys, nbval_grader.checking; print('IPython' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_errors_between_cells_are_not_explained() -> None:
    class Shell:
        call_pdb = False
        calls = 0

        def showtraceback(self, *_: object) -> None:
            self.calls += 1

        showsyntaxerror = showtraceback

    shell = Shell()
    explainer = _Explainer(shell)
    explainer.running = []  # as in a button's callback
    try:
        raise ValueError("no")
    except ValueError:
        explainer.showtraceback()
        explainer.showsyntaxerror()

    assert shell.calls == 2

"""Texts that no student may see, and the search for them in the files of a release."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .course_files import parse_or_empty
from .file_texts import strings_of, texts_of
from .format import BEGIN, END, NAMESPACE, Cell, as_text, cells_of, mapping
from .master import Master, lines_of
from .student_version import exercise, stub_source

__all__ = ["HiddenText", "Leak", "find_answers", "find_leaks", "hidden_texts"]

# Shorter texts (in characters without white space) tell nothing and stand in many files.
MIN_LINE = 16
MIN_OUTPUT = 12
MIN_BLOCK = 24
MIN_PAIR = 50
PRINTS = re.compile(r"\b(?:print|show|display)\(")
WORD = re.compile(r"\w+")
BOUND = re.compile(r"(?:\bdef |\bclass |^)(\w+)", re.MULTILINE)
IMPORT = re.compile(r"\s*(?:import|from [\w.]+ import) ")


@dataclass(frozen=True)
class HiddenText:
    """A text that no student may see.

    Attributes
    ----------
    master : str
        Name of its exercise.
    place : str
        Its cell, and which part of the cell it is.
    text : str
        The text without white space.
    """

    master: str
    place: str
    text: str


@dataclass(frozen=True)
class Leak:
    """A hidden text in a file."""

    path: str
    hidden: HiddenText

    def __str__(self) -> str:
        return f"{self.path} holds text of {self.hidden.master}, {self.hidden.place}"


def hidden_texts(masters: Iterable[Master]) -> list[HiddenText]:
    """List every text of some masters that no student may see.

    Parameters
    ----------
    masters : iterable of Master
        The masters.

    Returns
    -------
    list of HiddenText
        Of each hidden check: the whole source, its output, and each line that prints or uses what
        the learner defines (lines that only fetch data occur in lessons too). Of each answer: every
        solution, as a whole and two lines at a time. Of each discussion question: every line of its
        rubric. Texts that the exercise shows anyway, and those too short to tell anything, are not
        hidden.
    """
    texts: dict[str, HiddenText] = {}
    for master in masters:
        visible = _without_space("\n".join(strings_of(exercise(master))))
        for place, text, least in _candidates(master.cells):
            bare = _without_space(text)
            if len(bare) >= least and bare not in visible:
                texts.setdefault(bare, HiddenText(master.name, place, bare))
    return list(texts.values())


def find_leaks(contents: Mapping[str, bytes], hidden: Iterable[HiddenText]) -> list[Leak]:
    """Search files for hidden texts.

    Parameters
    ----------
    contents : mapping of str to bytes
        Contents of files by path.
    hidden : iterable of HiddenText
        Texts that must not occur in them.

    Returns
    -------
    list of Leak
        Every hidden text that occurs in a file, sorted by path.
    """
    wanted = list(hidden)
    leaks = []
    for path, data in sorted(contents.items()):
        bare = "\0".join(_without_space(text) for text in texts_of(path, data))
        leaks += [Leak(path, item) for item in wanted if item.text in bare]
    return leaks


def find_answers(contents: Mapping[str, bytes], masters: Mapping[str, Master]) -> list[str]:
    """Find exercises that differ from what their masters make.

    Parameters
    ----------
    contents : mapping of str to bytes
        Contents of files by path.
    masters : mapping of str to Master
        Masters by name.

    Returns
    -------
    list of str
        A sentence for each exercise in which an answer differs from its stub.
    """
    sentences = []
    for path, data in sorted(contents.items()):
        notebook = parse_or_empty(data) if path.endswith(".ipynb") else {}
        meta = mapping(mapping(notebook.get("metadata")).get(NAMESPACE))
        master = masters.get(str(meta.get("exercise")))
        if master is None:
            continue
        stubs = {c.id: stub_source(c) for c in master.cells if c.role in ("answer", "manual")}
        sources = {c.id: c.source for c in cells_of(notebook) if c.id in stubs}
        if any(
            _without_space(sources.get(cell, "")) != _without_space(stub)
            for cell, stub in stubs.items()
        ):
            sentences.append(
                f"{path} holds answers to {master.name}, or is not as its master makes it (leave "
                "it out by .gitignore or .releaseignore, or run exercise)"
            )
    return sentences


def _without_space(text: str) -> str:
    """Return a text without white space, so that no change of layout hides it."""
    return re.sub(r"\s+", "", text)


def _candidates(cells: Sequence[Cell]) -> Iterator[tuple[str, str, int]]:
    """Yield the place and the text of each secret, and the length from which on it counts."""
    answers = {cell.question: cell.source for cell in cells if cell.role == "answer"}
    for cell in cells:
        if cell.role == "hidden":
            names = set(BOUND.findall(answers.get(cell.question, "")))
            yield from _of_hidden_check(cell, names)
        if cell.role in ("answer", "manual"):
            yield from _of_solution(cell)
        if cell.role == "manual":
            for line in lines_of(cell.meta.get("rubric")).splitlines():
                yield f"{cell.label} (rubric)", line, MIN_OUTPUT


def _of_hidden_check(cell: Cell, names: set[str]) -> Iterator[tuple[str, str, int]]:
    """Yield the source and outputs of a hidden check of an answer that defines these names."""
    lines = [line for line in cell.source.splitlines() if line.strip() and not IMPORT.match(line)]
    place = f"{cell.label} (hidden check)"
    yield place, "\n".join(lines), MIN_BLOCK
    for line in lines:
        if PRINTS.search(line) or names.intersection(WORD.findall(line)):
            yield place, line.split("  # ")[0], MIN_LINE
    place = f"{cell.label} (hidden output)"
    for output in cell.outputs:
        yield place, as_text(output.get("text")), MIN_OUTPUT
        for value in mapping(output.get("data")).values():
            yield place, as_text(value), MIN_OUTPUT


def _of_solution(cell: Cell) -> Iterator[tuple[str, str, int]]:
    """Yield the solutions in a cell, as a whole and by pairs of lines."""
    place = f"{cell.label} (solution)"
    for block in re.findall(f"{BEGIN}(.*?){END}", cell.source, re.DOTALL):
        yield place, block, MIN_BLOCK
        lines = [line for line in block.splitlines() if line.strip()]
        for pair in itertools.pairwise(lines):
            yield place, "\n".join(pair), MIN_PAIR

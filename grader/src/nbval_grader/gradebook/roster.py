"""Who is in the class: the teacher's own list, or what a learning platform exports."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import BadInput
from .sheets import Sheet, read_sheet
from .submissions import normalise_student

__all__ = ["Person", "Roster", "read_roster"]

NUMBER_AT_END = re.compile(r"(\d+)\s*$")
# The columns by which each kind is known, looked for in this order.
KINDS = {"canvas": ("Student", "ID"), "moodle": ("Identifier",), "plain": ("student",)}


@dataclass(frozen=True)
class Person:
    """One person of the class.

    Attributes
    ----------
    key : str
        What names of submissions are compared with: the student's name, or the platform's number.
    name : str
        Full name; may be empty.
    cells : mapping of str to str
        The person's row of the file.
    """

    key: str
    name: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class Roster:
    """Who is in the class, from a file of the teacher's or of a learning platform.

    Attributes
    ----------
    kind : str
        ``plain`` (a column ``student``), ``canvas`` (gradebook export) or ``moodle`` (grading
        worksheet).
    sheet : Sheet
        The file.
    """

    kind: str
    sheet: Sheet

    def list_people(self) -> list[Person]:
        """Return everyone in it, in the order of the file; rows of no person are left out."""
        people = []
        for row in self.sheet.rows:
            cells = row.cells
            if self.kind == "plain":
                people.append(
                    Person(normalise_student(cells["student"]), cells.get("name", ""), cells)
                )
            elif self.kind == "canvas":
                if cells["ID"].isdigit():
                    people.append(Person(cells["ID"], cells["Student"], cells))
            elif match := NUMBER_AT_END.search(cells["Identifier"]):
                people.append(Person(match[1], cells.get("Full name", ""), cells))
        return people

    def key_of(self, student: str) -> str:
        """Return the key under which a student of the gradebook would stand in the roster.

        Parameters
        ----------
        student : str
            The gradebook's name.

        Returns
        -------
        str
            The name, or the number at its end.
        """
        return student if self.kind == "plain" else student.rpartition("_")[2]


def read_roster(path: Path | str) -> Roster:
    """Read who is in the class.

    Parameters
    ----------
    path : Path or str
        A CSV file: your own with a column ``student`` (and ``name``, if you like), Canvas's
        gradebook export, or Moodle's grading worksheet.

    Returns
    -------
    Roster
        What it is and what it holds.

    Raises
    ------
    BadInput
        If it is none of these, or names nobody, or somebody twice.
    """
    sheet = read_sheet(path)
    kind = next((k for k, columns in KINDS.items() if set(columns) <= set(sheet.columns)), None)
    if kind is None:
        raise BadInput(
            f"{sheet.path} is no roster: it needs a column 'student', or the columns of Canvas's "
            f"gradebook export ('Student', 'ID') or of Moodle's grading worksheet ('Identifier'); "
            f"it has {', '.join(map(repr, sheet.columns))}."
        )
    roster = Roster(kind, sheet)
    counts = Counter(person.key for person in roster.list_people())
    if not counts:
        raise BadInput(f"{sheet.path} names no student.")
    repeated = sorted(key for key, count in counts.items() if count > 1)
    if repeated:
        raise BadInput(f"{sheet.path} names {', '.join(map(repr, repeated[:5]))} more than once.")
    return roster

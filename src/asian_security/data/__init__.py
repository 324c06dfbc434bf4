"""The course's tables, checked and ready to use, as of a date where they have one."""

from asian_security.data.tables import *  # noqa: F403

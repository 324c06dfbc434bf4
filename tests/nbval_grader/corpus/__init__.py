"""Submissions that try to stop, to fool or to break the grader, and the points each must get."""

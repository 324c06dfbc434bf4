"""Names that the grader and what runs inside its kernels agree on (imports nothing)."""

__all__ = ["BEGUN", "CHECK_KEY", "LEFT_A_THREAD", "PYTEST_VARIABLE", "RUN_VARIABLE"]

CHECK_KEY = "nbval_grader_check"
RUN_VARIABLE = "NBVAL_GRADER_RUN"
# Set in a kernel that pytest starts for a master or an exercise.
PYTEST_VARIABLE = "NBVAL_GRADER_PYTEST"
# What a kernel writes to its status pipe.
BEGUN, LEFT_A_THREAD = b".", b"t"

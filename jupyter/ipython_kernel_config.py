"""Settings of the environment's Python kernels; installed as etc/ipython/ipython_kernel_config.py.

JupyterLab writes what a kernel says of its language into the notebook. With the exact version of
Python in it, every notebook of the course would count as changed as soon as it is opened.
"""

from typing import Any, ClassVar

from ipykernel.ipkernel import IPythonKernel


class CourseKernel(IPythonKernel):
    """IPython's kernel, which says "Python 3" whatever the exact version."""

    language_info: ClassVar[dict[str, Any]] = {**IPythonKernel.language_info, "version": "3"}


get_config().IPKernelApp.kernel_class = CourseKernel  # noqa: F821

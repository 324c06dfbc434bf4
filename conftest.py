"""The kernels that nbval starts are reached through Unix sockets, not through ports.

jupyter_client picks free ports and gives them to a kernel, which takes them a second later. Meanwhile
a browser or a server that is tested beside it may take one, and the kernel dies.
"""

import sys
import tempfile
from pathlib import Path
from uuid import uuid4

import nbval.kernel
from jupyter_client.manager import KernelManager
from traitlets import default

SOCKETS = tempfile.TemporaryDirectory()


class UnixSocketKernelManager(KernelManager):
    """A manager whose kernels listen on sockets in a folder of their own."""

    @default("transport")
    def _use_unix_sockets(self) -> str:
        return "ipc"

    @default("ip")
    def _name_sockets(self) -> str:
        return str(Path(SOCKETS.name) / uuid4().hex[:8])


if sys.platform == "linux":
    nbval.kernel.KernelManager = UnixSocketKernelManager

"""Open JupyterLab at a notebook; one clear sentence when the port is taken or the file is gone."""

import argparse
import os
import shutil
import socket
import sys
import webbrowser
from pathlib import Path


def port(text: str) -> int:
    """Read a port number."""
    if not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: give a number from 1 to 65535")
    return int(text)


def taken(number: int) -> bool:
    """Tell whether something listens on the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", number))
        except OSError:
            return True
    return False


def has_browser() -> bool:
    """Tell whether a browser can be opened here."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def main() -> int:
    """Start the server; return its exit code."""
    parser = argparse.ArgumentParser(prog="make lab")
    parser.add_argument("--port", type=port, default=8888)
    parser.add_argument("notebook", type=Path)
    arguments = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    if not (root / arguments.notebook).is_file():
        print(
            f"There is no {arguments.notebook}: run this in a whole checkout of the course.",
            file=sys.stderr,
        )
        return 1
    if taken(arguments.port):
        print(
            f"Port {arguments.port} is in use: stop what uses it, or choose another one, "
            f"for example make lab PORT={arguments.port % 65535 + 1}.",
            file=sys.stderr,
        )
        return 1
    server = shutil.which("jupyter-lab", path=str(Path(sys.executable).parent))
    if server is None:
        print(
            "JupyterLab is not in this environment: run make clean, then make lab.", file=sys.stderr
        )
        return 1
    command = [
        server,
        "--ip=127.0.0.1",
        f"--port={arguments.port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={root}",
        f"--LabApp.default_url=/lab/tree/{arguments.notebook.as_posix()}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
    ]
    if not has_browser():
        command.append("--no-browser")
        print(f"Open the address that JupyterLab prints below (port {arguments.port}).", flush=True)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    # so that a terminal in JupyterLab finds nbval-grader
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    os.chdir(root)
    os.execv(server, command)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""A page that runs cells in a kernel of its own."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from jupyter_client.manager import start_new_kernel


class Reply(NamedTuple):
    """The reply to a cell and its outputs."""

    status: str
    stdout: str
    outputs: list[dict[str, Any]]

    @property
    def errors(self) -> list[str]:
        return [o["ename"] for o in self.outputs if "ename" in o]


class Page:
    """A kernel that receives cells as it does from JupyterLab."""

    def __init__(self) -> None:
        # In a test, ipykernel would not send what is written to file descriptors.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")}
        self.manager, self.client = start_new_kernel(env=environment)

    def send(self, source: str) -> str:
        return self.client.execute(source, allow_stdin=False)

    def reply(self, message: str) -> Reply:
        while True:  # an answer to kernel_info may come late, under load
            answer = self.client.get_shell_msg(timeout=30)
            if answer["parent_header"].get("msg_id") == message:
                break
        status = answer["content"]["status"]
        outputs = []
        while True:
            received = self.client.get_iopub_msg(timeout=10)
            content = received["content"]
            if received["parent_header"].get("msg_id") != message:
                continue
            if content.get("execution_state") == "idle":
                break
            if received["msg_type"] in ("stream", "error", "execute_result", "display_data"):
                outputs.append(content)
        stdout = "".join(o["text"] for o in outputs if o.get("name") == "stdout")
        return Reply(status, stdout, outputs)

    def run(self, source: str) -> Reply:
        return self.reply(self.send(source))

    def close(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

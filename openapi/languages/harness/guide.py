"""Runs the snippets of the guide, openapi/README.md, in their order and as they stand there.

A block that begins with the name of a file in a comment is written to that file; all `sh` blocks are one script.
`console` blocks are for the checkout itself and are not run. What the guide says to install with `npm` and `pip` is there.
"""

import os
import re
import shutil
import socket

from .places import NODE, OPENAPI, VENV, WORK, Failed, federation, run

GUIDE = OPENAPI / "README.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
_FILE = re.compile(r"^(?://|#) (\w+\.\w+)\n")


def follow():
    """How many snippets were run."""
    folder = WORK / "guide"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "openapi").symlink_to(OPENAPI)
    (folder / "node_modules").symlink_to(NODE / "node_modules")
    script = ["set -euo pipefail", 'trap \'kill $(jobs -p)\' EXIT']
    count = 0
    for language, text in _BLOCK.findall(GUIDE.read_text(encoding="utf-8")):
        if language == "console":
            continue
        count += 1
        file = _FILE.match(text)
        if language == "sh":
            script.append(text)
        elif file:
            (folder / file[1]).write_text(text, encoding="utf-8")
        else:
            raise Failed(f"openapi/README.md: a block of {language} does not begin with the name of its file")
    # The port of the guide may be taken here.
    (folder / "guide.sh").write_text("\n".join(script).replace("127.0.0.1:8082", f"127.0.0.1:{_free_port()}"))
    path = [VENV / "bin", federation().parent]
    run(["bash", "guide.sh"], cwd=folder, env={"PATH": os.pathsep.join([*map(str, path), os.environ["PATH"]])})
    return count


def _free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]

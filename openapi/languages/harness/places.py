"""Where things are, and how programs are run."""

import os
import subprocess
import sys
from pathlib import Path

LANGUAGES = Path(__file__).resolve().parent.parent
OPENAPI = LANGUAGES.parent
REPOSITORY = OPENAPI.parent
VECTORS = REPOSITORY / "api" / "tests" / "vectors"
TARGET = REPOSITORY / "target"
WORK = TARGET / "languages"
VENV = WORK / "venv"
NODE = WORK / "node"
PYTHON = VENV / "bin" / "python"
GENERATOR = VENV / "bin" / "openapi-generator-cli"

VERSIONS = (0, 1, 2, 3)
NEWEST = VERSIONS[-1]
COMPONENTS = ("brig", "galley", "cargohold")

# The backends of every call here: the seed `b`, called by the origin that it federates with.
ORIGIN = "a.example.com"
TARGET_DOMAIN = "b.example.com"


class Failed(Exception):
    """Something that ends the run, told in one line or with what a program printed."""


def federation():
    """The program: FEDERATION, or what `cargo build` made."""
    program = Path(os.environ.get("FEDERATION", TARGET / "debug" / "federation"))
    if not program.exists():
        raise Failed(f"{program} is missing; build it: cargo build -p federation-cli --all-features")
    return program


def run(command, *, cwd=None, env=None, timeout=600, stdin=None):
    """Runs a program to its end and gives what it printed; a failure shows all of it."""
    command = [str(part) for part in command]
    environment = {**os.environ, **env} if env else None
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment, timeout=timeout, input=stdin,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
        )
    except FileNotFoundError as error:
        raise Failed(f"{command[0]} is not installed; openapi/README.md lists the packages") from error
    except subprocess.TimeoutExpired as error:
        raise Failed(f"{' '.join(command)[:200]}: not done after {timeout} s") from error
    if done.returncode != 0:
        output = (done.stdout + done.stderr)[-6000:]
        raise Failed(f"{' '.join(command)[:300]}: exit status {done.returncode}\n{output}")
    return done.stdout


def say(text):
    print(text, file=sys.stderr, flush=True)

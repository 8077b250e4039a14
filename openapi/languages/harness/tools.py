"""Installs what is needed below target/languages, once: a change of the lists installs anew."""

import hashlib
import shutil

from .places import LANGUAGES, NODE, PYTHON, VENV, WORK, run, say


def install():
    WORK.mkdir(parents=True, exist_ok=True)
    _once("requirements.txt", _install_python)
    _once("package.json", _install_node)


def _once(name, work):
    stamp = WORK / f"{name}.installed"
    wanted = hashlib.sha256((LANGUAGES / name).read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"installing {name}")
        work()
        stamp.write_text(wanted)


def _install_python():
    shutil.rmtree(VENV, ignore_errors=True)
    run(["python3", "-m", "venv", VENV])
    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", LANGUAGES / "requirements.txt"], timeout=900)


def _install_node():
    shutil.rmtree(NODE, ignore_errors=True)
    NODE.mkdir(parents=True)
    shutil.copy(LANGUAGES / "package.json", NODE)
    # Exact versions are in package.json; a lock file would name the registry it came from.
    run(["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"], cwd=NODE, timeout=900)

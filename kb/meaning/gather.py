"""Gathers the text that the table of meanings is learned from: sentences, headings and questions of
public documentation of other products. What is learned from it is `learn.py`'s business."""

import collections
import json
import random
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Text of the products whose guides are answered from must not teach the table: its figures would flatter.
OWN = re.compile(r"upsun|platform\.?sh|platformsh", re.I)
FENCE = re.compile(r"^(```|~~~).*?^\1[`~]*\s*$", re.M | re.S)
FRONT = re.compile(r"\A---\n.*?\n---\n", re.S)
TITLE = re.compile(r"^(?:title|nav|description|summary):\s*[\"']?(.+?)[\"']?\s*$", re.M)
TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>\n]{1,300}>|\{:[^}]*\}", re.S)
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
ROLE = re.compile(r":[\w:-]+:`([^`<]*?)(?:\s*<[^>]*>)?`")
SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[A-Z`\"'(])")
WORD = re.compile(r"[A-Za-z][A-Za-z'-]+")


def tidy(text):
    text = LINK.sub(r"\1", ROLE.sub(r"\1", text))
    text = re.sub(r"[`*|]+|^#+\s*|^\s*(?:[-+>]|\d+\.)\s+", " ", text)
    return re.sub(r"\s+", " ", text).strip(" -_=~#>")


def good(span):
    words = WORD.findall(span)
    return 2 <= len(words) <= 45 and len(span) < 320 and sum(map(len, words)) > 0.6 * len(span.replace(" ", ""))


def sections(text):
    """Yields (heading, [spans]) of a page of Markdown or reStructuredText."""
    text = text.replace("\r", "")
    front = FRONT.match(text)
    heading, spans = "", []
    if front:
        found = TITLE.findall(front.group(0))
        heading, spans = (found[0], found[1:]) if found else ("", [])
        text = text[front.end():]
    text = TAGS.sub(" ", FENCE.sub("\n", text))
    text = re.sub(r"^(.{4,90})\n([=~\-^])\2{3,}\s*$", r"\n# \1\n", text, flags=re.M)
    paragraph = []

    def flush():
        for span in SENTENCE.split(tidy(" ".join(paragraph))):
            if good(span):
                spans.append(span)
        paragraph.clear()

    for line in text.split("\n") + ["# end"]:
        if re.match(r"#{1,6}\s", line):
            flush()
            yield tidy(heading), spans
            heading, spans = line, []
        elif not line.strip() or re.match(r"\s*(?:[-*+]|\d+\.)\s", line) or line.startswith(("|", "..", "    ", ":::")):
            flush()
            if line.strip() and not line.startswith(("..", "    ", ":::")):
                paragraph.append(line)
        else:
            paragraph.append(line)


def files(mirror, commit, pattern):
    git = ["git", "-C", mirror]
    names = subprocess.run([*git, "ls-tree", "-r", "--name-only", commit], capture_output=True, text=True, check=True).stdout
    names = [name for name in names.split("\n") if re.search(pattern, name)]
    batch = subprocess.run([*git, "cat-file", "--batch"], input="".join(f"{commit}:{n}\n" for n in names).encode(), capture_output=True, check=False).stdout
    at = 0
    for name in names:
        head, _, _ = batch[at:at + 400].partition(b"\n")
        if head.endswith(b"missing"):
            at += len(head) + 1
            continue
        size = int(head.split()[-1])
        yield name, batch[at + len(head) + 1:at + len(head) + 1 + size].decode("utf-8", "replace")
        at += len(head) + size + 2


def gather(source, mirrors, rng):
    """Gives the spans and the (heading, span) pairs of one source."""
    mirror = str(Path(mirrors) / source["repo"].replace("/", "+") / "repo")
    spans, pairs = [], []
    for _name, text in files(mirror, source["commit"], source["files"]):
        if source.get("kind") == "lines":
            spans += [tidy(line) for line in text.split("\n") if good(tidy(line))]
            continue
        for heading, found in sections(text):
            found = [span for span in found if not OWN.search(span)]
            if OWN.search(heading):
                continue
            if good(heading) or WORD.search(heading):
                spans.append(heading)
                pairs += [(heading, span) for span in found[:3] if len(span.split()) > 4]
            spans += found
    spans = sorted(set(spans))
    rng.shuffle(spans)
    rng.shuffle(pairs)
    return spans[: source["most"]], pairs[: source["most"] // 2]


def words(spans, vocab):
    """Gives the words that are learned whole: the teacher's own, then those that the text uses often."""
    own = [line for line in vocab.read_text().splitlines() if re.fullmatch(r"[a-z][a-z0-9]+", line)]
    used = collections.Counter(word for span in sorted(set(spans)) for word in re.findall(r"[a-z0-9]+", span.lower()))
    often = [word for word, count in used.most_common() if count >= 8 and re.fullmatch(r"[a-z][a-z0-9]{1,23}", word)]
    known = set(own)
    return own + [word for word in often if word not in known]


def main():
    mirrors, out = sys.argv[1], Path(sys.argv[2])
    rng = random.Random(502)
    all_spans, all_pairs = [], []
    for source in json.loads((HERE / "sources.json").read_text()):
        spans, pairs = gather(source, mirrors, rng)
        print(f"{source['repo']:45} {len(spans):7} spans {len(pairs):7} pairs", flush=True)
        all_spans += spans
        all_pairs += pairs
    out.mkdir(parents=True, exist_ok=True)
    (out / "spans.json").write_text(json.dumps(sorted(set(all_spans))))
    (out / "pairs.json").write_text(json.dumps(all_pairs))
    (out / "words.json").write_text(json.dumps(words(all_spans, Path(sys.argv[3]))))
    print(len(set(all_spans)), "spans", len(all_pairs), "pairs")


if __name__ == "__main__":
    main()

"""The file format of the table of meanings and the cutting of words, as `kb/src/meaning.rs` reads them."""

import re
import struct

import numpy as np

MAGIC = b"bot502mt"
EMPTY = 0xFFFF
LONGEST_WORD = 40
WORD = re.compile(r"[^\W_]+")


def words(text):
    return [word for word in WORD.findall(text.lower()) if len(word) <= LONGEST_WORD]


def pieces(word, index):
    """Cuts a word into the longest known pieces, from its start; what no piece covers is left out."""
    if word in index:
        return [index[word]]
    found, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = word[start:end] if start == 0 else "##" + word[start:end]
            if piece in index:
                found.append(index[piece])
                start = end
                break
        else:
            start += 1
    return found


def cut(text, index):
    return [piece for word in words(text) for piece in pieces(word, index)]


def hash_of(token):
    """FNV-1a, 32 bits."""
    value = 0x811C9DC5
    for byte in token.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def write(path, tokens, vectors):
    """Writes header, hash slots, token ends, scales, rows and token bytes; little-endian throughout."""
    count, dims = vectors.shape
    assert count < EMPTY
    slots = 1 << (count * 2 - 1).bit_length()
    table = np.full(slots, EMPTY, "<u2")
    for number, token in enumerate(tokens):
        at = hash_of(token) & (slots - 1)
        while table[at] != EMPTY:
            at = (at + 1) & (slots - 1)
        table[at] = number
    scales = np.maximum(np.abs(vectors).max(axis=1), 1e-9) / 127.0
    rows = np.rint(vectors / scales[:, None]).astype(np.int8)
    blob = [token.encode() for token in tokens]
    ends = np.cumsum([len(token) for token in blob]).astype("<u4")
    with open(path, "wb") as out:
        out.write(MAGIC + struct.pack("<HHII", 1, dims, count, slots))
        for part in (table, ends, scales.astype("<f4"), rows):
            out.write(part.tobytes())
        out.write(b"".join(blob))


def read(path):
    data = open(path, "rb").read()
    assert data[:8] == MAGIC
    _version, dims, count, slots = struct.unpack_from("<HHII", data, 8)
    at = 20 + 2 * slots
    ends = np.frombuffer(data, "<u4", count, at)
    at += 4 * count
    scales = np.frombuffer(data, "<f4", count, at)
    at += 4 * count
    rows = np.frombuffer(data, np.int8, count * dims, at).reshape(count, dims)
    at += count * dims
    tokens = [data[at + (ends[i - 1] if i else 0):at + ends[i]].decode() for i in range(count)]
    return tokens, rows * scales[:, None]


class Table:
    def __init__(self, path):
        self.tokens, self.vectors = read(path)
        self.index = {token: number for number, token in enumerate(self.tokens)}

    def __call__(self, texts):
        out = np.zeros((len(texts), self.vectors.shape[1]), np.float32)
        for row, text in enumerate(texts):
            found = cut(text, self.index)
            if found:
                out[row] = self.vectors[found].sum(0)
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)

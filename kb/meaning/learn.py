"""Learns the table: rows whose sum points where the teacher's vector of the same span points."""

import argparse
import collections
import json
import os
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import jax
import jax.numpy as jnp
import numpy as np

import table

LONGEST = 48


def vocabulary(spans, words, base, size):
    """The teacher's pieces and the corpus's own words that are used most; single letters always."""
    index = {token: number for number, token in enumerate(dict.fromkeys([*base, *words]))}
    tokens = list(index)
    used = collections.Counter(piece for span in spans for piece in table.cut(span, index))
    letters = [token for token in tokens if len(token.removeprefix("##")) == 1 and token.isascii() and token[-1].isalnum()]
    wanted = list(dict.fromkeys(letters + [tokens[piece] for piece, _ in used.most_common()] + words))
    return wanted[:size], {tokens[piece]: count for piece, count in used.items()}


def bags(texts, index):
    out = np.full((len(texts), LONGEST), len(index), np.int32)
    for row, text in enumerate(texts):
        found = table.cut(text, index)[:LONGEST]
        out[row, : len(found)] = found
    return out


def unit(x):
    return x / jnp.maximum(jnp.linalg.norm(x, axis=-1, keepdims=True), 1e-6)


def embed(rows, ids):
    padded = jnp.concatenate([rows, jnp.zeros((1, rows.shape[1]))])
    return unit(padded[ids].sum(1))


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("data", type=Path)
    ask.add_argument("vocab", type=Path)
    ask.add_argument("out", type=Path)
    ask.add_argument("--dims", type=int, default=192)
    ask.add_argument("--size", type=int, default=24000)
    ask.add_argument("--passes", type=int, default=10)
    ask.add_argument("--pairs", type=float, default=0.1)
    args = ask.parse_args()
    rng = np.random.default_rng(502)

    spans, words = (json.loads((args.data / f"{n}.json").read_text()) for n in ("spans", "words"))
    pairs = json.loads((args.data / "pairs.json").read_text())
    taught = np.concatenate([np.load(args.data / "spans.npy"), np.load(args.data / "words.npy")]).astype(np.float32)
    base = [line.rstrip("\n") for line in args.vocab.read_text().splitlines()]
    tokens, used = vocabulary(spans, words, base, args.size)
    index = {token: number for number, token in enumerate(tokens)}
    # The main directions of the spans, not of the lone words.
    centre = taught[: len(spans)].mean(0)
    _, _, directions = np.linalg.svd(taught[rng.permutation(len(spans))[:20000]] - centre, full_matrices=False)
    targets = (taught - centre) @ directions[: args.dims].T
    targets /= np.linalg.norm(targets, axis=1, keepdims=True)

    total = sum(used.values())
    alone = dict(zip(words, targets[len(spans):]))
    rows = np.stack([
        alone.get(token, rng.normal(0, 0.02, args.dims)) * (1e-3 / (1e-3 + used.get(token, 1) / total))
        for token in tokens
    ]).astype(np.float32)

    ids = bags(spans + words, index)
    heads, tails = bags([h for h, _ in pairs], index), bags([t for _, t in pairs], index)
    kept = (heads != len(index)).any(1) & (tails != len(index)).any(1)
    heads, tails = heads[kept], tails[kept]

    def loss(rows, ids, targets, heads, tails):
        guess = embed(rows, ids)
        direct = (1 - (guess * targets).sum(1)).mean()
        likeness = ((guess @ guess.T - targets @ targets.T) ** 2).mean()
        match = 20.0 * embed(rows, heads) @ embed(rows, tails).T
        paired = -jnp.diag(jax.nn.log_softmax(match, axis=1)).mean() - jnp.diag(jax.nn.log_softmax(match, axis=0)).mean()
        return direct + 2 * likeness + args.pairs * paired, (direct, likeness, paired)

    @jax.jit
    def step(rows, m, v, at, rate, *batch):
        (_, parts), grad = jax.value_and_grad(loss, has_aux=True)(rows, *batch)
        m, v = 0.9 * m + 0.1 * grad, 0.999 * v + 0.001 * grad * grad
        return rows - rate * (m / (1 - 0.9**at)) / (jnp.sqrt(v / (1 - 0.999**at)) + 1e-8), m, v, parts

    rows = jnp.asarray(rows)
    m, v, at = jnp.zeros_like(rows), jnp.zeros_like(rows), 0
    steps = len(ids) // 512 * args.passes
    for number in range(args.passes):
        order, totals = rng.permutation(len(ids)), np.zeros(3)
        for start in range(0, len(ids) - 512, 512):
            at += 1
            batch, pick = order[start:start + 512], rng.integers(0, len(heads), 256)
            rate = 3e-3 * min(1.0, 2 * (1 - at / (steps + 1)))
            rows, m, v, parts = step(rows, m, v, at, rate, ids[batch], targets[batch], heads[pick], tails[pick])
            totals += [float(part) for part in parts]
        print(number, (totals / (len(ids) // 512)).round(4), flush=True)
    table.write(args.out, tokens, np.asarray(rows))


if __name__ == "__main__":
    main()

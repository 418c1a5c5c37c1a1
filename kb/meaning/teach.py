"""Asks the teacher, a sentence model (MiniLM-L6), for the vector of each span. Resumable; one thread."""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

BATCH = 256
HEADS = 12


def norm(x, weights, name):
    mean = x.mean(-1, keepdims=True)
    var = ((x - mean) ** 2).mean(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(var + 1e-12) * weights[name + ".weight"] + weights[name + ".bias"]


def dense(x, weights, name):
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


@jax.jit
def encode(weights, ids, mask):
    """Mean of the last layer over the tokens, scaled to length one: as sentence-transformers does."""
    n, length = ids.shape
    x = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.position_embeddings.weight"][:length] + weights["embeddings.token_type_embeddings.weight"][0]
    x = norm(x, weights, "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}."
        q, k, v = (dense(x, weights, at + f"attention.self.{part}").reshape(n, length, HEADS, -1).transpose(0, 2, 1, 3) for part in ("query", "key", "value"))
        scores = q @ k.transpose(0, 1, 3, 2) / jnp.sqrt(q.shape[-1]) + jnp.where(mask, 0.0, -1e9)[:, None, None, :]
        mixed = (jax.nn.softmax(scores) @ v).transpose(0, 2, 1, 3).reshape(n, length, -1)
        x = norm(x + dense(mixed, weights, at + "attention.output.dense"), weights, at + "attention.output.LayerNorm")
        inner = jax.nn.gelu(dense(x, weights, at + "intermediate.dense"), approximate=True)
        x = norm(x + dense(inner, weights, at + "output.dense"), weights, at + "output.LayerNorm")
    pooled = (x * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
    return pooled / jnp.linalg.norm(pooled, axis=-1, keepdims=True)


class Teacher:
    def __init__(self, folder):
        self.weights = {k.removeprefix("bert."): jnp.asarray(v) for k, v in load_file(f"{folder}/model.safetensors").items() if v.dtype == np.float32}
        self.cut = Tokenizer.from_file(f"{folder}/tokenizer.json")
        self.cut.no_padding()
        self.cut.enable_truncation(96)

    def __call__(self, texts, report=None):
        cuts = [c.ids for c in self.cut.encode_batch(list(texts))]
        order = sorted(range(len(cuts)), key=lambda i: len(cuts[i]))
        out = np.zeros((len(cuts), 384), np.float16)
        for start in range(0, len(order), BATCH):
            rows = order[start:start + BATCH]
            length = -(-len(cuts[rows[-1]]) // 8) * 8
            ids = np.zeros((BATCH, length), np.int32)
            for at, row in enumerate(rows):
                ids[at, : len(cuts[row])] = cuts[row]
            mask = ids > 0
            mask[:, 0] = True
            out[rows] = np.asarray(encode(self.weights, ids, mask))[: len(rows)]
            if report and (start // BATCH) % 40 == 0:
                report(start, len(order))
        return out


def main():
    teacher, data = Teacher(sys.argv[1]), Path(sys.argv[2])
    for name in sys.argv[3:]:
        texts = json.loads((data / f"{name}.json").read_text())
        vectors = teacher(texts, lambda at, of: print(f"{name}: {at} of {of}", flush=True))
        np.save(data / f"{name}.npy", vectors)


if __name__ == "__main__":
    main()

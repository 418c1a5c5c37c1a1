"""Judges blocks by slack_sdk's models and signs with its signer; a line of JSON in, a line out."""

import json
import sys

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import SignatureVerifier

def judge(sent):
    """Gives what is wrong, or nothing: lengths and counts are checked when the models are written out."""
    blocks = sent["blocks"]
    parsed = Block.parse_all(blocks)
    if len(parsed) != len(blocks) or any(block is None for block in parsed):
        return "a block is of no kind that slack_sdk knows"
    for block in parsed:
        block.to_dict()
    if "view" in sent:
        view = {key: value for key, value in sent["view"].items() if key != "blocks"}
        View(**view, blocks=parsed).to_dict()
    return None


def answer(question):
    """Answers one question."""
    if "sign" in question:
        sign = question["sign"]
        verifier = SignatureVerifier(sign["secret"])
        return {"signature": verifier.generate_signature(timestamp=sign["time"], body=sign["body"])}
    try:
        return {"wrong": judge(question["judge"])}
    except Exception as error:  # whatever a model says of it, it is the verdict
        return {"wrong": f"{type(error).__name__}: {error}"}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)

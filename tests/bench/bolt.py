"""The same acknowledgement and help reply as bot502's, in slack_bolt: a measure, not a product."""

import asyncio
import os

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

app = AsyncApp(
    client=AsyncWebClient(token="xoxb-bench", base_url=os.environ["SLACK_API"] + "/"),
    signing_secret=os.environ["SLACK_SIGNING_SECRET"],
    request_verification_enabled=True,
)


@app.command("/502")
async def help_reply(ack, respond):
    await ack()
    await respond(
        response_type="ephemeral",
        text="What can be asked",
        blocks=[
            {"type": "section", "text": {"type": "mrkdwn", "text": line}}
            for line in ("*What can be asked*", "`ask TEXT`", "`step N`", "`probes`", "`help`")
        ],
    )


async def commands(request):
    return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))


server = web.Application()
server.router.add_post("/slack/commands", commands)
web.run_app(server, host="127.0.0.1", port=int(os.environ["PORT"]), print=None, access_log=None)

// The same acknowledgement and help reply as bot502's, in @slack/bolt: a measure, not a product.
const { App, HTTPReceiver } = require("@slack/bolt");

const receiver = new HTTPReceiver({
  signingSecret: process.env.SLACK_SIGNING_SECRET,
  endpoints: ["/slack/commands"],
});
const app = new App({
  token: "xoxb-bench",
  receiver,
  clientOptions: { slackApiUrl: process.env.SLACK_API + "/" },
});

app.command("/502", async ({ ack, respond }) => {
  await ack();
  await respond({
    response_type: "ephemeral",
    text: "What can be asked",
    blocks: ["*What can be asked*", "`ask TEXT`", "`step N`", "`probes`", "`help`"].map((text) => ({
      type: "section",
      text: { type: "mrkdwn", text },
    })),
  });
});

app.start({ port: Number(process.env.PORT), host: "127.0.0.1" });

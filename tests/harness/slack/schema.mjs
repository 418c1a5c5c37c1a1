// Judges blocks by the schema that is made of @slack/types; a line of JSON in, a line out.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const cache = process.cwd() + '/.cache/slack';
const require = createRequire(cache + '/node_modules/');
const Ajv = require('ajv').default ?? require('ajv');

// Reading the types takes seconds: what comes of it is kept beside them.
const kept = cache + '/blocks-3.2.0.json';
function schema() {
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8'));
  const { createGenerator } = require('ts-json-schema-generator');
  const made = createGenerator({
    path: cache + '/node_modules/@slack/types/dist/index.d.ts',
    tsconfig: undefined,
    type: 'KnownBlock',
    skipTypeCheck: true,
    additionalProperties: false,
  }).createSchema('KnownBlock');
  const mine = `${kept}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(made));
  renameSync(mine, kept);
  return made;
}

const check = new Ajv({ strict: false, allErrors: false }).compile(schema());

function judge({ blocks }) {
  for (const block of blocks) {
    if (!check(block)) return { block: block.type, errors: check.errors.slice(-3) };
  }
  return null;
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  console.log(JSON.stringify({ wrong: judge(question.judge) }));
}

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EVERYTHING, launch, MEMORY, node, run, temporaryDirectory, until, writeConfig } from './helper.js';

const directory = temporaryDirectory();
const config = writeConfig(directory, { everything: node(EVERYTHING), memory: node(MEMORY) });

const lines = (text) => text.split('\n').filter((line) => line !== '');

test('logs end when the servers are quiet', async () => {
  const { stdout } = await run(['-c', config, 'logs']);
  assert.match(stdout, /^\d\d:\d\d:\d\d {2}everything {2}stderr: Starting default \(STDIO\) server/m);
  assert.match(stdout, /^\d\d:\d\d:\d\d {2}memory {2}stderr: Knowledge Graph MCP Server/m);
});

test('logs are documents', async () => {
  const { stdout } = await run(['-c', config, 'logs', 'memory', '--json']);
  const [line] = lines(stdout).map((text) => JSON.parse(text));
  assert.equal(line.server, 'memory');
  assert.equal(line.event, 'stderr');
});

test('a recording is compared with the servers', async () => {
  const file = join(directory, 'run.jsonl');
  await run(['-c', config, '--record', file, 'call', 'everything__echo', 'message=hi']);
  const messages = lines(readFileSync(file, 'utf8')).map((text) => JSON.parse(text));
  assert.ok(messages.some(({ message }) => message.method === 'tools/call'));
  const { stderr } = await run(['-c', config, 'drift', file]);
  assert.match(stderr, /nothing has changed/);
});

test('a recording is complete after an interrupt', async () => {
  const file = join(directory, 'watched.jsonl');
  const running = launch(['-c', config, '--record', file, 'watch', '--lines']);
  await until('the servers are ready', () => running.stdout().match(/ready:[^]*ready:/));
  running.child.kill('SIGINT');
  await running.ended;
  assert.ok(existsSync(file));
  const servers = new Set(lines(readFileSync(file, 'utf8')).map((text) => JSON.parse(text).server));
  assert.deepEqual([...servers].sort(), ['everything', 'memory']);
});

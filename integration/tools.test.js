import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  document,
  EVERYTHING,
  FILESYSTEM,
  MEMORY,
  node,
  run,
  runJson,
  temporaryDirectory,
  textOf,
  writeConfig,
} from './helper.js';

const directory = temporaryDirectory();
mkdirSync(join(directory, 'files'));
const config = writeConfig(directory, {
  everything: node(EVERYTHING),
  files: node(FILESYSTEM, join(directory, 'files')),
  memory: { ...node(MEMORY), env: { MEMORY_FILE_PATH: join(directory, 'memory.jsonl') } },
});

test('three servers are ready, and their tools are counted', async () => {
  const servers = await runJson(['-c', config, 'servers']);
  const tools = await runJson(['-c', config, 'tools']);

  assert.deepEqual(servers.map((s) => s.name), ['everything', 'files', 'memory']);
  for (const server of servers) {
    assert.equal(server.state, 'ready');
    assert.equal(server.era, 'legacy');
    assert.equal(server.revision, '2025-11-25');
    assert.ok(Number.isInteger(server.pid) && server.pid > 0, `pid ${server.pid}`);
    assert.ok(Number.isInteger(server.startMillis) && server.startMillis >= 0, `startMillis ${server.startMillis}`);
    assert.equal(server.generation, 1);
    assert.equal(server.error, null);
    assert.ok(server.tools > 0);
    assert.equal(server.tools, tools.filter((t) => t.server === server.name).length, server.name);
  }
  assert.equal(new Set(servers.map((s) => s.pid)).size, 3);
});

test('the servers are a table', async () => {
  const { stdout } = await run(['-c', config, 'servers']);

  const [header, ...rows] = stdout.trimEnd().split('\n');
  assert.match(header, /^NAME +STATE +REVISION +TOOLS +STARTED IN +PID +SERVER$/);
  assert.deepEqual(rows.map((row) => row.split(/ +/).slice(0, 3)), [
    ['everything', 'ready', '2025-11-25'],
    ['files', 'ready', '2025-11-25'],
    ['memory', 'ready', '2025-11-25'],
  ]);
});

test('the tools of all servers are one document', async () => {
  const result = await run(['-c', config, 'tools', '--json']);
  const tools = document(result);

  assert.ok(Array.isArray(tools));
  for (const tool of tools) {
    assert.deepEqual(
      Object.keys(tool).sort(),
      ['annotations', 'description', 'inputSchema', 'name', 'outputSchema', 'qualifiedName', 'server', 'title', 'tool'],
    );
    assert.equal(tool.qualifiedName, `${tool.server}__${tool.tool}`);
    assert.equal(tool.name, tool.qualifiedName);
    assert.equal(tool.inputSchema.type, 'object');
  }
  const names = tools.map((t) => t.name);
  for (const name of ['everything__echo', 'everything__get-sum', 'files__write_file', 'memory__create_entities']) {
    assert.ok(names.includes(name), `${name} in ${names}`);
  }
  assert.equal(new Set(names).size, names.length);
});

test('a tool is called by its bare name', async () => {
  const { stdout } = await run(['-c', config, 'call', 'echo', 'message=hello there']);
  assert.equal(stdout, 'Echo: hello there\n');
});

test('words become numbers by the schema', async () => {
  const { stdout } = await run(['-c', config, 'call', 'everything__get-sum', 'a=2', 'b=3']);
  assert.match(stdout, /\b5\b/);
});

test('words override arguments given as JSON', async () => {
  const json = await run(['-c', config, 'call', 'everything__get-sum', '--args', '{"a": 20, "b": 3}']);
  assert.match(json.stdout, /\b23\b/);

  const both = await run(['-c', config, 'call', 'everything__get-sum', '--args', '{"a": 20, "b": 3}', 'b=400']);
  assert.match(both.stdout, /\b420\b/);
});

test('structured content is kept', async () => {
  const result = await runJson(['-c', config, 'call', 'everything__get-structured-content', 'location=New York']);

  assert.equal(typeof result.structuredContent.temperature, 'number');
  assert.equal(typeof result.structuredContent.conditions, 'string');
  assert.equal(typeof result.structuredContent.humidity, 'number');
  assert.deepEqual(JSON.parse(textOf(result)), result.structuredContent);
});

test('an image is in the document and mentioned in the text', async () => {
  const result = await runJson(['-c', config, 'call', 'everything__get-tiny-image']);
  const image = result.content.find((block) => block.type === 'image');
  assert.equal(image.mimeType, 'image/png');
  assert.equal(Buffer.from(image.data, 'base64').subarray(1, 4).toString('latin1'), 'PNG');

  const { stdout } = await run(['-c', config, 'call', 'everything__get-tiny-image']);
  assert.match(stdout, /image\/png/);
  assert.ok(!stdout.includes(image.data));
});

test('an argument of the wrong type is rejected before the call', async () => {
  const { stdout, stderr } = await run(['-c', config, 'call', 'everything__get-sum', 'a=two', 'b=3'], { code: 2 });
  assert.equal(stdout, '');
  assert.match(stderr, /'a' takes number, found 'two'/);
});

test('a missing argument is reported before anything is sent', async () => {
  const { stdout, stderr } = await run(['-c', config, 'call', 'everything__get-sum', 'a=2'], { code: 2 });
  assert.equal(stdout, '');
  assert.match(stderr, /nothing is sent.*'b' is missing/s);
});

test('the server rejects a missing argument', async () => {
  const args = ['-c', config, 'call', 'everything__get-sum', 'a=2', '--no-check'];
  const { stdout, stderr } = await run(args, { code: 1 });
  assert.equal(stdout, '');
  assert.match(stderr, /\bb\b/);
});

const LONG = ['call', 'everything__trigger-long-running-operation', 'duration=1', 'steps=4'];

test('progress is on standard error, the result on standard output', async () => {
  const { stdout, stderr } = await run(['-c', config, ...LONG]);

  assert.deepEqual(stderr.match(/^\[\d+\/\d+\]/gm), ['[1/4]', '[2/4]', '[3/4]', '[4/4]']);
  assert.match(stdout, /completed/);
  assert.doesNotMatch(stdout, /\[\d+\/\d+\]/);
});

test('progress is not in the document', async () => {
  const result = await runJson(['-c', config, ...LONG]);
  assert.match(textOf(result), /completed/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERYTHING, node, PAGING, run, runJson, temporaryDirectory, writeConfig } from './helper.js';

const directory = temporaryDirectory();
const config = writeConfig(directory, { paged: node(PAGING) });
const looping = writeConfig(directory, { loop: node(PAGING, '--loop'), everything: node(EVERYTHING) }, 'loop.json');

test('all pages are listed, in their order', async () => {
  const tools = await runJson(['-c', config, 'tools']);
  assert.deepEqual(tools.map((t) => t.name), ['paged__first', 'paged__second', 'paged__third', 'paged__fourth']);

  const [server] = await runJson(['-c', config, 'servers']);
  assert.equal(server.tools, 4);
});

test('a tool of the last page is called', async () => {
  const { stdout } = await run(['-c', config, 'call', 'fourth']);
  assert.equal(stdout, 'called fourth\n');
});

test('an endless list does not affect other lists', async () => {
  const tools = await runJson(['-c', looping, 'tools']);
  assert.ok(tools.some((t) => t.name === 'everything__echo'));

  const { stdout } = await run(['-c', looping, 'call', 'echo', 'message=x']);
  assert.equal(stdout, 'Echo: x\n');
});

test('an endless list is reported', async () => {
  const { stdout, stderr } = await run(['-c', looping, 'tools']);
  assert.match(stdout, /^everything__echo\b/m);
  assert.match(stderr, /\bloop\b/);
});

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  assertErrorShape,
  EVERYTHING,
  node,
  run,
  runJson,
  sh,
  temporaryDirectory,
  writeConfig,
} from './helper.js';

const directory = temporaryDirectory();
const config = writeConfig(directory, {
  missing: { command: 'no-such-program-of-mcpflux' },
  dies: sh('echo oops >&2; exit 3'),
  wrong: { command: 7 },
  mute: { command: 'sleep', args: ['600'], startTimeout: '1s' },
  good: node(EVERYTHING),
});
const BROKEN = ['missing', 'dies', 'wrong', 'mute'];

test('the good server works beside the broken ones', async () => {
  const bare = await run(['-c', config, 'call', 'echo', 'message=still here']);
  assert.equal(bare.stdout, 'Echo: still here\n');
  const qualified = await run(['-c', config, 'call', 'good__echo', 'message=still here']);
  assert.equal(qualified.stdout, 'Echo: still here\n');
});

test('broken servers are reported beside the tools of the good one', async () => {
  const { stdout, stderr } = await run(['-c', config, 'tools']);
  assert.match(stdout, /^good__echo\b/m);
  for (const name of BROKEN) {
    assert.ok(stderr.includes(`'${name}'`), stderr);
  }
});

test('the states show the broken servers and the reasons', async () => {
  const servers = await runJson(['-c', config, 'servers']);
  const byName = Object.fromEntries(servers.map((s) => [s.name, s]));

  assert.deepEqual(servers.map((s) => s.name), [...BROKEN, 'good']);
  assert.equal(byName.good.state, 'ready');
  assert.equal(byName.good.error, null);
  for (const name of BROKEN) {
    const { state, error, tools, revision } = byName[name];
    assert.equal(state, 'failed', name);
    assert.equal(tools, null, name);
    assert.equal(revision, null, name);
    assertErrorShape(error);
    assert.equal(error.server, name);
  }
  assert.match(byName.missing.error.message, /command not found: no-such-program-of-mcpflux/);
  assert.equal(byName.missing.error.exitCode, null);
  assert.equal(byName.dies.error.exitCode, 3);
  assert.deepEqual(byName.dies.error.stderr, ['oops']);
  assert.equal(byName.wrong.error.type, 'McpConfigurationException');
  assert.ok(byName.wrong.error.message.includes(config), byName.wrong.error.message);
  assert.match(byName.wrong.error.message, /\/mcpServers\/wrong\/command: expected a string, found a number/);
  assert.equal(byName.mute.error.type, 'McpTimeoutException');
  assert.match(byName.mute.error.message, /1 s\b/);
});

test('the states are a table, and the reasons are on standard error', async () => {
  const { stdout, stderr } = await run(['-c', config, 'servers']);
  for (const name of BROKEN) {
    assert.match(stdout, new RegExp(`^${name} +failed\\b`, 'm'));
    assert.ok(stderr.includes(`'${name}'`), stderr);
  }
  assert.match(stdout, /^good +ready\b/m);
});

for (const [name, code, reason] of [
  ['missing', 3, /command not found: no-such-program-of-mcpflux/],
  ['dies', 3, /exit code 3[^]*oops/],
  ['wrong', 2, /expected a string, found a number/],
  ['mute', 4, /longer than 1 s\b/],
]) {
  test(`calling the server '${name}' ends with ${code}`, async () => {
    const { stdout, stderr } = await run(['-c', config, 'call', `${name}__echo`, 'message=x'], { code });
    assert.equal(stdout, '');
    assert.ok(stderr.includes(`'${name}'`), stderr);
    assert.match(stderr, reason);

    const { error } = await runJson(['-c', config, 'call', `${name}__echo`, 'message=x'], { code });
    assertErrorShape(error);
    assert.equal(error.server, name);
    assert.match(error.message, reason);
  });
}

function written(name, text) {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}

for (const [what, file, reason] of [
  ['no JSON', written('no-json.json', '{\n  "mcpServers": {\n    "a": nonsense\n  }\n}\n'), /line 3\b/],
  ['cut off', written('cut.json', '{\n  "mcpServers": {\n'), /not JSON/],
  ['empty', written('empty.json', ''), /empty/],
  ['a list', written('list.json', '[]'), /expected an object/],
  ['of no known form', written('other.json', '{"settings": {}}'), /"mcpServers"/],
  ['not there', join(directory, 'not-there.json'), /no such file/],
]) {
  test(`a configuration that is ${what} is rejected with its name`, async () => {
    const { stdout, stderr } = await run(['-c', file, 'tools'], { code: 2 });
    assert.equal(stdout, '');
    assert.ok(stderr.includes(file), stderr);
    assert.match(stderr, reason);

    const { error } = await runJson(['-c', file, 'tools'], { code: 2 });
    assertErrorShape(error);
    assert.equal(error.type, 'McpConfigurationException');
    assert.ok(error.message.includes(file), error.message);
  });
}

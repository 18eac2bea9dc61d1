import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  assertErrorShape,
  document,
  EVERYTHING,
  node,
  run,
  runJson,
  temporaryDirectory,
  textOf,
  writeConfig,
} from './helper.js';

const directory = temporaryDirectory();
const config = writeConfig(directory, { everything: node(EVERYTHING) });

test('a server is named on the command line', async () => {
  const tools = await runJson(['--server', `e=node '${EVERYTHING}' `, 'tools']);
  assert.ok(tools.some((t) => t.name === 'e__echo'));
  assert.ok(tools.every((t) => t.server === 'e'));
});

test('a server of the command line is beside those of the file', async () => {
  const servers = await runJson(['-c', config, '--server', `more=node '${EVERYTHING}'`, 'servers']);
  assert.deepEqual(servers.map((s) => [s.name, s.state]), [['everything', 'ready'], ['more', 'ready']]);
});

test('a server without a command is rejected', async () => {
  const { stderr } = await run(['--server', 'nonsense', 'tools'], { code: 2 });
  assert.match(stderr, /--server .*'nonsense'/);
});

test('mcp.json in the working directory is the default, once it is approved', async () => {
  const cwd = temporaryDirectory();
  const env = { XDG_STATE_HOME: temporaryDirectory() };
  writeConfig(cwd, { here: node(EVERYTHING) }, 'mcp.json');
  const { stderr } = await run(['call', 'here__echo', 'message=found'], { cwd, env, code: 3 });
  assert.match(stderr, /not approved.*mcpflux approve here/s);
  await run(['approve', 'here'], { cwd, env });
  const { stdout } = await run(['call', 'here__echo', 'message=found'], { cwd, env });
  assert.equal(stdout, 'Echo: found\n');
});

test('without a file there are no servers', async () => {
  const { stdout, stderr } = await run(['tools'], { code: 2 });
  assert.equal(stdout, '');
  assert.match(stderr, /there are no servers.*mcpflux add.*mcpflux demo/s);
});

test('a timeout exits with 4', async () => {
  const args = ['-c', config, '--timeout', '1s', 'call', 'everything__trigger-long-running-operation', 'duration=60'];
  const { stdout, stderr } = await run(args, { code: 4 });
  assert.equal(stdout, '');
  assert.match(stderr, /longer than 1 s\b/);

  const { error } = await runJson(args, { code: 4 });
  assertErrorShape(error);
  assert.equal(error.server, 'everything');
});

test('the request timeout of the configuration applies', async () => {
  const impatient = writeConfig(directory, { everything: { ...node(EVERYTHING), timeout: '2s' } }, 'impatient.json');
  const { stdout, stderr } = await run(
    ['-c', impatient, 'call', 'everything__trigger-long-running-operation', 'duration=8', 'steps=1'],
    { code: 4 },
  );
  assert.equal(stdout, '');
  assert.match(stderr, /longer than 2 s\b/);
});

test('an invalid time is rejected', async () => {
  for (const time of ['0', '-1s', 'soon', '']) {
    const { stderr } = await run([`--timeout=${time}`, 'servers'], { code: 2 });
    assert.match(stderr, /--timeout/);
  }
});

test('the demo shows the teardown', async () => {
  const temporary = temporaryDirectory();
  const { stdout } = await run(['demo'], { javaArgs: [`-Djava.io.tmpdir=${temporary}`] });

  const order = ['clock: closing', 'clock: closed', 'weather: closing', 'weather: closed'].map((line) => {
    assert.ok(stdout.includes(line), stdout);
    return stdout.indexOf(line);
  });
  assert.deepEqual(order, order.toSorted((a, b) => a - b));
  assert.deepEqual(readdirSync(temporary), [], 'files are left over');
});

test('the built-in servers are used on demand', async () => {
  const { stdout } = await run(['--demo', 'call', 'weather_lookup', 'city=Paris']);
  assert.match(stdout, /^Paris, France: .*°C/);
  const result = await runJson(['--demo', 'call', 'weather_lookup', 'city=Paris']);
  assert.match(textOf(result), /^Paris, France/);
});

test('an unknown city gets suggestions', async () => {
  const { stdout, stderr } = await run(['--demo', 'call', 'weather_lookup', 'city=Pariss'], { code: 1 });
  assert.equal(stdout, '');
  assert.match(stderr, /Pariss.*Did you mean Paris\?/);
});

for (const [args, expected] of [
  [['--version'], /^mcpflux \d+\.\d+/],
  [['-V'], /^mcpflux \d+\.\d+/],
  [['--help'], /^Usage: mcpflux /],
  [['call', '--help'], /^Usage: mcpflux call /],
  [['servers', '-h'], /^Usage: mcpflux servers /],
  [['generate-completion'], /^#!.*bash\n[^]*complete .*mcpflux/],
]) {
  test(`${args.join(' ')} prints and succeeds`, async () => {
    const { stdout, stderr } = await run(args);
    assert.match(stdout, expected);
    assert.equal(stderr, '');
  });
}

for (const [args, reason] of [
  [[], /a command is missing/],
  [['--no-such-option'], /--no-such-option/],
  [['tools', '--no-such-option'], /--no-such-option/],
  [['no-such-command'], /no-such-command/],
  [['call'], /TOOL/],
]) {
  test(`"${args.join(' ')}" is rejected`, async () => {
    const { stdout, stderr } = await run(args, { code: 2 });
    assert.equal(stdout, '');
    assert.match(stderr, reason);
    assert.match(stderr, /--help/);

    const refused = await run([...args, '--json'], { code: 2 });
    const { error } = document(refused);
    assertErrorShape(error);
    assert.match(error.message, reason);
  });
}

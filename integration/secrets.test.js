import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EVERYTHING, node, run, sh, temporaryDirectory, writeConfig } from './helper.js';

const PARENT = 'parent-secret-12345';
const CONFIGURED = 'configured-secret-98765';

const directory = temporaryDirectory();
const config = writeConfig(directory, {
  everything: { ...node(EVERYTHING), env: { CONFIGURED_FOR_IT: 'seen by the server' } },
});
const leaky = writeConfig(
  directory,
  {
    leaky: { ...sh('echo "token is $API_TOKEN" >&2; exit 1'), env: { API_TOKEN: CONFIGURED } },
    chatty: {
      ...sh('echo "using $API_TOKEN" >&2; exec "$1" "$2"', process.execPath, EVERYTHING),
      env: { API_TOKEN: CONFIGURED },
    },
  },
  'leaky.json',
);

test('a server sees only its own environment', async () => {
  const { stdout, stderr } = await run(['-c', config, 'call', 'everything__get-env'], { env: { SECRET_TOKEN: PARENT } });

  const environment = JSON.parse(stdout);
  assert.equal(environment.CONFIGURED_FOR_IT, 'seen by the server');
  assert.ok(environment.PATH);
  assert.ok(!('SECRET_TOKEN' in environment));
  assert.ok(!(stdout + stderr).includes(PARENT));
});

test('a configured variable of the environment is passed on', async () => {
  const passing = writeConfig(
    directory,
    { everything: { ...node(EVERYTHING), env: { TOKEN: '${env:SECRET_TOKEN}' } } },
    'passing.json',
  );
  const { stdout } = await run(['-c', passing, 'call', 'everything__get-env'], { env: { SECRET_TOKEN: PARENT } });
  assert.equal(JSON.parse(stdout).TOKEN, PARENT);
});

for (const [args, code, token] of [
  [['servers'], 0, true],
  [['servers', '--json'], 0, true],
  [['servers', '-vv'], 0, true],
  [['servers', '--json', '-vv'], 0, true],
  [['tools', '-vv'], 0, true],
  [['call', 'leaky__echo', 'message=x'], 3, true],
  [['call', 'leaky__echo', 'message=x', '--json'], 3, true],
  [['call', 'leaky__echo', 'message=x', '-vv'], 3, true],
  [['call', 'nothing', '-vv'], 2, true],
  [['call', 'chatty__echo', 'message=x', '-vv'], 0, true],
  [['call', 'chatty__echo', 'message=x'], 0, false],
  // a request that fails quotes the last lines of the server
  [['call', 'chatty__trigger-long-running-operation', 'duration=60', 'steps=1', '--timeout', '3s'], 4, true],
]) {
  test(`a configured secret is not shown by ${args.join(' ')}`, async () => {
    const { stdout, stderr } = await run(['-c', leaky, ...args], { code });
    assert.ok(!(stdout + stderr).includes(CONFIGURED), stdout + stderr);
    if (token) {
      assert.ok((stdout + stderr).includes('${API_TOKEN}'), stdout + stderr);
    }
  });
}

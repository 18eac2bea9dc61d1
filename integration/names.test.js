import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertErrorShape, EVERYTHING, node, run, runJson, temporaryDirectory, writeConfig } from './helper.js';

const directory = temporaryDirectory();
const one = writeConfig(directory, { everything: node(EVERYTHING) }, 'one.json');
const two = writeConfig(directory, { left: node(EVERYTHING), right: node(EVERYTHING) }, 'two.json');

for (const name of ['ecko', 'everything__ecko']) {
  test(`similar names are suggested for ${name}`, async () => {
    const { stdout, stderr } = await run(['-c', one, 'call', name, 'message=x'], { code: 2 });
    assert.equal(stdout, '');
    assert.ok(stderr.includes(`'${name}'`), stderr);
    assert.match(stderr, /there is everything__echo\b/);
  });

  test(`the document reports that there is no ${name}`, async () => {
    const { error } = await runJson(['-c', one, 'call', name, 'message=x'], { code: 2 });
    assertErrorShape(error);
    assert.equal(error.type, 'McpToolNotFoundException');
    assert.match(error.message, /everything__echo\b/);
    assert.equal(error.exitCode, null);
    assert.deepEqual(error.stderr, []);
  });
}

test('a name of two servers is ambiguous', async () => {
  const { stdout, stderr } = await run(['-c', two, 'call', 'echo', 'message=x'], { code: 2 });
  assert.equal(stdout, '');
  assert.match(stderr, /\bleft__echo\b/);
  assert.match(stderr, /\bright__echo\b/);

  const { error } = await runJson(['-c', two, 'call', 'echo', 'message=x'], { code: 2 });
  assertErrorShape(error);
  assert.match(error.message, /left__echo.*right__echo/);
});

test('a qualified name is not ambiguous', async () => {
  const { stdout } = await run(['-c', two, 'call', 'right__echo', 'message=x']);
  assert.equal(stdout, 'Echo: x\n');
});

test('an unknown server is reported', async () => {
  const { stderr } = await run(['-c', one, 'call', 'nowhere__echo', 'message=x'], { code: 2 });
  assert.match(stderr, /nowhere/);
  assert.match(stderr, /everything__echo\b/);
});

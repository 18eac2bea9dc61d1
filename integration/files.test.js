import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FILESYSTEM, node, run, runJson, temporaryDirectory, textOf, writeConfig } from './helper.js';

const directory = temporaryDirectory();
const root = join(directory, 'files');
mkdirSync(root);
const config = writeConfig(directory, { files: node(FILESYSTEM, root) });
const call = (tool, ...args) => ['-c', config, 'call', `files__${tool}`, ...args];

const TEXT = 'äöü €😀 "quoted" \\ back\nsecond line\u2028same line';

test('text in any language is written and read back', async () => {
  const path = join(root, 'grüße 😀.txt');
  await run(call('write_file', `path=${path}`, `content=${TEXT}`));

  assert.equal(readFileSync(path, 'utf8'), TEXT);
  assert.equal((await run(call('read_text_file', `path=${path}`))).stdout, `${TEXT}\n`);
  assert.equal(textOf(await runJson(call('read_text_file', `path=${path}`))), TEXT);
});

test('standard streams are UTF-8 in every locale', async () => {
  const path = join(root, 'locale.txt');
  const env = { LC_ALL: 'C', LANG: 'C' };
  await run(call('write_file', '--args', '-'), { env, input: JSON.stringify({ path, content: TEXT }) });

  assert.equal(readFileSync(path, 'utf8'), TEXT);
  assert.equal((await run(call('read_text_file', `path=${path}`), { env })).stdout, `${TEXT}\n`);
});

test('two megabytes are sent in both directions', async () => {
  const path = join(root, 'large.txt');
  const line = 'äöü €😀 0123456789 and some more to fill the line\n';
  const content = line.repeat(Math.ceil((2 * 1024 * 1024) / Buffer.byteLength(line)));
  await run(call('write_file', '--args', '-'), { input: JSON.stringify({ path, content }) });

  assert.ok(readFileSync(path, 'utf8') === content, 'the file is not what was sent');
  assert.ok(textOf(await runJson(call('read_text_file', `path=${path}`))) === content, 'the text is not what was sent');
});

test('a repeated key makes a list', async () => {
  const paths = ['one.txt', 'two.txt'].map((name) => join(root, name));
  for (const path of paths) {
    await run(call('write_file', `path=${path}`, `content=this is ${path}`));
  }
  const { stdout } = await run(call('read_multiple_files', ...paths.map((path) => `paths=${path}`)));
  for (const path of paths) {
    assert.ok(stdout.includes(`this is ${path}`), stdout);
  }
});

test('the error of a tool is reported', async () => {
  const outside = join(directory, 'outside.txt');
  const text = await run(call('read_text_file', `path=${outside}`), { code: 1 });
  assert.equal(text.stdout, '');
  assert.match(text.stderr, /the tool reported an error: .*outside/);
  assert.ok(text.stderr.includes(outside), text.stderr);

  const result = await runJson(call('read_text_file', `path=${outside}`), { code: 1 });
  assert.equal(result.isError, true);
  assert.ok(textOf(result).includes(outside));
});

test('standard input other than a JSON object is rejected', async () => {
  for (const [input, reason] of [['{"path": ', /--args is not JSON/], ['[1, 2]', /--args takes a JSON object/], ['', /--args/]]) {
    const { stdout, stderr } = await run(call('write_file', '--args', '-'), { input, code: 2 });
    assert.equal(stdout, '');
    assert.match(stderr, reason);
  }
});

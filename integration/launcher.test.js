import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory, until } from './helper.js';

const target = fileURLToPath(new URL('../cli/target/', import.meta.url));
const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

/** The launcher, its server and the jar in a directory of their own, without the archives of the build. */
function installed(name = 'a place') {
  const home = join(temporaryDirectory(), name);
  mkdirSync(home);
  for (const file of ['mcpflux', 'training-server', 'mcpflux.jar']) {
    try {
      linkSync(join(target, file), join(home, file));
    } catch {
      copyFileSync(join(target, file), join(home, file));
    }
  }
  return home;
}

function start(launcher, cache, args, env = {}) {
  const result = spawnSync(launcher, args, {
    cwd: cache,
    env: { ...process.env, LC_ALL: 'C.UTF-8', XDG_CACHE_HOME: cache, ...env },
    encoding: 'utf8',
  });
  return { code: result.status, stdout: result.stdout, stderr: result.stderr };
}

const archives = (directory) =>
  existsSync(directory) ? readdirSync(directory).filter((name) => /^[\d-]+\.\d+\.(jsa|aot)$/.test(name)) : [];

const call = (home) => ['--server', `t=sh '${join(home, 'training-server')}'`, 'call', 't__echo', 'text=x'];

const echoed = { code: 0, stdout: 'x\n', stderr: '' };

test('the first start makes an archive in the cache, and the next use it', async () => {
  const home = installed();
  const cache = temporaryDirectory();
  const launcher = join(home, 'mcpflux');
  assert.deepEqual(start(launcher, cache, call(home)), echoed);
  const made = join(cache, 'mcpflux');
  const [archive] = await until('an archive', () => (archives(made).length > 0 ? archives(made) : undefined));
  await until('the end of its making', () => readdirSync(made).length === 1);

  // the JVM takes it: with this option it would not start otherwise
  const option = archive.endsWith('.aot') ? ['-XX:AOTMode=on', `-XX:AOTCache=${join(made, archive)}`] : ['-Xshare:on', `-XX:SharedArchiveFile=${join(made, archive)}`];
  const strict = spawnSync(java, [...option, '-XX:TieredStopAtLevel=1', '-jar', join(home, 'mcpflux.jar'), '--version'], { encoding: 'utf8' });
  assert.match(strict.stdout, /^mcpflux /, strict.stderr);

  assert.deepEqual(start(launcher, cache, call(home)), echoed);
  assert.deepEqual(readdirSync(made), [archive]);

  // one that was cut short is not used, and nothing is said about it
  chmodSync(join(made, archive), 0o600);
  truncateSync(join(made, archive), 4096);
  assert.deepEqual(start(launcher, cache, call(home)), echoed);
});

test('a link to the launcher starts the same', () => {
  const home = installed();
  const cache = temporaryDirectory();
  const link = join(cache, 'link');
  symlinkSync(join(home, 'mcpflux'), link);
  const result = start(link, cache, ['--version'], { MCPFLUX_ARCHIVE: 'off' });
  assert.match(result.stdout, /^mcpflux /);
  assert.equal(result.stderr, '');
});

test('without archives, or a place for them, it works the same', () => {
  const home = installed();
  const cache = temporaryDirectory();
  assert.deepEqual(start(join(home, 'mcpflux'), cache, call(home), { MCPFLUX_ARCHIVE: 'off' }), echoed);
  assert.deepEqual(readdirSync(cache), []);
  assert.deepEqual(start(join(home, 'mcpflux'), cache, call(home), { XDG_CACHE_HOME: '/dev/null/none' }), echoed);
});

test('an archive can be made beforehand', () => {
  const home = installed('prepared');
  const cache = temporaryDirectory();
  assert.equal(start(join(home, 'mcpflux'), cache, ['--prepare-archive']).code, 0);
  assert.equal(archives(join(home, 'archives')).length, 1);
  assert.deepEqual(start(join(home, 'mcpflux'), cache, call(home)), echoed);
  assert.deepEqual(readdirSync(cache), []);
});

test('standard input that is closed is empty', () => {
  const home = installed('closed');
  const cache = temporaryDirectory();
  const line = `exec "$0" --server "t=sh '${join(home, 'training-server')}'" call t__echo text=- <&-`;
  const env = { MCPFLUX_ARCHIVE: 'off' };
  assert.deepEqual(start('sh', cache, ['-c', line, join(home, 'mcpflux')], env), echoed);
  const closed = start('sh', cache, ['-c', `${line} >&-`, join(home, 'mcpflux')], env);
  assert.equal(closed.code, 5, closed.stderr);
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import {
  assertNoStackTrace,
  commandLine,
  descendants,
  EVERYTHING,
  isAlive,
  launch,
  node,
  sh,
  temporaryDirectory,
  until,
  writeConfig,
} from './helper.js';

const directory = temporaryDirectory();
const direct = writeConfig(directory, { everything: node(EVERYTHING) }, 'direct.json');
// like launchers such as npx: the server is a grandchild
const wrapped = writeConfig(
  directory,
  { everything: sh('"$1" "$2"; exit $?', process.execPath, EVERYTHING) },
  'wrapped.json',
);
const mute = writeConfig(directory, { mute: { command: 'sleep', args: ['600'] } }, 'mute.json');

const LONG = ['call', 'everything__trigger-long-running-operation', 'duration=60', 'steps=60'];
// the processes are found in /proc
const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

async function interrupted(running, signal, started, { group = false } = {}) {
  let below = [];
  try {
    below = await until('the servers run', () => {
      assert.equal(running.child.exitCode, null, `ended early: ${running.stderr()}`);
      return started();
    });
    process.kill(group ? -running.child.pid : running.child.pid, signal);
    const result = await running.ended;
    assertNoStackTrace(result);
    assert.deepEqual(below.filter(isAlive).map(commandLine), [], 'processes are left over');
    return result;
  } finally {
    running.child.kill('SIGKILL');
    for (const left of below.filter(isAlive)) {
      process.kill(left.pid, 'SIGKILL');
    }
  }
}

/** The server's processes, once the tool is running. */
const atWork = (running) => () => {
  const below = /^\[1\/60\]/m.test(running.stderr()) ? descendants(running.child.pid) : [];
  return below.some((p) => commandLine(p).includes(EVERYTHING)) && below;
};

function assertInterrupted({ code, signal }) {
  assert.ok(code === 130 || signal === 'SIGINT', `exit code ${code}, signal ${signal}`);
}

for (const [what, config] of [['a server', direct], ['a server below a shell', wrapped]]) {
  test(`an interrupt takes ${what} down`, onLinux, async () => {
    const running = launch(['-c', config, ...LONG]);
    const result = await interrupted(running, 'SIGINT', atWork(running));
    assertInterrupted(result);
    assert.equal(result.stdout, '');
  });

  test(`a termination takes ${what} down`, onLinux, async () => {
    const running = launch(['-c', config, ...LONG]);
    const result = await interrupted(running, 'SIGTERM', atWork(running));
    assert.equal(result.code, 143);
    assert.equal(result.stdout, '');
  });
}

test('an interrupt from the keyboard is no failure of the servers', onLinux, async () => {
  const running = launch(['-c', direct, ...LONG], { detached: true });
  const result = await interrupted(running, 'SIGINT', atWork(running), { group: true });
  assertInterrupted(result);
  assert.equal(result.stdout, '');
  assert.doesNotMatch(result.stderr, /failed|lost|ended|error/i);
});

test('an interrupt while a server starts takes it down', onLinux, async () => {
  const running = launch(['-c', mute, 'servers']);
  const result = await interrupted(running, 'SIGINT', () => {
    const below = descendants(running.child.pid);
    return below.some((p) => commandLine(p).includes('sleep 600')) && below;
  });
  assertInterrupted(result);
});

test('an interrupted demo leaves no file', onLinux, async () => {
  const temporary = temporaryDirectory();
  const running = launch(['demo'], { javaArgs: [`-Djava.io.tmpdir=${temporary}`] });
  const result = await interrupted(running, 'SIGINT', () => {
    const below = descendants(running.child.pid);
    return below.length === 2 && below;
  });
  assertInterrupted(result);
  assert.deepEqual(readdirSync(temporary), []);
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const TIMEOUT = 60_000;

const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
const jar = process.env.MCPFLUX_JAR
  ? resolve(process.env.MCPFLUX_JAR)
  : fileURLToPath(new URL('../cli/target/mcpflux.jar', import.meta.url));

const packaged = (name) =>
  fileURLToPath(new URL(`./node_modules/@modelcontextprotocol/${name}/dist/index.js`, import.meta.url));

/** The entry points of the servers. */
export const EVERYTHING = packaged('server-everything');
export const FILESYSTEM = packaged('server-filesystem');
export const MEMORY = packaged('server-memory');
export const PAGING = fileURLToPath(new URL('./fixtures/paging-server.js', import.meta.url));

/** An entry of a configuration file for a server that is a Node script. */
export const node = (script, ...args) => ({ command: process.execPath, args: [script, ...args] });

/** An entry for a server that is a line of shell; further arguments are its $1, $2, ... */
export const sh = (line, ...args) => ({ command: 'sh', args: ['-c', line, 'sh', ...args] });

/** A directory that is deleted when the process of the test file exits. */
export function temporaryDirectory() {
  // servers compare resolved paths, and the temporary directory may be a link
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'mcpflux-it-')));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a configuration of these servers and returns its path. */
export function writeConfig(directory, servers, name = 'servers.json') {
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify({ mcpServers: servers }, null, 2));
  return file;
}

/** Starts the command line without waiting for its end. */
export function launch(args, { cwd = emptyDirectory(), env = {}, javaArgs = [], detached = false, stdin = 'ignore' } = {}) {
  // C1 is the fastest for a process that runs for seconds
  // records the traffic if it will be validated afterwards
  const record = process.env.MCPFLUX_RECORD ? [`-Dmcpflux.record=${process.env.MCPFLUX_RECORD}`] : [];
  const child = spawn(java, ['-XX:TieredStopAtLevel=1', ...record, ...javaArgs, '-jar', jar, ...args], {
    cwd,
    // the JVM decodes the command line in the charset of the locale; servers of the user must not be used
    env: { ...process.env, LC_ALL: 'C.UTF-8', XDG_CONFIG_HOME: emptyDirectory(), ...env },
    detached,
    stdio: [stdin, 'pipe', 'pipe'],
  });
  const chunks = { stdout: [], stderr: [] };
  for (const stream of ['stdout', 'stderr']) {
    child[stream].on('data', (chunk) => chunks[stream].push(chunk));
  }
  const text = (stream) => Buffer.concat(chunks[stream]).toString('utf8');
  const ended = new Promise((fulfil, reject) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
      child.stdout.destroy();
      child.stderr.destroy();
    }, TIMEOUT);
    child.on('error', (e) => {
      clearTimeout(timer);
      reject(e);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const result = { code, signal, stdout: text('stdout'), stderr: text('stderr') };
      if (late) {
        reject(new Error(`not ended after ${TIMEOUT} ms: ${args.join(' ')}\n${show(result)}`));
      } else {
        fulfil(result);
      }
    });
  });
  return { child, ended, stdout: () => text('stdout'), stderr: () => text('stderr') };
}

let empty;

// a default configuration beside the tests must not be used
function emptyDirectory() {
  empty ??= temporaryDirectory();
  return empty;
}

const show = (result) =>
  `exit code ${result.code} ${result.signal ?? ''}\n--- stdout\n${result.stdout}\n--- stderr\n${result.stderr}`;

/**
 * Runs the command line to its end.
 *
 * @param options cwd; env on top of this process's; javaArgs; input for standard input; code, the exit code to expect
 */
export async function run(args, options = {}) {
  const running = launch(args, { ...options, stdin: options.input === undefined ? 'ignore' : 'pipe' });
  if (options.input !== undefined) {
    // a process that does not read its input is checked by its output
    running.child.stdin.on('error', () => {});
    running.child.stdin.end(options.input);
  }
  const result = await running.ended;
  assertNoStackTrace(result);
  assert.equal(result.code, options.code ?? 0, show(result));
  return result;
}

/** Runs with --json and returns the document. */
export async function runJson(args, options = {}) {
  return document(await run([...args, '--json'], options));
}

/** Standard output, which must be one document. */
export function document(result) {
  try {
    return JSON.parse(result.stdout);
  } catch (e) {
    return assert.fail(`${e.message}\n${show(result)}`);
  }
}

export function assertNoStackTrace({ stdout, stderr }) {
  for (const text of [stdout, stderr]) {
    assert.doesNotMatch(text, /Exception in thread|\tat /);
  }
}

/** The document of any error. */
export function assertErrorShape(error) {
  assert.deepEqual(Object.keys(error).sort(), ['exitCode', 'message', 'server', 'stderr', 'type']);
  assert.equal(typeof error.type, 'string');
  assert.equal(typeof error.message, 'string');
  assert.ok(Array.isArray(error.stderr));
}

/** All text of a tool's result. */
export const textOf = (result) => result.content.map((block) => block.text).join('\n');

/** Waits until the condition returns a value, and returns that. */
export async function until(what, condition) {
  const deadline = Date.now() + TIMEOUT;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      assert.fail(`waited in vain until ${what}`);
    }
    await new Promise((fulfil) => setTimeout(fulfil, 20));
  }
}

/** The kernel's data of a process, or null if it has ended, or is a zombie. */
function processStatus(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // the name in parentheses may hold blanks and parentheses
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  return state === 'Z' || state === 'X' ? null : { pid, parent: Number(parent), started: fields[19] };
}

/** The descendants of this process, each with its start time, since an id alone may be reused. */
export function descendants(pid) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processStatus(Number(name)))
    .filter((status) => status !== null);
  const below = (parent) => all.filter((p) => p.parent === parent).flatMap((p) => [p, ...below(p.pid)]);
  return below(pid);
}

export function isAlive(known) {
  return processStatus(known.pid)?.started === known.started;
}

export const commandLine = ({ pid }) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').join(' ');
  } catch {
    return '';
  }
};

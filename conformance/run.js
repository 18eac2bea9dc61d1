// Plays the client scenarios of the public conformance suite, those of both frozen sets of requirements: `npm test`, after
// the jar was built. Arguments, if there are any, are the names of the scenarios to play. Needs Node 22, which npm brings.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REVISIONS = ['2025-11-25', '2026-07-28'];
const AT_A_TIME = 2;
const TIMEOUT = 120_000; // of a client; what the suite needs besides has as much again

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const suite = here('node_modules/@modelcontextprotocol/conformance/dist/index.js');
const results = here('target/results');
const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';

// the shell of the suite takes the command apart
const quoted = (word) => `"${word.replace(/["\\$`]/g, '\\$&')}"`;
const client = [
  'exec', // a time-out ends the client and not its shell
  quoted(java),
  // what the build has prepared for a quick start; another JVM goes without
  `-XX:SharedArchiveFile=${quoted(here('target/mcpflux-conformance.jsa'))}`,
  '-Xshare:auto -Xlog:cds=off -Xlog:cds+dynamic=off -XX:TieredStopAtLevel=1',
  // what is said is written down where it is to be validated afterwards
  ...(process.env.MCPFLUX_RECORD ? [quoted(`-Dmcpflux.record=${process.env.MCPFLUX_RECORD}`)] : []),
  '-jar',
  quoted(here('target/mcpflux-conformance.jar')),
].join(' ');

/** Runs the suite; what it prints and how it exits. */
function run(...args) {
  const child = spawn(process.execPath, [suite, ...args], { timeout: 2 * TIMEOUT, killSignal: 'SIGKILL' });
  let output = '';
  child.stdin.end();
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((fulfil, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => fulfil({ output, ended: signal ?? code }));
  });
}

/** The client scenarios of a revision, scored or not. */
async function scenariosOf(revision) {
  const { output, ended } = await run('list', '--requirements', revision);
  const [, scored, rest] = output.match(/^Client scenarios.*\n((?: +- .*\n)+)((?:.*\n)*)/m) ?? [];
  if (ended !== 0 || scored === undefined) {
    throw new Error(`the scenarios of ${revision} cannot be listed (${ended}):\n${output}`);
  }
  const names = [...scored.matchAll(/^ +- (\S+)$/gm), ...rest.matchAll(/^ +- (\S+) \[client\]$/gm)];
  return names.map(([, name]) => name);
}

/** Plays one scenario. */
async function play({ revision, scenario }) {
  const directory = join(results, revision, scenario);
  const began = Date.now();
  const { output, ended } = await run(
    ...['client', '--command', client, '--scenario', scenario, '--spec-version', revision],
    ...['-o', directory, '--timeout', String(TIMEOUT), '--force'],
  );
  const seconds = (Date.now() - began) / 1000;
  const checks = checksIn(directory);
  const count = (status) => checks.filter((check) => check.status === status).length;
  const counts = { success: count('SUCCESS'), failure: count('FAILURE'), warning: count('WARNING') };
  const why = [
    ended !== 0 && `the suite ended with ${ended}`,
    // in some scenarios the suite does not mind
    ...(output.match(/^Client (?:exited with code|timed out).*/gm) ?? []),
    counts.success === 0 && 'nothing was checked',
    counts.failure > 0 && 'a check failed',
    counts.warning > 0 && 'a check warns',
  ].filter(Boolean);
  return { revision, scenario, ...counts, seconds, why, output };
}

/** The checks that the suite wrote down, none if it did not get that far. The name of a scenario may be a path. */
function checksIn(directory) {
  try {
    const [only] = readdirSync(directory, { recursive: true }).filter((name) => basename(name) === 'checks.json');
    return JSON.parse(readFileSync(join(directory, only), 'utf8'));
  } catch {
    return [];
  }
}

const wanted = process.argv.slice(2);
const sets = await Promise.all(
  REVISIONS.map(async (revision) => (await scenariosOf(revision)).map((scenario) => ({ revision, scenario }))),
);
// of a revision without a set of requirements: a server without protected resource metadata
const EARLIER = ['auth/2025-03-26-oauth-metadata-backcompat', 'auth/2025-03-26-oauth-endpoint-fallback'];
sets.push(EARLIER.map((scenario) => ({ revision: '2025-03-26', scenario })));
const all = sets.flat().filter(({ scenario }) => wanted.length === 0 || wanted.includes(scenario));
rmSync(results, { recursive: true, force: true });

const played = [];
const left = all.entries();
await Promise.all(
  Array.from({ length: AT_A_TIME }, async () => {
    for (const [index, one] of left) {
      played[index] = await play(one);
    }
  }),
);

const failed = played.filter(({ why }) => why.length > 0);
for (const { revision, scenario, output } of failed) {
  console.log(`---- ${scenario} at ${revision}\n${output}`);
}
const row = (revision, scenario, ...cells) =>
  console.log([revision.padEnd(10), scenario.padEnd(35), ...cells.map((cell) => cell.padStart(7))].join('  '));
row('revision', 'scenario', 'success', 'failure', 'warning', 'seconds');
for (const { revision, scenario, success, failure, warning, seconds, why } of played) {
  row(revision, scenario, `${success}`, `${failure}`, `${warning}`, seconds.toFixed(1), ...why);
}
console.log(`${played.length - failed.length} of ${played.length} scenarios passed`);
process.exitCode = played.length === 0 || failed.length > 0 ? 1 : 0;

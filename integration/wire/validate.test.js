import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '../helper.js';
import { smallSchemas } from './small-schemas.js';
import { SCHEMAS, validate } from './validate.js';

const directory = temporaryDirectory();
const small = smallSchemas(join(directory, 'schemas'));
const published = process.env.MCPFLUX_SCHEMAS ?? SCHEMAS;

const line = (direction, link) => (message) => ({
  link,
  server: 'a server',
  direction,
  message: { jsonrpc: '2.0', ...message },
});
const sent = line('sent', 'a');
const received = line('received', 'a');

let recordings = 0;
function recording(...lines) {
  const target = join(directory, `recording-${recordings++}`);
  mkdirSync(target);
  const texts = lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l)));
  writeFileSync(join(target, 'links.jsonl'), `${texts.join('\n')}\n`);
  return target;
}

const V = 'io.modelcontextprotocol/';
const _meta = { [`${V}protocolVersion`]: '2026-07-28', [`${V}clientCapabilities`]: {} };
const discover = (id = 1) => sent({ id, method: 'server/discover', params: { _meta } });
const call = (id, more = {}) =>
  sent({ id, method: 'tools/call', params: { _meta, name: 'greet', arguments: { a: 1 }, ...more } });
const required = (id, more) => received({ id, result: { resultType: 'input_required', ...more } });
const form = { form: { method: 'elicitation/create', params: { mode: 'form', message: 'm', requestedSchema: {} } } };
const filled = { form: { action: 'accept', content: { name: 'n' } } };

const proposal = (protocolVersion) => ({ protocolVersion, capabilities: {}, clientInfo: { name: 'n', version: '1' } });
const initialize = (revision, id = 'i') => sent({ id, method: 'initialize', params: proposal(revision) });
const initialized = (revision, negotiated = revision) => [
  initialize(revision),
  received({
    id: 'i',
    result: { protocolVersion: negotiated, capabilities: {}, serverInfo: { name: 's', version: '1' } },
  }),
  sent({ method: 'notifications/initialized' }),
];
const legacyCall = sent({ id: 1, method: 'tools/call', params: { name: 'greet', arguments: {} } });
const asked = (method, id = 0) => received({ id, method, params: {} });

/** Valid traffic, with the number of messages of each revision. */
const GOOD = {
  'a modern conversation': [
    [
      discover(),
      call(2),
      required(2, { inputRequests: form, requestState: 's' }),
      call(3, { requestState: 's', inputResponses: filled }),
      required(3, { inputRequests: { roots: { method: 'roots/list' } }, requestState: 't' }),
      call(4, { requestState: 't', inputResponses: { roots: { roots: [{ uri: 'file:///a' }] } } }),
      call('4'),
      sent({ method: 'notifications/cancelled', params: { requestId: 4 } }),
    ],
    { '2026-07-28': 6 },
  ],
  'a retry with a state alone, and one with answers alone': [
    [
      call(1),
      required(1, { requestState: 's' }),
      call(2, { requestState: 's' }),
      required(2, { inputRequests: form }),
      call(3, { inputResponses: filled }),
    ],
    { '2026-07-28': 3 },
  ],
  'a task': [[discover(), sent({ id: 2, method: 'tasks/get', params: { _meta, taskId: 't' } })], { '2026-07-28': 2 }],
  'the oldest revision': [
    [...initialized('2024-11-05'), legacyCall, asked('ping'), sent({ id: 0, result: {} })],
    { '2024-11-05': 4 },
  ],
  'what a server asks for': [
    [
      ...initialized('2025-11-25'),
      asked('elicitation/create'),
      asked('roots/list', 'r'),
      sent({ id: 'r', result: { roots: [] } }),
      sent({ id: 0, result: { action: 'decline' } }),
      asked('roots/list', 0),
      sent({ id: 0, error: { code: -32603, message: 'no' } }),
      sent({ error: { code: -32700, message: 'no JSON' } }),
    ],
    { '2025-11-25': 6 },
  ],
  'an offer that was countered': [
    [...initialized('2025-11-25', '2024-11-05'), legacyCall],
    { '2025-11-25': 1, '2024-11-05': 2 },
  ],
  'a probe that was given up': [
    [
      discover('p'),
      sent({ method: 'notifications/cancelled', params: { requestId: 'p' } }),
      ...initialized('2025-11-25'),
    ],
    { '2026-07-28': 2, '2025-11-25': 2 },
  ],
  'initialize without an answer': [[initialize('2025-11-25')], { '2025-11-25': 1 }],
  'two links with the same ids': [[discover(), { ...discover(), link: 'b' }], { '2026-07-28': 2 }],
};

/** Invalid traffic, where only the last message is invalid, with the expected report. */
const BAD = {
  'an array': [[discover(), { ...discover(), message: [discover().message] }], /not one JSON-RPC message/],
  'neither a method nor a result': [[discover(), sent({ id: 2 })], /not one JSON-RPC message/],
  'another JSON-RPC': [
    [{ ...discover(), message: { ...discover().message, jsonrpc: '1.0' } }],
    /\/jsonrpc must be equal to constant/,
  ],
  'no id that is one': [[discover(null)], /\/id must be/],
  'a member too many': [[{ ...discover(), message: { ...discover().message, result: {} } }], /has a member 'result'/],
  'an id again': [[discover(), call(1)], /has an id that a request of this link had before/],
  'a request without _meta': [
    [discover(), sent({ id: 2, method: 'tools/call', params: { name: 'n' } })],
    /property '_meta'/,
  ],
  'a request without _meta where initialize was refused': [
    [
      initialize('2025-11-25'),
      received({ id: 'i', error: { code: -32022, message: 'no' } }),
      discover(),
      sent({ id: 2, method: 'tools/call', params: { name: 'n' } }),
    ],
    /property '_meta'/,
  ],
  'server/discover without _meta': [[sent({ id: 1, method: 'server/discover' })], /property 'params'/],
  'a revision that is no text': [
    [sent({ id: 1, method: 'tools/call', params: { _meta: { ..._meta, [`${V}protocolVersion`]: 1 }, name: 'n' } })],
    /must be string/,
  ],
  'no capabilities': [
    [
      sent({
        id: 1,
        method: 'tools/call',
        params: { _meta: { ..._meta, [`${V}clientCapabilities`]: undefined }, name: 'n' },
      }),
    ],
    /clientCapabilities'/,
  ],
  'parameters of the wrong type': [[call(1, { name: 7 })], /\/params\/name must be string/],
  'a method of no revision': [[sent({ id: 1, method: 'no/such', params: { _meta } })], /is no request of a client/],
  'a method of another revision': [[sent({ id: 1, method: 'ping', params: { _meta } })], /is no request of a client/],
  'a notification of another revision': [
    [discover(), sent({ method: 'notifications/initialized' })],
    /is no notification of a client/,
  ],
  'a response in the modern era': [
    [discover(), asked('roots/list'), sent({ id: 0, result: { roots: [] } })],
    /is a response/,
  ],
  'an error in the modern era': [
    [discover(), asked('ping'), sent({ id: 0, error: { code: -32601, message: 'no' } })],
    /is a response/,
  ],
  'a task without _meta': [
    [discover(), sent({ id: 2, method: 'tasks/get', params: { taskId: 't' } })],
    /\/params\/_meta must be object/,
  ],
  'a task without an id': [
    [discover(), sent({ id: 2, method: 'tasks/cancel', params: { _meta } })],
    /taskId must be string/,
  ],
  'a task in an old revision': [
    [...initialized('2024-11-05'), sent({ id: 2, method: 'tasks/get', params: { taskId: 't' } })],
    /is no request of a client/,
  ],
  'a requestState that nobody gave': [
    [call(1), required(1, { requestState: 's' }), call(2, { requestState: 'x' })],
    /requestState that no/,
  ],
  'a requestState of another link': [
    [{ ...call(1), link: 'b' }, { ...required(1, { requestState: 's' }), link: 'b' }, call(2, { requestState: 's' })],
    /requestState that no/,
  ],
  'a requestState left out': [
    [call(1), required(1, { inputRequests: form, requestState: 's' }), call(2, { inputResponses: filled })],
    /lacks the requestState/,
  ],
  'a requestState of another request': [
    [call(1), required(1, { requestState: 's' }), call(2, { name: 'other', requestState: 's' })],
    /is not the request that input was required for/,
  ],
  'a requestState of another round': [
    [
      call(1),
      required(1, { inputRequests: form }),
      call(2, { name: 'other' }),
      required(2, { requestState: 's' }),
      call(3, { requestState: 's', inputResponses: filled }),
    ],
    /has another requestState/,
  ],
  'answers that nobody asked for': [
    [call(1, { inputResponses: filled })],
    /is not the request that input was required for/,
  ],
  'an answer too many': [
    [
      call(1),
      required(1, { inputRequests: form }),
      call(2, { inputResponses: { ...filled, more: { action: 'cancel' } } }),
    ],
    /not asked for/,
  ],
  'an answer to something else': [
    [call(1), required(1, { inputRequests: form }), call(2, { inputResponses: { form: { roots: [] } } })],
    /\/params\/inputResponses\/form must have required property 'action'/,
  ],
  'cancelling what was not requested': [
    [discover(), sent({ method: 'notifications/cancelled', params: { requestId: '1' } })],
    /cancels what was not requested/,
  ],
  'cancelling nothing': [[discover(), sent({ method: 'notifications/cancelled', params: {} })], /property 'requestId'/],
  'cancelling initialize': [
    [...initialized('2025-11-25'), sent({ method: 'notifications/cancelled', params: { requestId: 'i' } })],
    /cancels initialize/,
  ],
  'initialize without a client': [
    [sent({ id: 1, method: 'initialize', params: { ...proposal('2024-11-05'), clientInfo: undefined } })],
    /property 'clientInfo'/,
  ],
  'a revision without a schema': [[initialize('1900-01-01')], /without a schema/],
  'an answer to nothing': [[...initialized('2025-11-25'), sent({ id: 0, result: {} })], /answers no request/],
  'a second answer': [
    [...initialized('2025-11-25'), asked('ping'), sent({ id: 0, result: {} }), sent({ id: 0, result: {} })],
    /answers no request/,
  ],
  'the wrong result': [
    [...initialized('2025-11-25'), asked('elicitation/create'), sent({ id: 0, result: { action: 'perhaps' } })],
    /\/result\/action must be equal to one of the allowed values \[ElicitResult\]/,
  ],
  'a place that is no URI': [
    [...initialized('2024-11-05'), asked('roots/list'), sent({ id: 0, result: { roots: [{ uri: 'no URI' }] } })],
    /must match format "uri"/,
  ],
  'a result that the revision does not have': [
    [...initialized('2024-11-05'), asked('elicitation/create'), sent({ id: 0, result: { action: 'cancel' } })],
    /result of no request/,
  ],
  'an error without a code': [
    [...initialized('2025-11-25'), asked('ping'), sent({ id: 0, error: { message: 'no' } })],
    /\/error must have required property 'code'/,
  ],
  'a line that is no JSON': [[discover(), '{"link": '], /not a record/],
  'a line without a direction': [[discover(), { ...discover(2), direction: undefined }], /not a record/],
};

for (const [whose, schemas] of [
  ['small', small],
  ['published', published],
]) {
  const skip = existsSync(schemas) ? false : 'the schemas are not there';

  test(`valid messages pass with the ${whose} schemas`, { skip }, () => {
    for (const [what, [lines, revisions]] of Object.entries(GOOD)) {
      const { rows, failures, notNegotiated } = validate(recording(...lines), schemas);
      assert.deepEqual(failures, [], what);
      assert.equal(notNegotiated, 0, what);
      const counts = Object.fromEntries(rows.map(({ revision }) => [revision, 0]));
      rows.forEach(({ revision, count }) => (counts[revision] += count));
      assert.deepEqual(counts, revisions, what);
    }
  });

  test(`invalid messages fail with the ${whose} schemas`, { skip }, () => {
    for (const [what, [lines, reason]] of Object.entries(BAD)) {
      const { failures } = validate(recording(...lines), schemas);
      assert.deepEqual(
        failures.map((f) => f.line),
        [lines.length],
        `${what}: ${JSON.stringify(failures)}`,
      );
      assert.match(failures[0].problems.join('\n'), reason, what);
    }
  });
}

test('messages of links that never negotiated are counted and skipped', () => {
  const other = { ...legacyCall, link: 'b' };
  const lines = [legacyCall, received({ id: 1, result: {} }), { ...discover(), link: 'c' }, other];
  const { rows, failures, notNegotiated } = validate(recording(...lines), small);
  assert.equal(notNegotiated, 2);
  assert.deepEqual(rows, [{ revision: '2026-07-28', method: 'server/discover', count: 1, failures: 0 }]);
  assert.deepEqual(failures, []);
});

const script = fileURLToPath(new URL('./validate.js', import.meta.url));
const run = (...args) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

test('the table shows the counts, the exit code success', () => {
  const { status, stdout } = run(recording(...initialized('2024-11-05'), discover(1), call(2), call(3)), small);
  assert.equal(status, 0, stdout);
  assert.match(stdout, /^2024-11-05 +initialize +1 +0$/m);
  assert.match(stdout, /^2026-07-28 +tools\/call +2 +0$/m);
  assert.match(stdout, /^not negotiated: 0$/m);
});

test('a failure is reported with its place, without arguments', () => {
  const { status, stdout } = run(
    recording(discover(1), call(2, { name: 7, arguments: { password: 'hunter2' } })),
    small,
  );
  assert.equal(status, 1);
  assert.match(stdout, /^2026-07-28 +tools\/call +1 +1$/m);
  assert.match(stdout, /^links\.jsonl:2: tools\/call \(2026-07-28, server a server, link a\)$/m);
  assert.match(stdout, /^ {2}\/params\/name must be string \[CallToolRequest\]$/m);
  assert.doesNotMatch(stdout, /password|hunter2/);
});

test('validating nothing is a failure', () => {
  for (const lines of [[], [legacyCall], [received({ id: 1, method: 'ping' })]]) {
    const { status, stdout } = run(recording(...lines), small);
    assert.equal(status, 1);
    assert.match(stdout, /^nothing was validated$/m);
  }
});

test('without a directory the usage is printed', () => {
  const { status, stderr } = run();
  assert.equal(status, 2);
  assert.match(stderr, /^usage: /);
});

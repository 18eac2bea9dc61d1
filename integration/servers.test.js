import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EVERYTHING } from './helper.js';
import { legacy, modern, Peer } from './peer.js';

const script = (name) => fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url));
const MODERN = script('modern');
const DUAL = script('dual');

const INFO = { name: 'things', title: 'Things', version: '1.0.0' };
const CAPABILITIES = {
  logging: {},
  tools: { listChanged: true },
  prompts: { listChanged: false },
  resources: { subscribe: true, listChanged: false },
  completions: {},
};
const OURS = { elicitation: { form: {} }, sampling: {}, roots: {} };
const said = (text) => [{ type: 'text', text }];

/** A test with its own server, which must exit when its input ends. */
function withPeer(what, server, body) {
  test(what, { timeout: 60_000 }, async ({ signal }) => {
    const peer = new Peer(server, signal);
    try {
      await body(peer);
    } catch (e) {
      await peer.close().catch(() => {});
      throw e;
    }
    await peer.close();
  });
}

/** A client of the modern era, which answers input requests with the value registered for their method. */
const inModern = (peer) => async (method, params, answers) => {
  let retry = {};
  for (;;) {
    const { result, error } = await peer.call(method, { ...modern(OURS), ...params, ...retry });
    if (error) {
      return { error };
    }
    const { resultType, _meta, ttlMs, cacheScope, inputRequests, requestState, ...rest } = result;
    assert.deepEqual(_meta, { 'io.modelcontextprotocol/serverInfo': INFO });
    if (resultType === 'complete') {
      return rest;
    }
    assert.equal(resultType, 'input_required');
    const inputResponses = Object.fromEntries(
      Object.entries(inputRequests).map(([key, request]) => [key, answers[request.method]]),
    );
    retry = { inputResponses, ...(requestState && { requestState }) };
  }
};

/** A client of the legacy era, which answers requests in the same way. */
const inLegacy = async (peer) => {
  const { result } = await peer.call('initialize', legacy(OURS));
  assert.deepEqual(result, {
    protocolVersion: '2025-11-25',
    capabilities: CAPABILITIES,
    serverInfo: INFO,
    instructions: 'Things for tests.',
  });
  peer.send({ method: 'notifications/initialized' });
  return async (method, params, answers) => {
    const id = peer.ask(method, params);
    for (;;) {
      const message = await peer.next();
      if (message.method === undefined) {
        assert.equal(message.id, id);
        return message.error ? { error: message.error } : message.result;
      }
      if (message.id !== undefined) {
        peer.send({ id: message.id, result: answers[message.method] });
      }
    }
  };
};

/** The calls whose results do not depend on the era. */
async function everything(request) {
  const call = (name, args = {}, answers = {}) => request('tools/call', { name, arguments: args }, answers);
  const greet = (form, roots = []) =>
    call('greet', {}, { 'elicitation/create': form, 'roots/list': { roots: roots.map((uri) => ({ uri })) } });
  const complete = async (ref, name, value, context) =>
    (await request('completion/complete', { ref, argument: { name, value }, ...(context && { context }) })).completion;
  const read = (uri) => request('resources/read', { uri });

  const { tools } = await request('tools/list');
  assert.deepEqual(
    tools.map(({ name }) => name),
    ['echo', 'add', 'greet', 'ask_model', 'slow', 'log_something', 'fail', 'add_tool', 'touch', 'link'],
  );
  assert.deepEqual(tools[1].outputSchema.properties, { sum: { type: 'number' } });

  assert.deepEqual(await call('echo', { text: 'hi' }), { content: said('echo: hi') });
  assert.deepEqual(await call('add', { a: 1, b: 2.5 }), {
    content: said('{"sum":3.5}'),
    structuredContent: { sum: 3.5 },
  });
  assert.deepEqual(await call('fail'), { content: said('it failed'), isError: true });
  assert.deepEqual(await call('log_something'), { content: said('logged') });
  assert.deepEqual(await call('slow', { steps: 2, delayMs: 1 }), { content: said('done in 2 steps') });
  assert.deepEqual(await call('nope'), { error: { code: -32602, message: 'Tool nope not found' } });
  assert.equal((await call('echo')).isError, true);

  const accept = (content) => ({ action: 'accept', content });
  const roots = ['file:///a', 'file:///b'];
  assert.deepEqual(await greet(accept({ name: 'ann', style: 'loud' }), roots), {
    content: said('HELLO ANN (2 roots)'),
  });
  assert.deepEqual(await greet(accept({ name: 'ann' })), { content: said('hello ann (0 roots)') });
  assert.deepEqual(await greet({ action: 'decline' }), { content: said('nobody to greet') });
  assert.deepEqual(await greet({ action: 'cancel' }), { content: said('cancelled') });
  const because = { role: 'assistant', model: 'm', content: { type: 'text', text: 'because' } };
  assert.deepEqual(await call('ask_model', { prompt: 'why' }, { 'sampling/createMessage': because }), {
    content: said('because'),
  });

  const { content } = await call('link');
  assert.deepEqual(
    content.map(({ type }) => type),
    ['text', 'image', 'audio', 'resource_link', 'resource'],
  );
  assert.equal(content[0].annotations.priority, 0.5);

  const { prompts } = await request('prompts/list');
  assert.deepEqual(prompts[1].arguments, [
    { name: 'language', required: true },
    { name: 'framework', required: false },
  ]);
  const { messages } = await request('prompts/get', { name: 'review', arguments: { language: 'python' } });
  assert.deepEqual(messages, [{ role: 'user', content: { type: 'text', text: 'Review this python code.' } }]);
  assert.equal((await request('prompts/get', { name: 'haiku' })).messages.length, 1);
  assert.equal((await request('prompts/get', { name: 'review' })).error.code, -32602);

  const review = { type: 'ref/prompt', name: 'review' };
  const python = { arguments: { language: 'python' } };
  assert.deepEqual((await complete(review, 'language', 'pyt')).values, ['python', 'pytorch']);
  assert.deepEqual((await complete(review, 'framework', 'f', python)).values, ['fastapi', 'flask']);
  assert.deepEqual((await complete(review, 'framework', '')).values, []);
  const numbers = { type: 'ref/resource', uri: 'memo://page/{number}' };
  assert.deepEqual(await complete(numbers, 'number', ''), { values: ['1', '2', '3'], total: 3, hasMore: false });

  const { resources } = await request('resources/list');
  assert.deepEqual(
    resources.map(({ uri }) => uri),
    ['memo://note', 'memo://pixel', 'memo://page/1', 'memo://page/2', 'memo://page/3'],
  );
  const { resourceTemplates } = await request('resources/templates/list');
  assert.equal(resourceTemplates[0].uriTemplate, 'memo://page/{number}');
  const note = (text) => ({ contents: [{ uri: 'memo://note', mimeType: 'text/plain', text }] });
  assert.deepEqual(await read('memo://note'), note('touched 0 times'));
  assert.deepEqual(await call('touch'), { content: said('touched 1 times') });
  assert.deepEqual(await read('memo://note'), note('touched 1 times'));
  assert.equal((await read('memo://pixel')).contents[0].mimeType, 'image/png');
  assert.equal((await read('memo://page/2')).contents[0].text, 'page 2');
  for (const uri of ['memo://nope', 'memo://page/9']) {
    assert.deepEqual(await read(uri), {
      error: { code: -32602, message: `Resource not found: ${uri}`, data: { uri } },
    });
  }

  assert.deepEqual(await call('add_tool', { name: 'fresh' }), { content: said('added fresh') });
  assert.deepEqual(await call('fresh'), { content: said('this is fresh') });
}

withPeer('everything of the modern server', MODERN, (peer) => everything(inModern(peer)));
withPeer('everything of the dual server in the modern era', DUAL, (peer) => everything(inModern(peer)));
withPeer('everything of the dual server in the legacy era', DUAL, async (peer) => everything(await inLegacy(peer)));

for (const [name, server] of Object.entries({ modern: MODERN, dual: DUAL })) {
  withPeer(`the ${name} server is discovered, with any unknown revision refused`, server, async (peer) => {
    const { error } = await peer.call('server/discover', modern({}, {}, '1900-01-01'));
    assert.equal(error.code, -32022);
    assert.deepEqual(error.data, { supported: ['2026-07-28'], requested: '1900-01-01' });

    assert.deepEqual(await peer.call('server/discover', modern()), {
      result: {
        supportedVersions: ['2026-07-28'],
        capabilities: CAPABILITIES,
        instructions: 'Things for tests.',
        resultType: 'complete',
        ttlMs: 0,
        cacheScope: 'private',
        _meta: { 'io.modelcontextprotocol/serverInfo': INFO },
      },
    });
  });

  withPeer(`the ${name} server tells how long its results last`, server, async (peer) => {
    const hints = async (method, params) => {
      const { ttlMs, cacheScope } = (await peer.call(method, { ...modern(), ...params })).result;
      return [ttlMs, cacheScope];
    };
    assert.deepEqual(await hints('tools/list'), [60_000, 'public']);
    assert.deepEqual(await hints('prompts/list'), [0, 'private']);
    assert.deepEqual(await hints('resources/read', { uri: 'memo://note' }), [60_000, 'private']);
    assert.deepEqual(await hints('resources/read', { uri: 'memo://pixel' }), [0, 'private']);
  });

  withPeer(`the ${name} server requires input in rounds`, server, async (peer) => {
    const greet = (capabilities, retry) =>
      peer.call('tools/call', { ...modern(capabilities), name: 'greet', arguments: {}, ...retry });
    const accepted = { form: { action: 'accept', content: { name: 'ann' } } };

    const { error } = await greet({});
    assert.equal(error.code, -32021);
    assert.deepEqual(error.data, { requiredCapabilities: { elicitation: { form: {} } } });

    const { result: first } = await greet(OURS);
    assert.deepEqual(Object.keys(first), ['resultType', 'inputRequests', 'requestState', '_meta']);
    assert.equal(first.inputRequests.form.method, 'elicitation/create');
    assert.equal(first.inputRequests.form.params.mode, 'form');
    assert.deepEqual(first.inputRequests.form.params.requestedSchema.required, ['name']);
    const { requestState } = first;

    const again = await greet(OURS, { requestState });
    assert.deepEqual(again.result.inputRequests, first.inputRequests, 'what is missing is asked for again');
    assert.deepEqual((await greet(OURS, { requestState: `${requestState}x`, inputResponses: accepted })).error, {
      code: -32602,
      message: 'Invalid or expired requestState',
      data: { reason: 'invalid_request_state' },
    });

    const { result: second } = await greet(OURS, { requestState, inputResponses: accepted });
    assert.deepEqual(second.inputRequests, { roots: { method: 'roots/list' } });
    assert.notEqual(second.requestState, requestState);

    const { result: last } = await greet({ elicitation: {} }, { requestState, inputResponses: accepted });
    assert.deepEqual(last.content, said('hello ann'), 'without roots there is no second round');

    const asked = await peer.call('tools/call', { ...modern(OURS), name: 'ask_model', arguments: { prompt: 'why' } });
    assert.deepEqual(Object.keys(asked.result), ['resultType', 'inputRequests', '_meta'], 'there is no state');
  });

  withPeer(`the ${name} server tells listeners what changed`, server, async (peer) => {
    const notifications = {
      toolsListChanged: true,
      promptsListChanged: true,
      resourcesListChanged: true,
      resourceSubscriptions: ['memo://note'],
    };
    const call = (tool, args = {}) => peer.call('tools/call', { ...modern(), name: tool, arguments: args });
    const id = peer.ask('subscriptions/listen', { ...modern(), notifications });
    const _meta = { 'io.modelcontextprotocol/subscriptionId': id };
    const honoured = { toolsListChanged: true, resourceSubscriptions: ['memo://note'] };
    const notified = (method, params) => ({ jsonrpc: '2.0', method, params: { ...params, _meta } });
    assert.deepEqual(
      await peer.next(),
      notified('notifications/subscriptions/acknowledged', { notifications: honoured }),
    );

    peer.ask('tools/call', { ...modern(), name: 'add_tool', arguments: { name: 'fresh' } });
    assert.deepEqual(await peer.next(), notified('notifications/tools/list_changed'));
    assert.deepEqual((await peer.next()).result.content, said('added fresh'));
    peer.ask('tools/call', { ...modern(), name: 'touch' });
    assert.deepEqual(await peer.next(), notified('notifications/resources/updated', { uri: 'memo://note' }));
    assert.deepEqual((await peer.next()).result.content, said('touched 1 times'));

    peer.send({ method: 'notifications/cancelled', params: { requestId: id } });
    assert.deepEqual((await call('touch')).result.content, said('touched 2 times'));
    assert.deepEqual((await call('add_tool', { name: 'more' })).result.content, said('added more'));
  });

  withPeer(`the ${name} server tells progress and logs as it is asked to`, server, async (peer) => {
    const call = (more, tool, args = {}) =>
      peer.ask('tools/call', { ...modern({}, more), name: tool, arguments: args });
    const progressToken = 'token';
    call({ progressToken }, 'slow', { steps: 2, delayMs: 1 });
    for (const progress of [1, 2]) {
      const { method, params } = await peer.next();
      assert.equal(method, 'notifications/progress');
      assert.deepEqual(params, { progressToken, progress, total: 2, message: `step ${progress}` });
    }
    assert.deepEqual((await peer.next()).result.content, said('done in 2 steps'));

    call({ 'io.modelcontextprotocol/logLevel': 'info' }, 'log_something');
    for (const level of ['info', 'warning']) {
      const { method, params } = await peer.next();
      assert.equal(method, 'notifications/message');
      assert.deepEqual(params, { level, data: `a message on ${level}`, logger: 'things' });
    }
    assert.deepEqual((await peer.next()).result.content, said('logged'));
  });
}

for (const [name, server, open, params] of [
  ['modern', MODERN, async () => {}, modern],
  ['dual', DUAL, inLegacy, () => ({})],
]) {
  withPeer(`the ${name} server gives up what is cancelled, and says no more of it`, server, async (peer) => {
    await open(peer);
    const slow = { name: 'slow', arguments: { steps: 1, delayMs: 600_000 } };
    const requestId = peer.ask('tools/call', { ...params(), ...slow });
    peer.send({ method: 'notifications/cancelled', params: { requestId, reason: 'enough' } });
    assert.equal(await peer.nextError(), 'slow begins');
    assert.equal(await peer.nextError(), 'slow cancelled');

    const { result } = await peer.call('tools/call', { ...params(), name: 'echo', arguments: { text: 'hi' } });
    assert.deepEqual(result.content, said('echo: hi'));
    peer.ask('tools/call', { ...params(), ...slow }); // which does not keep the server from ending
  });
}

withPeer('the modern server refuses the legacy era', MODERN, async (peer) => {
  const refused = async (method, params) => {
    const { error } = await peer.call(method, params);
    assert.deepEqual([error.code, error.data.supported], [-32022, ['2026-07-28']]);
  };
  await refused('initialize', legacy());
  await refused('tools/list');
  await peer.call('tools/list', modern());
  await refused('initialize', legacy());
  assert.equal((await peer.call('tools/list')).error.code, -32602, 'by now the era is known');
  for (const method of ['ping', 'logging/setLevel', 'resources/subscribe']) {
    assert.equal((await peer.call(method, modern())).error.code, -32601);
  }
});

withPeer('the dual server lets initialize follow a probe, and sends changes to whom it may', DUAL, async (peer) => {
  await peer.call('server/discover', modern());
  await inLegacy(peer);
  const call = (name, args) => peer.ask('tools/call', { name, arguments: args });

  assert.equal((await peer.call('server/discover', modern())).error.code, -32601);
  call('add_tool', { name: 'fresh' });
  assert.deepEqual(await peer.next(), { jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
  assert.deepEqual((await peer.next()).result.content, said('added fresh'));

  assert.deepEqual(await peer.call('resources/subscribe', { uri: 'memo://note' }), { result: {} });
  call('touch');
  assert.deepEqual(await peer.next(), {
    jsonrpc: '2.0',
    method: 'notifications/resources/updated',
    params: { uri: 'memo://note' },
  });
  assert.deepEqual((await peer.next()).result.content, said('touched 1 times'));
  assert.deepEqual(await peer.call('resources/unsubscribe', { uri: 'memo://note' }), { result: {} });
  call('touch');
  assert.deepEqual((await peer.next()).result.content, said('touched 2 times'));

  assert.deepEqual(await peer.call('logging/setLevel', { level: 'warning' }), { result: {} });
  call('log_something');
  assert.equal((await peer.next()).params.level, 'warning');
  assert.deepEqual((await peer.next()).result.content, said('logged'));
});

withPeer('a server of the legacy era does not know what discovering is', EVERYTHING, async (peer) => {
  assert.deepEqual(await peer.call('server/discover', modern()), {
    error: { code: -32601, message: 'Method not found' },
  });
});

// The features of both servers, written once for both eras: a handler that needs input from the client returns
// inputRequired(...), and the library turns that into an input_required result or into requests to the client.
import { setTimeout as delay } from 'node:timers/promises';
import * as mcp from '@modelcontextprotocol/server';
import { z } from 'zod';

const NOTE = 'memo://note';
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=';
const PAGES = ['1', '2', '3'];
const FRAMEWORKS = { python: ['django', 'fastapi', 'flask'], pytorch: ['ignite'], pyside: ['qml', 'widgets'] };
const FORM = {
  type: 'object',
  properties: {
    name: { type: 'string', title: 'Name', description: 'Whom to greet', default: 'world' },
    style: { type: 'string', title: 'Style', enum: ['plain', 'loud'], default: 'plain' },
  },
  required: ['name'],
};

// a fixed key, so that another process may continue a round: nothing is stored here between rounds
const rounds = mcp.createRequestStateCodec({
  key: 'a key for tests, which guards nothing at all',
  bind: (ctx) => ctx.mcpReq.method,
});

const text = (value, more = {}) => ({ type: 'text', text: value, ...more });
const textOf = (blocks) => blocks.map((block) => block.text).join('');
const says = (value) => ({ content: [text(value)] });
const startingWith = (prefix, values = []) => values.filter((value) => value.startsWith(prefix));
const page = (number) => ({ uri: `memo://page/${number}`, mimeType: 'text/plain', text: `page ${number}` });

// not per server: a probe followed by initialize creates a second one, and so does each modern request over HTTP
let touched = 0;
const added = new Set();

/** A server for one connection of that era; with listeners for one request, which receive its changes. */
export function things({ era }, listeners) {
  const server = new mcp.McpServer(
    { name: 'things', title: 'Things', version: '1.0.0' },
    {
      capabilities: {
        logging: {},
        tools: { listChanged: true },
        prompts: { listChanged: false },
        resources: { subscribe: true, listChanged: false },
      },
      instructions: 'Things for tests.',
      cacheHints: { 'tools/list': { ttlMs: 60_000, cacheScope: 'public' } },
      requestState: { verify: rounds.verify },
    },
  );
  const subscriptions = new Set(); // of the legacy era only; in the modern one the library knows who listens
  const capabilitiesOfClient = ({ mcpReq: { envelope } }) =>
    era === 'modern' ? envelope[mcp.CLIENT_CAPABILITIES_META_KEY] : server.server.getClientCapabilities();
  const tool = (name, description, config, handler) => server.registerTool(name, { description, ...config }, handler);

  // over HTTP the text stands in a header as well
  const echoed = { inputSchema: z.object({ text: z.string().meta({ 'x-mcp-header': 'Text' }) }) };
  tool('echo', 'Echoes a text', echoed, ({ text }) => says(`echo: ${text}`));

  const sum = { inputSchema: z.object({ a: z.number(), b: z.number() }), outputSchema: z.object({ sum: z.number() }) };
  tool('add', 'Adds two numbers', sum, ({ a, b }) => {
    const structuredContent = { sum: a + b };
    return { ...says(JSON.stringify(structuredContent)), structuredContent };
  });

  tool('greet', 'Greets whom the user names', {}, async (ctx) => {
    const answer = (key) => mcp.inputResponse(ctx.mcpReq.inputResponses, key);
    const ask = async (inputRequests, state) =>
      mcp.inputRequired({ inputRequests, requestState: await rounds.mint(state, ctx) });
    let { greeting } = ctx.mcpReq.requestState() ?? {};
    if (greeting === undefined) {
      const { kind, action, content } = answer('form');
      if (kind !== 'elicit') {
        return ask({ form: mcp.inputRequired.elicit({ message: 'Whom shall I greet?', requestedSchema: FORM }) }, {});
      }
      if (action !== 'accept') {
        return says(action === 'decline' ? 'nobody to greet' : 'cancelled');
      }
      if (typeof content?.name !== 'string') {
        return { ...says('the form lacks a name'), isError: true };
      }
      greeting = content.style === 'loud' ? `hello ${content.name}`.toUpperCase() : `hello ${content.name}`;
    }
    if (!capabilitiesOfClient(ctx)?.roots) {
      return says(greeting);
    }
    const { kind, roots } = answer('roots');
    return kind === 'roots'
      ? says(`${greeting} (${roots.length} roots)`)
      : ask({ roots: mcp.inputRequired.listRoots() }, { greeting });
  });

  tool('ask_model', "Asks the client's model", { inputSchema: z.object({ prompt: z.string() }) }, ({ prompt }, ctx) => {
    const { kind, result } = mcp.inputResponse(ctx.mcpReq.inputResponses, 'model');
    if (kind !== 'sampling') {
      const messages = [{ role: 'user', content: text(prompt) }];
      const model = mcp.inputRequired.createMessage({ messages, maxTokens: 100 });
      return mcp.inputRequired({ inputRequests: { model } });
    }
    return says(textOf([result.content].flat()));
  });

  const pace = { inputSchema: z.object({ steps: z.int(), delayMs: z.int() }) };
  tool('slow', 'Takes its time', pace, async ({ steps, delayMs }, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    process.stderr.write('slow begins\n');
    try {
      for (let progress = 1; progress <= steps; progress++) {
        await delay(delayMs, undefined, { signal: mcpReq.signal });
        if (progressToken !== undefined) {
          const params = { progressToken, progress, total: steps, message: `step ${progress}` };
          await mcpReq.notify({ method: 'notifications/progress', params });
        }
      }
    } catch (e) {
      // the end of the connection aborts as well, which counts as a cancellation only for a connection of one request
      if (mcpReq.signal.aborted && (listeners || mcpReq.signal.reason?.code !== mcp.SdkErrorCode.ConnectionClosed)) {
        process.stderr.write('slow cancelled\n');
      }
      throw e;
    }
    return says(`done in ${steps} steps`);
  });

  tool('log_something', 'Logs on three levels', {}, async ({ mcpReq }) => {
    for (const level of ['debug', 'info', 'warning']) {
      await mcpReq.log(level, `a message on ${level}`, 'things');
    }
    return says('logged');
  });

  tool('fail', 'Fails', {}, () => ({ ...says('it failed'), isError: true }));

  const add = (name) => tool(name, 'Was added', {}, () => says(`this is ${name}`));
  tool('add_tool', 'Adds a tool', { inputSchema: z.object({ name: z.string() }) }, ({ name }) => {
    added.add(name);
    if (listeners) {
      listeners.toolsChanged();
    } else {
      add(name);
    }
    return says(`added ${name}`);
  });

  tool('touch', 'Changes the note', {}, async () => {
    touched += 1;
    if (listeners) {
      listeners.resourceUpdated(NOTE);
    } else if (era === 'modern' || subscriptions.has(NOTE)) {
      await server.server.sendResourceUpdated({ uri: NOTE });
    }
    return says(`touched ${touched} times`);
  });

  tool('link', 'Answers with every type of content', {}, () => ({
    content: [
      text('a text', { annotations: { audience: ['user'], priority: 0.5, lastModified: '2026-07-28T00:00:00Z' } }),
      { type: 'image', data: PIXEL, mimeType: 'image/png' },
      { type: 'audio', data: SILENCE, mimeType: 'audio/wav' },
      { type: 'resource_link', uri: NOTE, name: 'note', mimeType: 'text/plain' },
      { type: 'resource', resource: page('1') },
    ],
  }));

  added.forEach(add);

  const asks = (value) => ({ messages: [{ role: 'user', content: text(value) }] });
  server.registerPrompt('haiku', { description: 'Asks for a haiku' }, () => asks('Write a haiku.'));
  const language = mcp.completable(z.string(), (value) => startingWith(value, Object.keys(FRAMEWORKS)));
  const framework = mcp.completable(z.string(), (value, given) =>
    startingWith(value, FRAMEWORKS[given?.arguments?.language]),
  );
  const argsSchema = z.object({ language, framework: framework.optional() });
  server.registerPrompt('review', { description: 'Asks for a review', argsSchema }, ({ language, framework }) =>
    asks(`Review this ${language} code${framework ? ` for ${framework}` : ''}.`),
  );

  const resource = (name, { mimeType, ...config }, read) =>
    server.registerResource(name, `memo://${name}`, { mimeType, ...config }, ({ href }) => ({
      contents: [{ uri: href, mimeType, ...read() }],
    }));
  const cacheHint = { ttlMs: 60_000, cacheScope: 'private' };
  resource('note', { mimeType: 'text/plain', cacheHint }, () => ({ text: `touched ${touched} times` }));
  resource('pixel', { mimeType: 'image/png' }, () => ({ blob: PIXEL }));

  const pages = new mcp.ResourceTemplate('memo://page/{number}', {
    list: () => ({ resources: PAGES.map((number) => ({ uri: `memo://page/${number}`, name: `page ${number}` })) }),
    complete: { number: (value) => startingWith(value, PAGES) },
  });
  server.registerResource('page', pages, { mimeType: 'text/plain' }, ({ href }, { number }) => {
    if (!PAGES.includes(number)) {
      throw new mcp.ResourceNotFoundError(href);
    }
    return { contents: [page(number)] };
  });
  if (era === 'legacy') {
    server.server.setRequestHandler('resources/subscribe', ({ params }) => (subscriptions.add(params.uri), {}));
    server.server.setRequestHandler('resources/unsubscribe', ({ params }) => (subscriptions.delete(params.uri), {}));
  }
  return server;
}

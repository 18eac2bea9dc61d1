// The reference server over HTTP.
//
//   node servers/http.js PORT MODE
//
// PORT may be 0, for any that is free. MODE is one of
//   modern     the modern era alone
//   dual       both eras; the legacy one without sessions, so the server cannot send requests or notifications by itself
//   sessions   both eras; the legacy one with sessions
//   resumable  as sessions, and broken streams can be resumed
// Prints its URL when it listens, and exits when its input ends.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { Events } from './events.js';
import { things } from './things.js';

const [port, mode] = process.argv.slice(2);
const withSessions = mode === 'sessions' || mode === 'resumable';
const legacy = mode === 'dual' ? 'stateless' : 'reject';
const handler = createMcpHandler((context) => things(context, handler.notify), { legacy });
const handle = toNodeHandler(handler);
const sessions = new Map();

/** Creates a session with its own server. */
async function begin() {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id) && process.stdout.write('a session was ended\n'),
    ...(mode === 'resumable' ? { eventStore: new Events(), retryInterval: 100 } : {}),
  });
  const server = things({ era: 'legacy' });
  if (mode === 'resumable') {
    server.registerTool('cut', { description: 'Ends its stream before it answers' }, async ({ http }) => {
      http.closeSSE();
      return { content: [{ type: 'text', text: 'after the cut' }] };
    });
  }
  await server.connect(transport);
  return transport;
}

function unknown(response) {
  const error = { code: -32001, message: 'Session not found' };
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error }));
}

async function serve(request, response) {
  if (request.url !== '/mcp') {
    response.writeHead(404).end();
    return;
  }
  if (!withSessions) {
    await handle(request, response);
    return;
  }
  const copy = await toWebRequest(request);
  const body = request.method === 'POST' ? JSON.parse((await copy.clone().text()) || 'null') : undefined;
  if (!(await isLegacyRequest(copy))) {
    await handle(request, response, body);
    return;
  }
  const id = request.headers['mcp-session-id'];
  const transport = id === undefined ? await begin() : sessions.get(id);
  await (transport ? transport.handleRequest(request, response, body) : unknown(response));
}

const server = createServer((request, response) =>
  serve(request, response).catch((e) => response.writeHead(e.status ?? 500).end(e.message)),
);
server.listen(Number(port), '127.0.0.1', () => {
  process.stdout.write(`http://127.0.0.1:${server.address().port}/mcp\n`);
});
// no other process would stop it
process.stdin.on('end', () => process.exit()).resume();

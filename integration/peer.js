// A raw client: it sends given messages to the server as lines of JSON, and returns the server's lines.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const V = 'io.modelcontextprotocol/';

/** The parameters common to all modern requests. */
export const modern = (capabilities = {}, more = {}, version = '2026-07-28') => ({
  _meta: {
    [`${V}protocolVersion`]: version,
    [`${V}clientInfo`]: { name: 'peer', version: '1.0.0' },
    [`${V}clientCapabilities`]: capabilities,
    ...more,
  },
});

/** The parameters of initialize. */
export const legacy = (capabilities = {}, protocolVersion = '2025-11-25') => ({
  protocolVersion,
  capabilities,
  clientInfo: { name: 'peer', version: '1.0.0' },
});

export class Peer {
  #child;
  #lines;
  #errors;
  #exited;
  #id = 0;

  /** Starts a server, which is killed when the signal aborts. */
  constructor(script, signal) {
    this.#child = spawn(process.execPath, [script], { signal, killSignal: 'SIGKILL' });
    this.#child.on('error', () => {}); // the end of it is told beneath
    this.#child.stdin.on('error', () => {});
    this.#exited = new Promise((fulfil) => this.#child.on('exit', (code, ended) => fulfil([code, ended])));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#errors = createInterface({ input: this.#child.stderr })[Symbol.asyncIterator]();
  }

  send(message) {
    this.#child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  /** Sends a request and returns its id. */
  ask(method, params) {
    this.#id += 1;
    this.send({ id: this.#id, method, params });
    return this.#id;
  }

  /** The next message of any kind. */
  async next() {
    const { value, done } = await this.#lines.next();
    assert.ok(!done, 'the server has ended');
    return JSON.parse(value);
  }

  /** The next line on standard error. */
  async nextError() {
    return (await this.#errors.next()).value;
  }

  /** Sends a request, whose response has to be the next message. */
  async call(method, params) {
    const id = this.ask(method, params);
    const { jsonrpc, id: answered, ...response } = await this.next();
    assert.equal(answered, id, JSON.stringify(response));
    return response;
  }

  /** Ends the input; the server must exit then. */
  async close() {
    this.#child.stdin.end();
    assert.deepEqual(await this.#exited, [0, null]);
  }
}

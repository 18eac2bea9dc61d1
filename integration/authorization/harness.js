// Starts the servers and the driver, and reads what they print.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const TIMEOUT = 30_000;
const SHOWN = 12;

export const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const running = new Set();
// even if a test fails before it closes them
process.on('exit', () => running.forEach((lines) => lines.signal('SIGKILL')));

/** A process that prints JSON, one line each, and exits when its input ends. */
export class Lines {
  constructor(name, command, args, options = {}) {
    this.name = name;
    this.lines = [];
    this.stderr = '';
    this.waiting = new Set();
    this.child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    running.add(this);
    this.child.stderr.on('data', (chunk) => (this.stderr += chunk));
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) {
        const parsed = JSON.parse(line);
        this.lines.push(parsed);
        this.read(parsed);
        this.waiting.forEach((check) => check());
      }
    });
    this.exit = new Promise((fulfil) => {
      this.child.on('error', (e) => fulfil(e.message));
      this.child.on('close', (code, signal) => {
        running.delete(this);
        this.ended = true;
        fulfil(signal ?? code);
        this.waiting.forEach((check) => check());
      });
    });
  }

  /** Called with each line. */
  read() {}

  /** How many lines there are so far, for {@link line}. */
  get mark() {
    return this.lines.length;
  }

  /** The lines that match, after a mark. */
  all(matches, after = 0) {
    return this.lines.slice(after).filter(matches);
  }

  /** Waits for the first line that matches, after a mark. */
  line(what, matches, after = 0) {
    return new Promise((fulfil, reject) => {
      const check = () => {
        const found = this.lines.slice(after).find(matches);
        if (found) {
          done();
          fulfil(found);
        } else if (this.ended) {
          done();
          reject(new Error(`${this.name} has ended before: ${what}\n${this}`));
        }
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${this.name} was waited for in vain: ${what}\n${this}`));
      }, TIMEOUT);
      const done = () => {
        clearTimeout(timer);
        this.waiting.delete(check);
      };
      this.waiting.add(check);
      check();
    });
  }

  signal(name) {
    this.child.kill(name);
  }

  /** Kills it, as a crash would; does nothing if it has ended. */
  async kill() {
    this.signal('SIGKILL');
    await this.exit;
  }

  /** Ends it, whatever it is doing. */
  release() {
    return this.kill();
  }

  /** Lets it end by itself. */
  async close() {
    const timer = setTimeout(() => this.signal('SIGKILL'), 15_000);
    this.child.stdin.end();
    const exit = await this.exit;
    clearTimeout(timer);
    assert.equal(exit, 0, `${this}`);
  }

  toString() {
    const lines = this.lines.slice(-SHOWN).map((line) => JSON.stringify(line)).join('\n');
    return `--- what ${this.name} printed last\n${lines}\n--- its standard error\n${this.stderr}`;
  }
}

/** A server that prints its address when it listens. */
export async function started(server) {
  server.url = (await server.line('it listens', (line) => line.ready)).ready;
  return server;
}

const script = (name, options) =>
  started(new Lines(name, process.execPath, [here(`servers/${name}.js`), JSON.stringify(options)]));

export const oidcProvider = (options = {}) => script('oidc', options);
export const mcpServer = (options) => script('mcp', options);

export const springServer = ({ port = 0, accessTokenSeconds = 3600 } = {}) =>
  started(
    new Lines('spring', java, [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      `${here('spring/target/classes')}:${here('spring/target/lib/*')}`,
      'dev.mcpflux.authorization.AuthorizationServer',
      `--server.port=${port}`,
      `--access-token-seconds=${accessTokenSeconds}`,
    ]),
  );

/**
 * For servers that take long to start: tests that come one after the other use the same one, and each sees what was
 * printed since it began. One that is killed is not used again.
 */
export function shared(start) {
  const kept = new Map();
  const use = async (options = {}) => {
    if (options.port) {
      return start(options);
    }
    const key = JSON.stringify(options);
    const server = kept.get(key) ?? (await start(options));
    kept.set(key, server);
    const began = server.mark;
    const kill = () => {
      kept.delete(key);
      return server.kill();
    };
    return Object.create(server, {
      lines: { get: () => server.lines.slice(began) },
      kill: { value: kill },
      close: { value: async () => {} },
      release: { value: async () => {} },
    });
  };
  use.close = () => Promise.all([...kept.values()].map((server) => server.close()));
  return use;
}

/** The port of a server, to start it again there. */
export const portOf = (server) => Number(new URL(server.url).port);

/** What an authorization server has answered at an endpoint, after a mark. */
export const requestsTo = (server, endpoint, after = 0) => server.all((line) => line.endpoint === endpoint, after);

/** The exchanges of a kind of grant, after a mark. */
export const grants = (server, type, after = 0) =>
  requestsTo(server, 'token', after).filter((line) => line.request.grant_type === type);

/** The host under test. */
export class Driver extends Lines {
  constructor(server, { grant, options, person } = {}) {
    const configuration = JSON.stringify({ url: `${server.url}/mcp`, grant, options });
    super('driver', java, [
      // C1 is the fastest for a process that runs for seconds
      '-XX:TieredStopAtLevel=1',
      ...(process.env.MCPFLUX_RECORD ? [`-Dmcpflux.record=${process.env.MCPFLUX_RECORD}`] : []),
      '-cp',
      `${here('driver/target/classes')}:${here('driver/target/lib/*')}`,
      'dev.mcpflux.authorization.Driver',
      configuration,
    ]);
    this.commands = 0;
    this.visits = [];
    this.person = person;
  }

  /** The person opens the page of a login, where the event names one. */
  read({ event, page, caller }) {
    if (event === 'LoginRequired' && this.person) {
      this.visits.push(
        Promise.resolve(this.person(page, caller)).catch((e) => {
          this.stderr += `the person failed: ${e.stack}\n`;
        }),
      );
    }
  }

  /** How many times a person had to log in. */
  get logins() {
    return this.events('LoginRequired').length;
  }

  /** Sends a command, and waits for its answer. */
  async ask(command) {
    const id = ++this.commands;
    const after = this.mark;
    this.child.stdin.write(`${JSON.stringify({ id, ...command })}\n`);
    return this.line(JSON.stringify(command), (line) => line.id === id, after);
  }

  /** Calls the tool; whose token the server has seen. */
  async call(caller) {
    const answer = await this.ask({ do: 'call', tool: 'whoami', caller });
    assert.ok(answer.text, `${JSON.stringify(answer)}\n${this}`);
    return JSON.parse(answer.text);
  }

  /** Calls the tool, which has to fail. */
  async refused(caller) {
    const answer = await this.ask({ do: 'call', tool: 'whoami', caller });
    assert.ok(answer.error, `${JSON.stringify(answer)}\n${this}`);
    return answer;
  }

  events(name, after = 0) {
    return this.all((line) => line.event === name, after);
  }
}

/** Repeats an attempt until its result is right, and returns that. */
export async function until(what, attempt) {
  const deadline = Date.now() + TIMEOUT;
  for (;;) {
    const result = await attempt();
    if (result) {
      return result;
    }
    assert.ok(Date.now() < deadline, `waited in vain until ${what}`);
    await new Promise((fulfil) => setTimeout(fulfil, 50));
  }
}

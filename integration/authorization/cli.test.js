// The command line, with a person at oidc-provider.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { here, mcpServer, oidcProvider, requestsTo } from './harness.js';
import { logIn } from './person.js';

const command = here('../../cli/target/mcpflux');
const skip = !existsSync(command) && 'the command line is not built';
const TIMEOUT = 60_000;

/** Runs the command; `onPage` is given the address of a login and the code that stands beside it. */
function mcpflux(scene, args, onPage) {
  const child = spawn(command, ['-c', scene.config, ...args], {
    env: { ...process.env, MCPFLUX_TOKENS: scene.tokens, MCPFLUX_ARCHIVE: 'off' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  let visit;
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => {
    err += chunk;
    // the line after it is there, so the address is whole
    const [, page, code] = err.match(/^ {2}(http\S+)\n(?: {2}and type the code (\S+)\n)?\n/m) ?? [];
    if (page && !visit && onPage) {
      visit = onPage(page, code);
    }
  });
  return new Promise((fulfil, reject) => {
    child.on('error', reject);
    child.on('close', async (code) => {
      try {
        fulfil({ out, err, code, page: await visit });
      } catch (e) {
        reject(e);
      }
    });
  });
}

async function scene(body) {
  const as = await oidcProvider();
  const mcp = await mcpServer({ issuer: as.url });
  const directory = mkdtempSync(join(tmpdir(), 'mcpflux-login-'));
  const config = join(directory, 'mcp.json');
  writeFileSync(config, JSON.stringify({ mcpServers: { who: { url: `${mcp.url}/mcp` } } }));
  try {
    await body({ as, mcp, config, tokens: join(directory, 'state', 'tokens.json') });
  } catch (e) {
    throw new Error(`${e.message}\n${mcp}\n${as}`, { cause: e });
  } finally {
    rmSync(directory, { recursive: true });
    await Promise.all([mcp.release(), as.release()]);
  }
}

const person = (page) => logIn(page, { user: 'alice' });

describe('the command line', { skip, concurrency: 2 }, () => {
  test('login, use, status and logout', () =>
    scene(async (all) => {
      const before = await mcpflux(all, ['servers']);
      assert.match(before.out, /^who +NEEDS LOGIN /m);
      assert.match(before.err, /it needs a login; log in with: mcpflux -c \S+ login who/);
      assert.equal(before.code, 3);
      assert.equal((await mcpflux(all, ['call', 'who__whoami', '--no-input'])).code, 3);

      const login = await mcpflux(all, ['login', 'who', '--no-browser'], person);
      assert.equal(login.code, 0, login.err);
      assert.match(login.out, new RegExp(`^logged in to 'who': issuer ${all.as.url},`));
      assert.match(login.page.html, /You can close this window/);

      const kept = readFileSync(all.tokens, 'utf8');
      assert.equal(statSync(all.tokens).mode & 0o777, 0o600);
      const { access_token: access, refresh_token: refresh } = requestsTo(all.as, 'token').at(-1).response;
      assert.ok(kept.includes(access) && kept.includes(refresh));

      const call = await mcpflux(all, ['call', 'who__whoami', '-v', '-v']);
      assert.equal(call.code, 0, call.err);
      assert.equal(JSON.parse(call.out).token, JSON.parse((await mcpflux(all, ['call', 'who__whoami'])).out).token);
      assert.ok(!call.err.includes(access) && !call.err.includes(refresh));

      const again = await mcpflux(all, ['login', 'who', '--no-browser'], person);
      assert.match(again.out, /^already logged in to 'who'/);
      assert.equal(requestsTo(all.as, 'registration').length, 1);

      const status = JSON.parse((await mcpflux(all, ['auth', 'status', '--json'])).out);
      assert.equal(status[0].authorization.issuer, all.as.url);
      assert.equal(status[0].authorization.refreshable, true);

      assert.equal((await mcpflux(all, ['logout', 'who'])).out, "logged out of 'who'\n");
      assert.equal(requestsTo(all.as, 'revocation').length, 1);
      assert.match((await mcpflux(all, ['auth', 'status'])).out, /^who +no tokens /m);
    }));

  test('login on another device', () =>
    scene(async (all) => {
      const login = await mcpflux(all, ['login', 'who', '--device'], (page, code) => {
        assert.match(code, /^[A-Z]{4}-[A-Z]{4}$/);
        return person(page);
      });
      assert.equal(login.code, 0, login.err);
      assert.equal((await mcpflux(all, ['call', 'who__whoami'])).code, 0);
    }));

  test('a person who says no', () =>
    scene(async (all) => {
      const login = await mcpflux(all, ['login', 'who', '--no-browser'], (page) =>
        logIn(page, { user: 'alice', deny: true }),
      );
      assert.equal(login.code, 3);
      assert.match(login.err, /server 'who'.*the login was refused: 'access_denied'/);
      assert.match(login.page.html, /The login was refused/);
    }));

  test('the way to a token, step by step', () =>
    scene(async (all) => {
      const debug = await mcpflux(all, ['auth', 'debug', 'who']);
      assert.equal(debug.code, 0, debug.err);
      for (const step of ['a request without a token', 'the protected resource metadata', 'PKCE', 'client', 'scopes']) {
        assert.match(debug.out, new RegExp(`^• ${step}`, 'm'));
      }
      assert.deepEqual(requestsTo(all.as, 'registration'), []);

      await all.as.kill();
      const without = await mcpflux(all, ['auth', 'debug', 'who']);
      assert.equal(without.code, 3);
      assert.match(without.out, /^✘ result\n +the authorization server metadata .* cannot be reached/m);
    }));

  test('a login needs a person', () =>
    scene(async (all) => {
      const login = await mcpflux(all, ['login', 'who', '--no-input']);
      assert.equal(login.code, 2);
      assert.match(login.err, /a login needs a person/);
    }));
});

// What every authorization server is tried with.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Driver, grants, mcpServer, portOf, requestsTo, until } from './harness.js';
import { logIn } from './person.js';

const CLOSE = /You can close this window/;

/** As short as the servers allow, and long enough that a token outlives its own request on a busy machine. */
export const SHORT = 3;

/** A person who logs in with the name of the caller, by HTTP. */
export const person = (page, caller, choices) => logIn(page, { user: caller || 'nobody', ...choices });

/**
 * Starts an authorization server, a protected server, and a driver, and closes them after the body.
 *
 * @param start starts the authorization server
 * @param mcp options of the protected server, or what makes them of the authorization server
 * @param body is called with all three; it may replace them in the object that it is called with
 */
export async function scene({ start, options, grant, driver = {}, mcp = {}, visitor = person }, body) {
  const as = await start(options);
  const server = await mcpServer({ issuer: as.url, ...(typeof mcp === 'function' ? mcp(as) : mcp) });
  const scene = { as, mcp: server, driver: new Driver(server, { grant, person: visitor, options: driver }) };
  try {
    await body(scene);
    await Promise.all([scene.driver, scene.mcp, scene.as].map((process) => process.close()));
    for (const process of [scene.mcp, scene.as]) {
      assert.deepEqual(process.all((line) => line.failed), []);
    }
  } catch (e) {
    throw new Error(`${e.message}\n${scene.driver}\n${scene.mcp}\n${scene.as}`, { cause: e });
  } finally {
    await Promise.all([scene.driver, scene.mcp, scene.as].map((process) => process.release()));
  }
}

/** The last tokens that an authorization server has given, for a grant. */
const given = (as, type) => grants(as, type).at(-1).response;

/** Calls until the authorization server has been asked for a grant so many times more. */
const callUntil = ({ as, driver }, type, count, after = 0) =>
  until(`it is asked for ${count} more of ${type}`, async () => {
    await driver.call();
    return grants(as, type, after).length >= count;
  });

/**
 * The scenarios with a person.
 *
 * @param name of the authorization server
 * @param start starts it; it is given a port and a life of access tokens, both optional
 * @param concurrency how many run at a time; most of the time they wait
 */
export function loginScenarios({ name, start, concurrency = 1 }) {
  const setting = (options) => ({ start, options });

  describe(name, { concurrency }, () => {
    test('one login, and one token for many calls', () =>
      scene(setting(), async ({ as, mcp, driver }) => {
        const calls = await Promise.all([driver.call(), driver.call(), driver.call()]);
        calls.push(await driver.call());
        assert.deepEqual(calls.map((call) => call.subject), Array(4).fill('nobody'));
        assert.equal(new Set(calls.map((call) => call.token)).size, 1);
        assert.equal(driver.logins, 1);
        assert.match((await driver.visits[0]).html, CLOSE);

        assert.equal(requestsTo(as, 'registration').length, 1);
        const asked = new URL(driver.events('LoginRequired')[0].page).searchParams;
        assert.equal(asked.get('code_challenge_method'), 'S256');
        assert.equal(asked.get('resource'), `${mcp.url}/mcp`);
        const [exchange, ...more] = requestsTo(as, 'token');
        assert.deepEqual(more, []);
        assert.equal(exchange.request.grant_type, 'authorization_code');
        assert.equal(exchange.request.resource, `${mcp.url}/mcp`);
        assert.equal(exchange.request.pkce, true);
        const status = await driver.ask({ do: 'status' });
        assert.equal(status.issuer, as.url);
        assert.equal(status.refreshable, true);
        assert.equal(status.bound, false);
      }));

    test('an expired token is refreshed, and the rotated refresh token is used next', () =>
      scene(setting({ accessTokenSeconds: SHORT }), async (all) => {
        const first = await all.driver.call();
        await callUntil(all, 'refresh_token', 2);
        const last = await all.driver.call();
        assert.notEqual(last.token, first.token);
        assert.equal(all.driver.logins, 1);

        const [one, two] = grants(all.as, 'refresh_token');
        assert.deepEqual([one.status, two.status], [200, 200]);
        assert.equal(one.request.refresh_token, given(all.as, 'authorization_code').refresh_token);
        assert.equal(two.request.refresh_token, one.response.refresh_token);
        assert.notEqual(two.request.refresh_token, one.request.refresh_token);
        assert.equal(one.request.resource, `${all.mcp.url}/mcp`);
      }));

    const revoked = (lives) => () =>
      scene(setting({ accessTokenSeconds: SHORT }), async (all) => {
        const { as, driver } = all;
        await driver.call();
        // what the driver uses next, unless it refreshes meanwhile
        const { refresh_token: token } = given(as, 'authorization_code');
        const { revocation_endpoint: endpoint } = await (
          await fetch(`${as.url}/.well-known/oauth-authorization-server`)
        ).json();
        const { client_id: id } = Object.fromEntries(new URL(driver.events('LoginRequired')[0].page).searchParams);
        const { client_secret: secret } = requestsTo(as, 'registration')[0].response;
        const response = await fetch(endpoint, {
          method: 'POST',
          headers: secret ? { authorization: `Basic ${btoa(`${id}:${secret}`)}` } : {},
          body: new URLSearchParams({ token, client_id: id }),
        });
        assert.equal(response.status, 200);
        assert.deepEqual(grants(as, 'refresh_token'), []);
        if (lives) {
          await callUntil(all, 'authorization_code', 2);
        } else {
          await until('the access token has expired', async () => (await driver.ask({ do: 'status' })).expired);
          await driver.call();
        }
        const [refused, ...more] = grants(as, 'refresh_token');
        assert.equal(refused.response.error, 'invalid_grant');
        assert.deepEqual(more, []);
        assert.equal(driver.logins, 2);
      });
    test('a refresh token that is revoked while calls go on leads to another login', revoked(true));
    test('a refresh token that is revoked while nobody calls leads to another login', revoked(false));

    test('the MCP server restarts, and the token is still good', () =>
      scene(setting(), async (all) => {
        const { as, driver } = all;
        const { token } = await driver.call();
        const port = portOf(all.mcp);
        await all.mcp.kill();
        const failure = await driver.refused();
        assert.equal(failure.reason, undefined);
        all.mcp = await mcpServer({ issuer: as.url, port });
        // the host waits a little between attempts to connect
        const again = await until('it is connected', async () => {
          const { text } = await driver.ask({ do: 'call', tool: 'whoami' });
          return text;
        });
        assert.equal(JSON.parse(again).token, token);
        assert.equal(driver.logins, 1);
        assert.equal(requestsTo(as, 'token').length, 1);
      }));

    test('the authorization server restarts, and knows nobody any more', () =>
      scene(setting({ accessTokenSeconds: SHORT }), async (all) => {
        const { as, driver } = all;
        await driver.call();
        const port = portOf(as);
        await as.kill();
        const failure = await until('its token has expired', async () => {
          const answer = await driver.ask({ do: 'call', tool: 'whoami' });
          return answer.error && answer;
        });
        assert.equal(failure.reason, 'UNAVAILABLE');
        all.as = await start({ port, accessTokenSeconds: SHORT });
        const { token } = await driver.call();
        assert.ok(token);
        assert.equal(driver.logins, 2);
        assert.equal(requestsTo(all.as, 'registration').length, 1);
        assert.equal(grants(all.as, 'refresh_token')[0].response.error, 'invalid_client');
        assert.equal(grants(all.as, 'authorization_code').length, 1);
      }));

    test('two callers log in at the same time, and share no token', () =>
      scene(setting({ accessTokenSeconds: SHORT }), async ({ as, mcp, driver }) => {
        const [alice, bob] = await Promise.all([driver.call('alice'), driver.call('bob')]);
        assert.equal(alice.subject, 'alice');
        assert.equal(bob.subject, 'bob');
        assert.notEqual(alice.token, bob.token);
        for (const { subject, token } of [alice, bob]) {
          await until(`the token of ${subject} was replaced`, async () => (await driver.call(subject)).token !== token);
        }
        await driver.ask({ do: 'logout', caller: 'alice' });
        await driver.call('bob');
        await driver.call('alice');
        const logins = driver.events('LoginRequired').map((event) => event.caller);
        // the host itself connects first, for nobody
        assert.deepEqual(logins.sort(), ['', 'alice', 'alice', 'bob']);
        assert.ok(grants(as, 'refresh_token').every((exchange) => exchange.status === 200));
        for (const line of mcp.all((request) => request.method === 'tools/call' && request.status === 200)) {
          assert.ok(['alice', 'bob'].includes(line.subject));
        }
      }));

    test('the person says no', () =>
      scene(
        { ...setting(), visitor: (page, caller) => person(page, caller, { deny: true }) },
        async ({ as, driver }) => {
          const failure = await driver.refused();
          assert.equal(failure.reason, 'DENIED');
          assert.match(failure.message, /access_denied/);
          assert.match((await driver.visits[0]).html, /The login was refused/);
          assert.deepEqual(requestsTo(as, 'token'), []);
        },
      ));

    test('a logout revokes the tokens at the authorization server', () =>
      scene(setting(), async ({ as, driver }) => {
        const { token } = await driver.call();
        const { refresh_token: refresh } = given(as, 'authorization_code');
        await driver.ask({ do: 'logout' });
        const [revocation] = requestsTo(as, 'revocation');
        assert.equal(revocation.status, 200);
        assert.equal(revocation.request.token, refresh);
        assert.equal((await driver.ask({ do: 'status' })).issuer, undefined);
        assert.notEqual((await driver.call()).token, token);
        assert.equal(driver.logins, 2);
      }));
  });
}

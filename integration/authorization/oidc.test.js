// oidc-provider, a certified OpenID Provider for Node.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { grants, oidcProvider, portOf, requestsTo, until } from './harness.js';
import { loginScenarios, scene, SHORT } from './scenarios.js';

const start = oidcProvider;
const concurrency = 2;

loginScenarios({ name: 'oidc-provider', start, concurrency });

describe('oidc-provider, what it offers besides', { concurrency }, () => {
  test('a registration that is lost while nobody is logged in is made anew', () =>
    scene({ start, driver: { loginTimeoutMillis: 2_000 } }, async (all) => {
      const { driver } = all;
      await driver.call();
      await driver.ask({ do: 'logout' });
      const port = portOf(all.as);
      await all.as.kill();
      all.as = await start({ port });
      // the page says that it does not know the client, and nobody comes back from it
      const failure = await driver.refused();
      assert.equal(failure.reason, 'LOGIN');
      assert.equal((await driver.visits[1]).status, 400);
      assert.ok(await driver.call());
      assert.equal(requestsTo(all.as, 'registration').length, 1);
    }));

  test('a login on another device', () =>
    scene({ start, grant: 'device' }, async ({ as, mcp, driver }) => {
      assert.equal((await driver.call()).subject, 'nobody');
      const [login] = driver.events('LoginRequired');
      assert.match(login.userCode, /^[A-Z]{4}-[A-Z]{4}$/);
      const [begun] = requestsTo(as, 'device_authorization');
      assert.equal(begun.request.resource, `${mcp.url}/mcp`);
      assert.equal(begun.response.user_code, login.userCode);
      const polls = grants(as, 'urn:ietf:params:oauth:grant-type:device_code');
      assert.ok(polls.slice(0, -1).every((poll) => poll.response.error === 'authorization_pending'));
      assert.equal(polls.at(-1).status, 200);
      assert.equal((await driver.ask({ do: 'status' })).refreshable, true);
    }));

  test('an application that logs in by itself', () => {
    const client = {
      client_id: 'application',
      client_secret: 'a secret for tests: 100% + more',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    };
    return scene(
      {
        start,
        grant: 'client',
        options: { accessTokenSeconds: SHORT, clients: [client] },
        driver: { clientId: client.client_id, clientSecret: client.client_secret },
      },
      async ({ as, driver }) => {
        const { token, clientId } = await driver.call();
        assert.equal(clientId, 'application');
        await until('its token was replaced', async () => (await driver.call()).token !== token);
        assert.equal(driver.logins, 0);
        assert.deepEqual(requestsTo(as, 'registration'), []);
        assert.ok(grants(as, 'client_credentials').every((exchange) => exchange.status === 200));
      },
    );
  });

  test('tokens that are bound to a key, with nonces', () =>
    scene(
      {
        start,
        options: { accessTokenSeconds: SHORT, nonce: 'n' },
        mcp: { dpop: true },
      },
      async ({ as, driver }) => {
        const { key } = await driver.call();
        assert.ok(key);
        assert.equal((await driver.ask({ do: 'status' })).bound, true);
        const next = await until('it was refreshed', async () => {
          const answer = await driver.call();
          return grants(as, 'refresh_token').some((exchange) => exchange.status === 200) && answer;
        });
        assert.equal(next.key, key);
        const exchanges = requestsTo(as, 'token');
        assert.equal(exchanges[0].response.error, 'use_dpop_nonce');
        assert.ok(exchanges.every((exchange) => exchange.dpop));
        assert.equal(exchanges.filter((exchange) => exchange.status !== 200).length, 1);
        assert.equal(driver.logins, 1);
      },
    ));
});

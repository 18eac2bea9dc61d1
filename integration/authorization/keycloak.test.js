// Keycloak: heavy, only with MCPFLUX_HEAVY.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from './harness.js';
import { freePort, keycloak } from './keycloak.js';
import { logIn } from './person.js';
import { scene, SHORT } from './scenarios.js';

const skip = !process.env.MCPFLUX_HEAVY && 'only with MCPFLUX_HEAVY';

test('Keycloak: registration, login, refresh and logout', { skip }, async () => {
  const port = await freePort();
  await scene(
    {
      start: () => keycloak({ resource: `http://127.0.0.1:${port}/mcp`, accessTokenSeconds: SHORT }),
      mcp: (as) => ({ port, metadata: `${as.url}/.well-known/openid-configuration` }),
      visitor: (page) => logIn(page, { user: 'carol' }),
    },
    async ({ as, driver }) => {
      const { token } = await driver.call();
      assert.match((await driver.visits[0]).html, /You can close this window/);
      const status = await driver.ask({ do: 'status' });
      assert.equal(status.issuer, as.url);
      assert.equal(status.refreshable, true);
      await until('it was refreshed twice', async () => {
        await driver.call();
        return driver.events('Refreshed').length >= 2;
      });
      assert.notEqual((await driver.call()).token, token);
      assert.equal(driver.logins, 1);
      await driver.ask({ do: 'logout' });
      await driver.call();
      assert.equal(driver.logins, 2);
    },
  );
});

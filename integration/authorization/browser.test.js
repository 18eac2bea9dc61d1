// A login in a real browser: redirects, forms and scripts of the authorization server, and our own last page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { executable, withPage } from './browser.js';
import { grants, oidcProvider } from './harness.js';
import { scene } from './scenarios.js';

const skip = !executable && 'there is no Chromium on this machine';

async function signInAndAgree(page) {
  await page.getByPlaceholder('Enter any login').fill('carol');
  await page.getByPlaceholder('and password').fill('a password');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Logs in, agrees, and returns what is seen at the end. */
const logIn = (url) =>
  withPage(async (page) => {
    const errors = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message));
    await page.goto(url);
    await signInAndAgree(page);
    await page.waitForURL('**/callback?*');
    const heading = await page.getByRole('heading', { level: 1 }).textContent();
    const last = page.url();
    // for example of its content security policy
    const complaints = errors.filter((message) => message.location().url === last).map((message) => message.text());
    return { url: last, title: await page.title(), heading, complaints };
  });

test('a login in a browser', { skip }, () =>
  scene({ start: oidcProvider, visitor: logIn }, async ({ driver }) => {
    assert.equal((await driver.call()).subject, 'carol');
    const seen = await driver.visits[0];
    assert.equal(seen.title, 'mcpflux');
    assert.equal(seen.heading, 'You can close this window');
    assert.match(seen.url, /^http:\/\/127\.0\.0\.1:\d+\/callback\?/);
    assert.deepEqual(seen.complaints, []);
  }));

test('a login in a browser that is cancelled', { skip }, () =>
  scene(
    {
      start: oidcProvider,
      visitor: (url) =>
        withPage(async (page) => {
          await page.goto(url);
          await page.getByRole('link', { name: 'Cancel' }).click();
          return page.getByRole('heading', { level: 1 }).textContent();
        }),
    },
    async ({ as, driver }) => {
      assert.equal((await driver.refused()).reason, 'DENIED');
      assert.equal(await driver.visits[0], 'The login was refused');
      assert.deepEqual(grants(as, 'authorization_code'), []);
    },
  ));

test('a login in a browser on another device', { skip }, () =>
  scene(
    {
      start: oidcProvider,
      grant: 'device',
      visitor: (url) =>
        withPage(async (page) => {
          // the page fills the code in by itself
          await page.goto(url);
          await page.getByRole('button', { name: 'Continue' }).click();
          await signInAndAgree(page);
          await page.getByText('Sign-in Success').waitFor();
        }),
    },
    async ({ driver }) => assert.equal((await driver.call()).subject, 'carol'),
  ));

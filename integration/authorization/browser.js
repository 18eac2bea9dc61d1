// A person at a real browser: Chromium without a window.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const TIMEOUT = 20_000;
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The Chromium of this machine, undefined if there is none. */
export const executable = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((directory) => NAMES.map((name) => join(directory, name)))
  .find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Opens a browser of its own, and closes it after the body.
 *
 * @param body is called with a new page, which has no history and no cookies
 */
export async function withPage(body) {
  const browser = await chromium.launch({
    executablePath: executable,
    // the sandbox needs what a container may not have; and a page that names a host elsewhere must not reach it
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    timeout: TIMEOUT,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(TIMEOUT);
    return await body(page);
  } finally {
    await browser.close();
  }
}

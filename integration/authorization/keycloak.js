// Keycloak as the authorization server, with a realm that is made for the tests.
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { here, java, Lines } from './harness.js';

const REALM = 'tests';
const TIMEOUT = 180_000;
const ADMIN = { username: 'admin', password: 'admin' };

/** A port that is free now. */
export function freePort() {
  return new Promise((fulfil) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => fulfil(port));
    });
  });
}

async function json(url, options = {}) {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${options.method ?? 'GET'} ${url}: ${response.status} ${text}`);
  }
  return text ? JSON.parse(text) : undefined;
}

async function untilItAnswers(url, server) {
  const deadline = Date.now() + TIMEOUT;
  for (;;) {
    const ready = await fetch(url).then((response) => response.ok, () => false);
    if (ready) {
      return;
    }
    if (server.ended || Date.now() > deadline) {
      throw new Error(`Keycloak does not start\n${server.stderr}`);
    }
    await new Promise((fulfil) => setTimeout(fulfil, 200));
  }
}

/** Whatever may be registered by anybody, and from anywhere: the tests come from this machine only. */
async function configure(base, { resource, accessTokenSeconds }) {
  const { access_token: token } = await json(`${base}/realms/master/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', ...ADMIN }),
  });
  const admin = (path, method = 'GET', body) =>
    json(`${base}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
  await admin('', 'POST', {
    realm: REALM,
    enabled: true,
    accessTokenLifespan: accessTokenSeconds,
    revokeRefreshToken: true,
    users: [
      {
        username: 'carol',
        enabled: true,
        email: 'carol@example.com',
        emailVerified: true,
        firstName: 'Carol',
        lastName: 'Test',
        realmRoles: ['offline_access'],
        credentials: [{ type: 'password', value: 'password', temporary: false }],
      },
    ],
  });
  await admin(`/${REALM}/client-scopes`, 'POST', {
    name: 'mcp',
    protocol: 'openid-connect',
    attributes: { 'include.in.token.scope': 'true' },
    protocolMappers: [
      {
        name: 'resource',
        protocol: 'openid-connect',
        protocolMapper: 'oidc-audience-mapper',
        config: { 'included.custom.audience': resource, 'access.token.claim': 'true' },
      },
    ],
  });
  const scopes = await admin(`/${REALM}/client-scopes`);
  const { id } = scopes.find((scope) => scope.name === 'mcp');
  await admin(`/${REALM}/default-optional-client-scopes/${id}`, 'PUT');
  const type = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy';
  for (const policy of await admin(`/${REALM}/components?type=${type}`)) {
    if (policy.subType === 'anonymous' && policy.providerId === 'trusted-hosts') {
      await admin(`/${REALM}/components/${policy.id}`, 'DELETE');
    }
  }
}

/** Its script starts one JVM after the other. */
class Keycloak extends Lines {
  signal(name) {
    if (!this.ended) {
      process.kill(-this.child.pid, name);
    }
  }

  close() {
    return this.kill();
  }
}

/** Starts Keycloak, which run.sh has unpacked, with a realm whose tokens are for one resource. */
export async function keycloak({ resource, accessTokenSeconds }) {
  const unpacked = here('target/keycloak');
  const [name] = readdirSync(unpacked);
  const home = `${unpacked}/${name}`;
  const port = await freePort();
  const options = ['--db=dev-mem', '--http-host=127.0.0.1', `--http-port=${port}`, '--log-level=WARN'];
  const server = new Keycloak('keycloak', 'sh', [`${home}/bin/kc.sh`, 'start-dev', ...options], {
    detached: true,
    env: {
      ...process.env,
      JAVA: java,
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.username,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
    },
  });
  const base = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(`${base}/realms/master`, server);
    await configure(base, { resource, accessTokenSeconds });
  } catch (e) {
    await server.kill();
    throw e;
  }
  server.url = `${base}/realms/${REALM}`;
  return server;
}

// oidc-provider as the authorization server: node servers/oidc.js OPTIONS. It keeps everything in memory, so that a
// restart loses it. Needs Node 22. OPTIONS is a JSON object with
//   port                 0 for any that is free
//   accessTokenSeconds   how long access tokens are valid; default an hour
//   clients              those that are registered beforehand
//   nonce                a secret, if proofs of possession need a nonce
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import { Provider } from 'oidc-provider';
import { emit, listen } from './lines.js';

const { port = 0, accessTokenSeconds = 3600, clients = [], nonce } = JSON.parse(process.argv[2]);
const signing = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);

const server = createServer();
await listen(server, port, (issuer) => {
  const provider = new Provider(issuer, {
    clients,
    // another one after each restart
    jwks: { keys: [{ ...signing, use: 'sig', alg: 'ES256', kid: String(process.pid) }] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    cookies: { keys: ['a key for tests'] },
    findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: true,
    features: {
      devInteractions: { enabled: true },
      registration: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      dPoP: nonce ? { nonceSecret: Buffer.alloc(32, nonce), requireNonce: () => true } : {},
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (context, resource) => ({
          audience: resource,
          scope: 'mcp mcp:admin',
          accessTokenTTL: accessTokenSeconds,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
  });

  // what clients have asked for, and what they were given
  provider.use(async (context, next) => {
    await next();
    const { oidc } = context;
    if (['token', 'revocation', 'registration', 'device_authorization'].includes(oidc?.route)) {
      const { code, device_code: device, code_verifier: verifier, client_secret: secret, ...request } = oidc.body ?? {};
      emit({
        endpoint: oidc.route,
        request: { ...request, pkce: verifier !== undefined },
        dpop: context.get('DPoP') !== '',
        status: context.status,
        response: context.body,
      });
    } else if (oidc?.route === 'authorization') {
      emit({ endpoint: oidc.route, request: oidc.params, status: context.status });
    }
  });
  return provider.callback();
});

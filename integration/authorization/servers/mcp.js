// A protected MCP server on the reference SDK: node servers/mcp.js OPTIONS. It accepts the JWTs of one authorization
// server that were issued for it, and prints each request. OPTIONS is a JSON object with
//   port     0 for any that is free
//   issuer   the authorization server
//   metadata where its metadata are; default below its address
//   dpop     whether tokens have to be bound to a key (RFC 9449), which the SDK does not check
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import * as mcp from '@modelcontextprotocol/server';
import * as jose from 'jose';
import { emit, listen } from './lines.js';

const { port = 0, issuer, metadata: place, dpop = false } = JSON.parse(process.argv[2]);
const oauthMetadata = await (await fetch(place ?? `${issuer}/.well-known/oauth-authorization-server`)).json();
// an authorization server that was restarted may have other keys
const keys = jose.createRemoteJWKSet(new URL(oauthMetadata.jwks_uri), { cooldownDuration: 0 });

const invalid = (message) => new mcp.OAuthError(mcp.OAuthErrorCode.InvalidToken, message);

/** Whose token it is, if it may be used here. */
async function verified(token, resource) {
  const { payload } = await jose.jwtVerify(token, keys, { issuer, audience: resource.href }).catch((e) => {
    throw invalid(e.message);
  });
  const scopes = [payload.scope ?? []].flat().flatMap((text) => text.split(' '));
  const clientId = payload.client_id ?? payload.azp ?? '';
  return {
    token,
    clientId,
    scopes,
    expiresAt: payload.exp,
    resource,
    extra: { subject: payload.sub, clientId, scopes, token: payload.jti, key: payload.cnf?.jkt },
  };
}

/** "To validate a DPoP proof, the receiving server MUST ensure that ..." (RFC 9449, 4.3) */
async function proven(request, resource) {
  const [scheme, token] = (request.headers.get('authorization') ?? '').split(' ');
  if (scheme !== 'DPoP' || !token) {
    throw invalid('Missing a token that is bound to a key');
  }
  const auth = await verified(token, resource);
  const { payload, protectedHeader } = await jose
    .jwtVerify(request.headers.get('dpop') ?? '', jose.EmbeddedJWK, { typ: 'dpop+jwt', maxTokenAge: 60 })
    .catch((e) => {
      throw invalid(e.message);
    });
  const hash = createHash('sha256').update(token).digest('base64url');
  const thumbprint = await jose.calculateJwkThumbprint(protectedHeader.jwk);
  if (
    payload.htm !== request.method ||
    payload.htu !== resource.href ||
    payload.ath !== hash ||
    auth.extra.key !== thumbprint
  ) {
    throw invalid('The proof is of another request, token or key');
  }
  return auth;
}

function protectedServer() {
  const server = new mcp.McpServer({ name: 'protected', version: '1.0.0' });
  server.registerTool('whoami', { description: 'Says whose token it was called with' }, (context) => ({
    content: [{ type: 'text', text: JSON.stringify(context.http.authInfo.extra) }],
  }));
  return server;
}

await listen(createServer(), port, (address) => {
  const resource = new URL('/mcp', address);
  const metadata = { oauthMetadata, resourceServerUrl: resource, scopesSupported: ['mcp'] };
  const resourceMetadataUrl = mcp.getOAuthProtectedResourceMetadataUrl(resource);
  const bearer = mcp.requireBearerAuth({
    verifier: { verifyAccessToken: (token) => verified(token, resource) },
    requiredScopes: ['mcp'],
    resourceMetadataUrl,
    expectedResource: resource,
  });
  const bound = (request) =>
    proven(request, resource).catch((e) => {
      const metadataUrl = `resource_metadata="${resourceMetadataUrl}"`;
      const challenge = `DPoP error="invalid_token", algs="ES256", scope="mcp", ${metadataUrl}`;
      return Response.json({ error: e.message }, { status: 401, headers: { 'www-authenticate': challenge } });
    });
  const handler = mcp.createMcpHandler(protectedServer, { legacy: 'stateless' });

  async function answer(request) {
    if (new URL(request.url).pathname !== '/mcp') {
      return mcp.oauthMetadataResponse(request, metadata) ?? new Response(null, { status: 404 });
    }
    const auth = await (dpop ? bound : bearer)(request);
    const method = request.method === 'POST' ? (await request.clone().json()).method : request.method;
    if (auth instanceof Response) {
      emit({ method, status: auth.status });
      return auth;
    }
    emit({ method, status: 200, ...auth.extra });
    return handler.fetch(request, { authInfo: auth });
  }
  return toNodeHandler({ fetch: answer }, { onerror: (e) => emit({ failed: e.stack }) });
});

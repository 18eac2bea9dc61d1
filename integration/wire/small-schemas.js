// Minimal schemas of three revisions for the tests of the validator, in the form of the published ones.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const text = { type: 'string' };
const id = { type: ['string', 'integer'] };
const object = (properties = {}, required = []) => ({ type: 'object', properties, required });
const jsonrpc = { jsonrpc: { const: '2.0' } };
const error = object({ code: { type: 'integer' }, message: text }, ['code', 'message']);
const answers = {
  ElicitResult: object({ action: { enum: ['accept', 'decline', 'cancel'] } }, ['action']),
  ListRootsResult: object(
    { roots: { type: 'array', items: object({ uri: { type: 'string', format: 'uri' } }, ['uri']) } },
    ['roots'],
  ),
};
const initialize = object({ protocolVersion: text, capabilities: object(), clientInfo: object() }, [
  'protocolVersion',
  'capabilities',
  'clientInfo',
]);
const called = { name: text, arguments: object() };

/** The definition of a message with that method, including its envelope. */
const message = (method, params, whole = {}) => ({
  ...object({ ...whole, method: { const: method }, params }, [
    ...Object.keys(whole),
    'method',
    ...(params.required?.length ? ['params'] : []),
  ]),
});
const envelopes = (result, failure) => ({
  JSONRPCRequest: object({ ...jsonrpc, id, method: text, params: object() }, ['jsonrpc', 'id', 'method']),
  JSONRPCNotification: object({ ...jsonrpc, method: text, params: object() }, ['jsonrpc', 'method']),
  [result]: object({ ...jsonrpc, id, result: object() }, ['jsonrpc', 'id', 'result']),
  [failure]: object({ ...jsonrpc, id, error }, ['jsonrpc', 'error']),
});
const union = (pointer, ...names) => ({ anyOf: names.map((name) => ({ $ref: `#/${pointer}/${name}` })) });

function legacy(pointer, whole, note) {
  return {
    InitializeRequest: message('initialize', initialize, whole),
    PingRequest: message('ping', object(), whole),
    CallToolRequest: message('tools/call', object(called, ['name']), whole),
    InitializedNotification: message('notifications/initialized', object(), note),
    CancelledNotification: message('notifications/cancelled', object({ requestId: id }, ['requestId']), note),
    ElicitRequest: message('elicitation/create', object(), whole),
    ListRootsRequest: message('roots/list', object(), whole),
    EmptyResult: object(),
    ...answers,
    ClientRequest: union(pointer, 'InitializeRequest', 'PingRequest', 'CallToolRequest'),
    ClientNotification: union(pointer, 'InitializedNotification', 'CancelledNotification'),
  };
}

function modern() {
  const RequestMetaObject = object(
    { 'io.modelcontextprotocol/protocolVersion': text, 'io.modelcontextprotocol/clientCapabilities': object() },
    ['io.modelcontextprotocol/protocolVersion', 'io.modelcontextprotocol/clientCapabilities'],
  );
  const _meta = { $ref: '#/$defs/RequestMetaObject' };
  const whole = { ...jsonrpc, id };
  const retried = {
    requestState: text,
    inputResponses: { type: 'object', additionalProperties: union('$defs', ...Object.keys(answers)) },
  };
  return {
    ...envelopes('JSONRPCResultResponse', 'JSONRPCErrorResponse'),
    ...answers,
    RequestMetaObject,
    DiscoverRequest: message('server/discover', object({ _meta }, ['_meta']), whole),
    CallToolRequest: message('tools/call', object({ _meta, ...called, ...retried }, ['_meta', 'name']), whole),
    ElicitRequest: message('elicitation/create', object()),
    ListRootsRequest: message('roots/list', object()),
    ClientRequest: union('$defs', 'DiscoverRequest', 'CallToolRequest'),
    ClientNotification: message('notifications/cancelled', object({ requestId: id }, ['requestId']), jsonrpc),
    InputRequest: union('$defs', 'ElicitRequest', 'ListRootsRequest'),
  };
}

/** Writes the schemas into a directory, and returns that. */
export function smallSchemas(directory) {
  const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#' };
  const draft2020 = { $schema: 'https://json-schema.org/draft/2020-12/schema' };
  const schemas = {
    '2024-11-05': {
      ...draft7,
      definitions: {
        ...envelopes('JSONRPCResponse', 'JSONRPCError'),
        ...legacy('definitions', {}, {}),
        ServerRequest: union('definitions', 'PingRequest', 'ListRootsRequest'),
      },
    },
    '2025-11-25': {
      ...draft2020,
      $defs: {
        ...envelopes('JSONRPCResultResponse', 'JSONRPCErrorResponse'),
        ...legacy('$defs', { ...jsonrpc, id }, jsonrpc),
        ServerRequest: union('$defs', 'PingRequest', 'ListRootsRequest', 'ElicitRequest'),
      },
    },
    '2026-07-28': { ...draft2020, $defs: modern() },
  };
  mkdirSync(directory, { recursive: true });
  for (const [name, schema] of Object.entries(schemas)) {
    writeFileSync(join(directory, `${name}.json`), JSON.stringify(schema));
  }
  return directory;
}

// One recorded connection: the messages so far determine the revision of the next one.
import { isDeepStrictEqual } from 'node:util';
import { MODERN } from './revision.js';

const CLAIM = 'io.modelcontextprotocol/protocolVersion';
const EXTENSIONS = ['tasks/get', 'tasks/update', 'tasks/cancel'];
const MEMBERS = {
  request: ['jsonrpc', 'id', 'method', 'params'],
  notification: ['jsonrpc', 'method', 'params'],
  result: ['jsonrpc', 'id', 'result'],
  error: ['jsonrpc', 'id', 'error'],
};

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function kindOf(message) {
  if (!isObject(message)) {
    return undefined;
  }
  if (Object.hasOwn(message, 'method')) {
    return Object.hasOwn(message, 'id') ? 'request' : 'notification';
  }
  return ['result', 'error'].find((kind) => Object.hasOwn(message, kind));
}

/** The revision that a request declares. */
function claimOf({ params }) {
  const claim = params?._meta?.[CLAIM];
  return typeof claim === 'string' ? claim : undefined;
}

// a client that omits or corrupts the revision must not count as one that never negotiated
const looksModern = ({ method, params }) =>
  method === 'server/discover' ||
  Object.keys(params?._meta ?? {}).some((name) => name.startsWith('io.modelcontextprotocol/'));

// 1 and "1" are two ids
const key = (id) => JSON.stringify(id) ?? 'none';

/** The parameters of a request without those that change in a retry. */
function lasting(params) {
  const { _meta, requestState, inputResponses, ...rest } = params ?? {};
  return rest;
}

export class Link {
  #revisionNamed;
  #sent = new Map(); // the client's requests, by their ids
  // the methods of the server's pending requests by id: each session of a link has its own ids
  #asked = new Map();
  #rounds = []; // the input_required results
  #proposed; // by initialize, which may yet come
  #negotiated; // by its result
  #modern; // of the requests that say what they are of

  /** A link, of all messages that were sent on it. */
  constructor(messages, revisionNamed) {
    const requests = messages.filter((message) => kindOf(message) === 'request');
    this.#revisionNamed = revisionNamed;
    this.#proposed = requests.find(({ method }) => method === 'initialize')?.params?.protocolVersion;
    this.#modern = requests.map(claimOf).find((claim) => claim !== undefined);
    this.#modern ??= requests.some(looksModern) ? MODERN : undefined;
  }

  received(message) {
    const kind = kindOf(message);
    if (kind === 'request') {
      this.#asked.set(key(message.id), [...(this.#asked.get(key(message.id)) ?? []), message.method]);
    } else if (kind === 'result') {
      this.#result(this.#sent.get(key(message.id)), message.result);
    } else if (kind === 'error' && this.#sent.get(key(message.id))?.method === 'initialize') {
      this.#proposed = undefined;
    }
  }

  #result(request, result) {
    if (request?.method === 'initialize' && typeof result?.protocolVersion === 'string') {
      this.#negotiated = result.protocolVersion;
    } else if (request !== undefined && result?.resultType === 'input_required') {
      const { inputRequests = {} } = result;
      // null, which no server should write, is no state
      const requestState = result.requestState ?? undefined;
      this.#rounds.push({ method: request.method, params: lasting(request.params), inputRequests, requestState });
    }
  }

  /** Validates a message: returns its revision, or undefined before negotiation; its method; and its problems. */
  sent(message) {
    const kind = kindOf(message);
    if (kind === undefined) {
      return { revision: '?', method: '?', problems: ['is not one JSON-RPC message'] };
    }
    const asked = message.method === undefined ? this.#asked.get(key(message.id))?.[0] : undefined;
    const method = message.method ?? `${asked ?? '?'} (${kind})`;
    const name = this.#revisionOf(kind, message);
    const revision = this.#revisionNamed(name);
    const problems = kind === 'request' ? this.#remember(message, name) : [];
    problems.push(...(revision ? this.#judge(kind, message, revision, asked) : ['is of a revision without a schema']));
    return { revision: name, method: typeof method === 'string' ? method : '?', problems };
  }

  #remember({ id, method, params }, revision) {
    const problems = this.#sent.has(key(id)) ? ['has an id that a request of this link had before'] : [];
    this.#sent.set(key(id), { method, params, revision });
    return problems;
  }

  #revisionOf(kind, message) {
    const here = this.#negotiated ?? this.#proposed ?? this.#modern;
    if (kind === 'request') {
      return (
        claimOf(message) ?? (message.method === 'initialize' ? message.params?.protocolVersion : undefined) ?? here
      );
    }
    // a probe may be cancelled before initialize follows it
    const cancelled = message.method === 'notifications/cancelled' && this.#sent.get(key(message.params?.requestId));
    return cancelled ? cancelled.revision : here;
  }

  #judge(kind, message, revision, asked) {
    const problems = Object.keys(message)
      .filter((member) => !MEMBERS[kind].includes(member))
      .map((member) => `is a ${kind} and has a member '${member}'`);
    problems.push(...revision.problems(revision.envelopes[kind], message));
    switch (kind) {
      case 'request':
        return problems.concat(this.#request(message, revision));
      case 'notification':
        return problems.concat(this.#notification(message, revision));
      default:
        return problems.concat(this.#response(kind, message, revision, asked));
    }
  }

  #request(message, revision) {
    const { method, params } = message;
    const definition = revision.requests.get(method);
    if (definition !== undefined) {
      const problems = revision.problems(definition, message);
      return revision.modern ? problems.concat(this.#retry(message, revision)) : problems;
    }
    if (!revision.modern || !EXTENSIONS.includes(method)) {
      return ['is no request of a client in this revision'];
    }
    const problems = revision.problems('RequestMetaObject', params?._meta, '/params/_meta');
    return typeof params?.taskId === 'string' ? problems : [...problems, '/params/taskId must be string'];
  }

  /** Checks that the answers to an input_required result are sent only with a retry of its request. */
  #retry({ method, params }, revision) {
    const { requestState, inputResponses } = params ?? {};
    if (requestState === undefined && inputResponses === undefined) {
      return [];
    }
    if (requestState !== undefined && !this.#rounds.some((round) => round.requestState === requestState)) {
      return ['has a requestState that no input_required result of this link had'];
    }
    const same = this.#rounds.filter(
      (round) => round.method === method && isDeepStrictEqual(round.params, lasting(params)),
    );
    if (same.length === 0) {
      return ['is not the request that input was required for'];
    }
    const rounds = same.filter((round) => round.requestState === requestState);
    if (rounds.length === 0) {
      return [
        `${requestState === undefined ? 'lacks the' : 'has another'} requestState than the input_required result`,
      ];
    }
    const responses = Object.entries(isObject(inputResponses) ? inputResponses : {});
    const round = rounds.findLast(({ inputRequests }) =>
      responses.every(([name]) => Object.hasOwn(inputRequests, name)),
    );
    if (round === undefined) {
      return ['has inputResponses that were not asked for'];
    }
    return responses.flatMap(([name, response]) => {
      const definition = revision.answerTo(round.inputRequests[name]?.method);
      return definition ? revision.problems(definition, response, `/params/inputResponses/${name}`) : [];
    });
  }

  #notification(message, revision) {
    const definition = revision.notifications.get(message.method);
    if (definition === undefined) {
      return ['is no notification of a client in this revision'];
    }
    const problems = revision.problems(definition, message);
    if (message.method === 'notifications/cancelled') {
      const request = this.#sent.get(key(message.params?.requestId));
      if (request === undefined) {
        problems.push('cancels what was not requested');
      } else if (request.method === 'initialize') {
        problems.push('cancels initialize');
      }
    }
    return problems;
  }

  #response(kind, message, revision, asked) {
    if (revision.modern) {
      return ['is a response, which a client does not send in this revision'];
    }
    if (asked === undefined) {
      // a peer that could not parse a request does not know its id
      return kind === 'error' && message.id === undefined ? [] : ['answers no request of the server'];
    }
    this.#asked.get(key(message.id)).shift();
    if (kind === 'error') {
      return [];
    }
    const definition = revision.answerTo(asked);
    return definition
      ? revision.problems(definition, message.result, '/result')
      : ['is the result of no request of this revision'];
  }
}

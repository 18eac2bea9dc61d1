// The definitions of a revision's JSON Schema, by the methods of messages.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The revision without a handshake; it and those after it are modern. Revisions compare as dates do. */
export const MODERN = '2026-07-28';

/**
 * The published JSON Schemas allow integers only where a form is answered, though a form may ask for any number. The
 * TypeScript schema that they are generated from, which is the source of truth, says number.
 */
function correctNumbers(schema) {
  const content = (schema.$defs ?? schema.definitions)?.ElicitResult?.properties?.content;
  for (const option of content?.additionalProperties?.anyOf ?? []) {
    if (Array.isArray(option.type)) {
      option.type = option.type.map((type) => (type === 'integer' ? 'number' : type));
    }
  }
  const type = content?.additionalProperties?.type;
  if (Array.isArray(type)) {
    content.additionalProperties.type = type.map((name) => (name === 'integer' ? 'number' : name));
  }
}

class Revision {
  #ajv;
  #name;
  #pointer;
  #definitions;

  constructor(name, schema) {
    const Dialect = schema.$schema?.includes('draft-07') ? Ajv : Ajv2020;
    correctNumbers(schema);
    this.#ajv = addFormats(new Dialect({ strict: false, allErrors: true })).addSchema(schema, name);
    this.#name = name;
    this.#pointer = schema.$defs ? '$defs' : 'definitions';
    this.#definitions = schema[this.#pointer];
    this.modern = name >= MODERN;
    /** The definitions of a client's messages, by method. */
    this.requests = this.#members('ClientRequest');
    this.notifications = this.#members('ClientNotification');
    /** The definitions of a server's requests; in the modern era it asks only within results. */
    this.questions = this.#members(this.modern ? 'InputRequest' : 'ServerRequest');
    /** The definitions of the envelopes, by the kinds of messages. */
    this.envelopes = {
      request: 'JSONRPCRequest',
      notification: 'JSONRPCNotification',
      result: this.#first('JSONRPCResultResponse', 'JSONRPCResponse'),
      error: this.#first('JSONRPCErrorResponse', 'JSONRPCError'),
    };
  }

  // a union of one type may be that type itself
  #members(union) {
    const { anyOf = [{ $ref: union }] } = this.#definitions[union];
    const names = anyOf.map(({ $ref }) => $ref.slice($ref.lastIndexOf('/') + 1));
    return new Map(names.map((name) => [this.#definitions[name].properties.method.const, name]));
  }

  #first(...names) {
    return names.find((name) => Object.hasOwn(this.#definitions, name));
  }

  /** The definition of the result to a request of a server, or undefined when the revision has no such request. */
  answerTo(method) {
    const question = this.questions.get(method);
    return question && this.#first(question.replace(/Request$/, 'Result'), 'EmptyResult');
  }

  /** The problems of a value, as lines with places and without values. */
  problems(definition, value, at = '') {
    const check = this.#ajv.getSchema(`${this.#name}#/${this.#pointer}/${definition}`);
    return check(value) ? [] : check.errors.map((e) => `${at + e.instancePath || '/'} ${e.message} [${definition}]`);
  }
}

/** Maps names to the revisions of a directory, or to undefined if there is no file. */
export function revisionsOf(directory) {
  const files = new Set(readdirSync(directory));
  const known = new Map();
  return (name) => {
    const file = `${name}.json`;
    if (!known.has(name) && files.has(file)) {
      known.set(name, new Revision(name, JSON.parse(readFileSync(join(directory, file), 'utf8'))));
    }
    return known.get(name);
  };
}

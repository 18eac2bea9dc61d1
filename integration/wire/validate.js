// Validates recorded traffic against the JSON Schemas of its revisions.
//
//   node wire/validate.js DIRECTORY [SCHEMAS]
//
// DIRECTORY has *.jsonl files. Each line is {"link", "server", "direction": "sent"|"received", "message"}, in order; an
// link id identifies one connection. SCHEMAS has a file REVISION.json for each revision. Sent messages are validated;
// received ones determine what they belong to. Exits with 1 if a message fails, or none was validated.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Link } from './link.js';
import { revisionsOf } from './revision.js';

/** The default directory of the schemas. */
export const SCHEMAS = fileURLToPath(new URL('../../../shared/schema', import.meta.url));

function recordsOf(directory) {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  return files.flatMap((file) =>
    readFileSync(join(directory, file), 'utf8')
      .split('\n')
      .map((text, index) => ({ text, file, line: index + 1 }))
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, ...place }) => ({ ...place, ...parsed(text) })),
  );
}

function parsed(text) {
  try {
    const { link, server, direction, message } = JSON.parse(text);
    const complete = ['string', 'number'].includes(typeof link) && message !== undefined;
    return complete && ['sent', 'received'].includes(direction) ? { link, server, direction, message } : {};
  } catch {
    return {};
  }
}

function linksOf(records, revisionNamed) {
  const sent = new Map(records.map(({ link }) => [link, []]));
  for (const { link, direction, message } of records) {
    if (direction === 'sent') {
      sent.get(link).push(message);
    }
  }
  return new Map([...sent].map(([link, messages]) => [link, new Link(messages, revisionNamed)]));
}

/** Validates sent messages: returns counts by revision and method, failures, and the number without a revision. */
export function validate(directory, schemas = SCHEMAS) {
  const records = recordsOf(directory);
  const links = linksOf(records, revisionsOf(schemas));
  const rows = new Map();
  const failures = [];
  let notNegotiated = 0;

  for (const { file, line, link, server, direction, message } of records) {
    if (direction === 'received') {
      links.get(link).received(message);
      continue;
    }
    const { revision, method, problems } =
      direction === 'sent'
        ? links.get(link).sent(message)
        : { revision: '?', method: '?', problems: ['is not a record of a message'] };
    if (revision === undefined) {
      notNegotiated++;
      continue;
    }
    const name = `${revision} ${method}`;
    const row = rows.get(name) ?? { revision, method, count: 0, failures: 0 };
    rows.set(name, row);
    row.count++;
    if (problems.length > 0) {
      row.failures++;
      failures.push({ file, line, link, server, revision, method, problems });
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  return { rows: sorted, failures, notNegotiated };
}

function print({ rows, failures, notNegotiated }) {
  const table = [['revision', 'method', 'count', 'failures'], ...rows.map((row) => Object.values(row).map(String))];
  const widths = table[0].map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  for (const cells of table) {
    console.log(cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
  }
  console.log(`not negotiated: ${notNegotiated}`);
  for (const { file, line, link, server, revision, method, problems } of failures) {
    console.log(`\n${file}:${line}: ${method} (${revision}, server ${server ?? '?'}, link ${link ?? '?'})`);
    problems.forEach((problem) => console.log(`  ${problem}`));
  }
  if (rows.length === 0) {
    console.log('nothing was validated');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [directory, schemas, ...more] = process.argv.slice(2);
  if (directory === undefined || more.length > 0) {
    console.error('usage: node wire/validate.js DIRECTORY [SCHEMAS]');
    process.exit(2);
  }
  const found = validate(directory, schemas);
  print(found);
  process.exitCode = found.failures.length > 0 || found.rows.length === 0 ? 1 : 0;
}

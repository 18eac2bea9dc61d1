import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MEMORY, node, run, runJson, temporaryDirectory, textOf, writeConfig } from './helper.js';

const directory = temporaryDirectory();
const file = join(directory, 'memory.jsonl');
const config = writeConfig(directory, { memory: { ...node(MEMORY), env: { MEMORY_FILE_PATH: file } } });

const ENTITIES = [
  { name: 'Ada', entityType: 'person', observations: ['wrote the first program', 'likes €😀'] },
  { name: 'Engine', entityType: 'machine', observations: ['was never built'] },
];

test('later processes find stored data', async () => {
  await run(['-c', config, 'call', 'memory__create_entities', '--args', JSON.stringify({ entities: ENTITIES })]);
  assert.ok(existsSync(file), 'the configured variable did not reach the server');

  const graph = await runJson(['-c', config, 'call', 'read_graph']);
  assert.deepEqual(graph.structuredContent.entities, ENTITIES);
  assert.deepEqual(JSON.parse(textOf(graph)).entities, ENTITIES);

  const found = await runJson(['-c', config, 'call', 'memory__search_nodes', 'query=engine']);
  assert.deepEqual(found.structuredContent.entities, [ENTITIES[1]]);
});

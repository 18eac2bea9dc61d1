// The things to the modern era alone.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { things } from './things.js';

serveStdio(things, { legacy: 'reject' });

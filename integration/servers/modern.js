// The reference server for the modern era only.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { things } from './things.js';

serveStdio(things, { legacy: 'reject' });

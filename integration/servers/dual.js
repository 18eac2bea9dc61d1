// The reference server for both eras; the client chooses one by its first request.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { things } from './things.js';

serveStdio(things);

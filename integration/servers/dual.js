// The things to both eras; how the client opens the connection decides.
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { things } from './things.js';

serveStdio(things);

// What the servers share: they print what happens as JSON, one line each, and exit when their input ends.

export const emit = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

/** Listens, on any free port if that is 0, and then makes the handler, which may need the address. */
export async function listen(server, port, handler) {
  await new Promise((fulfil, reject) => server.once('error', reject).listen(port, '127.0.0.1', fulfil));
  const address = `http://127.0.0.1:${server.address().port}`;
  server.on('request', await handler(address));
  emit({ ready: address });
}

// no other process would stop it
process.stdin.on('end', () => process.exit()).resume();

// The driver for the TypeScript client: node client.mjs ROW warmUpMillis millis number server…
// It measures what Row.java measures, in the same way, and prints #name=number, one a line.
import { readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

const [row, warmUp, time, number] = [process.argv[2], ...process.argv.slice(3, 6).map(Number)];
const [command, ...args] = process.argv.slice(6);

const small = Array.from({ length: 1024 }, (_, i) => ({ arguments: { text: `message ${i}` }, expected: `message ${i}` }));
const large = bytes => ({ arguments: { size: bytes }, expected: 'x'.repeat(bytes) });

const print = (name, value) => console.log(`#${name}=${value}`);
const now = () => Number(process.hrtime.bigint());

async function connect() {
    const client = new Client({ name: 'benchmarks', version: '1' });
    await client.connect(new StdioClientTransport({ command, args }));
    return client;
}

async function call(client, { arguments: values, expected }) {
    const result = await client.callTool({ name: 'echo', arguments: values });
    const text = result.content[0]?.text;
    if (result.isError || text !== expected) {
        throw new Error(`expected ${expected.slice(0, 40)} and got ${String(text).slice(0, 40)}`);
    }
}

function usage() {
    const { user, system } = process.cpuUsage();
    return { cpuNanos: (user + system) * 1e3, switches: process.resourceUsage().voluntaryContextSwitches };
}

function cost(before, after, calls) {
    print('cpu_s_per_100k', ((after.cpuNanos - before.cpuNanos) / 1e9) * 1e5 / calls);
    print('switches_per_call', (after.switches - before.switches) / calls);
}

function status(field) {
    const line = readFileSync('/proc/self/status', 'utf8').split('\n').find(each => each.startsWith(field));
    return parseInt(line.slice(field.length), 10);
}

const median = values => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function sequence(client, millis) {
    const nanos = [];
    let start = now();
    const deadline = start + millis * 1e6;
    for (let i = 0; start < deadline; i++) {
        await call(client, small[i & 1023]);
        const end = now();
        nanos.push(end - start);
        start = end;
    }
    return nanos.sort((a, b) => a - b);
}

/** Keeps so many calls under way; each that ends starts the next. */
async function pump(client, millis) {
    const start = now();
    const deadline = start + millis * 1e6;
    let count = 0;
    let next = 0;
    const chain = async () => {
        while (now() < deadline) {
            await call(client, small[next++ & 1023]);
            count++;
        }
    };
    await Promise.all(Array.from({ length: number }, chain));
    return { count, nanos: now() - start };
}

/** Does the same with each, 32 at a time. */
async function each(values, step) {
    const results = [];
    let next = 0;
    const worker = async () => {
        while (next < values.length) {
            const i = next++;
            results[i] = await step(values[i]);
        }
    };
    await Promise.all(Array.from({ length: 32 }, worker));
    return results;
}

const rows = {
    async FIRST_RESULT() {
        const client = await connect();
        await call(client, { arguments: { text: 'first' }, expected: 'first' });
        console.log('#first');
        await client.close();
    },
    async SEQUENTIAL() {
        const client = await connect();
        await sequence(client, warmUp);
        const before = usage();
        const nanos = await sequence(client, time);
        const after = usage();
        print('p50_us', nanos[Math.floor(nanos.length / 2)] / 1e3);
        print('p99_us', nanos[Math.floor(nanos.length * 0.99)] / 1e3);
        cost(before, after, nanos.length);
        await client.close();
    },
    async IN_FLIGHT() {
        const client = await connect();
        await pump(client, warmUp);
        const before = usage();
        const { count, nanos } = await pump(client, time);
        print('calls_per_s', count / (nanos / 1e9));
        cost(before, usage(), count);
        print('rss_mb', status('VmRSS:') / 1024);
        await client.close();
    },
    async LARGE() {
        const client = await connect();
        const repeat = async millis => {
            const deadline = now() + millis * 1e6;
            let count = 0;
            do {
                await call(client, large(number));
                count++;
            } while (now() < deadline);
            return count;
        };
        await repeat(warmUp);
        const start = now();
        const count = await repeat(time);
        print('mb_per_s', (count * number) / 1e6 / ((now() - start) / 1e9));
        await client.close();
    },
    async CONNECT() {
        const connects = async millis => {
            const deadline = now() + millis * 1e6;
            const connected = [];
            const listed = [];
            const closed = [];
            do {
                const start = now();
                const client = await connect();
                const open = now();
                const { tools } = await client.listTools();
                const list = now();
                await client.close();
                connected.push((open - start) / 1e6);
                listed.push((list - start) / 1e6);
                closed.push((now() - list) / 1e6);
                if (tools.length !== 1) {
                    throw new Error(`${tools.length} tools instead of one`);
                }
            } while (now() < deadline);
            return { connected, listed, closed };
        };
        await connects(warmUp);
        const { connected, listed, closed } = await connects(time);
        print('connect_ms', median(connected));
        print('list_ms', median(listed));
        print('close_ms', median(closed));
    },
    async SESSIONS() {
        await each(await each(Array(Math.min(20, number)).fill(), connect), client => client.close());
        const residentBefore = status('VmRSS:');
        let start = now();
        const clients = await each(Array(number).fill(), connect);
        print('open_ms', (now() - start) / 1e6);
        await new Promise(resolve => setTimeout(resolve, 6_000));
        print('threads', status('Threads:'));
        print('rss_kb', status('VmRSS:') / number);
        print('rss_growth_kb', (status('VmRSS:') - residentBefore) / number);
        start = now();
        await each(clients, client => client.close());
        print('close_ms', (now() - start) / 1e6);
    },
};

await rows[row]();
process.exit(0);

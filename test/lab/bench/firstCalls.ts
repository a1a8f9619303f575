import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Bundle, bundle, entry, loadedWith } from '../../../tools/package/bundle.ts';
import { packageFolder } from '../../../tools/package/notices.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';
import { median } from './timing.ts';

// How soon a new process answers its first call, against the least app that there can be, packaged in
// the same way. They take turns, each in a process of its own. Judged is the processor's time, in which what
// else the machine does plays no part.

const root = join(import.meta.dirname, '..', '..', '..');
const bench = join('test', 'lab', 'bench');
const turns = 9;

interface Answer {
  readonly sinceStart: number;
  readonly loading: number;
  readonly cpu: number;
  readonly megabytes: number;
}

const calls = {
  hello: ['hello', '{}'],
  poll: ['pollAuditLog', '{"schedule":{},"isPastDue":false}'],
  // It is none of ours, and is put aside without a look at storage.
  message: ['sendNotification', '"hello"'],
} as const;

type Call = keyof typeof calls;

/** What of Node's own Microsoft's worker has loaded before the app: it speaks to the host over gRPC. */
const ofTheWorker = ['node:http2', 'node:tls', 'node:zlib', 'node:dns', 'node:http'];
const asTheWorker = [
  '--import',
  `data:text/javascript,for (const one of ${JSON.stringify(ofTheWorker)}) process.getBuiltinModule(one);`,
];

/** Waits for the first answer of the app's functions, in turns with the least app. */
export async function firstCallRows(connectionString: string): Promise<BenchRow[]> {
  const out = mkdtempSync(join(tmpdir(), 'first-call-'));
  const graph = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end('{"value":[]}');
  }).listen(0, '127.0.0.1');
  try {
    const app = await bundle(root);
    const runner = written(await bundle(root, join(bench, 'firstCall.ts')), join(out, 'runner'));
    const hello = written(await bundle(root, join(bench, 'hello.ts')), join(out, 'hello'));
    const ours = written(app, join(out, 'app'));
    const env = {
      ...withoutNodes(process.env),
      AzureWebJobsStorage: connectionString,
      GRAPH_BASE_URL: `http://127.0.0.1:${(graph.address() as AddressInfo).port}`,
      SENDER_MAILBOXES: 'security@contoso.example',
    };
    const answerOf = async (call: Call, options: readonly string[]) => {
      const args = [...options, runner, call === 'hello' ? hello : ours, ...calls[call]];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      return JSON.parse(stdout) as Answer;
    };
    const answers: Answers = { hello: [], poll: [], message: [] };
    const later: Answers = { hello: [], poll: [], message: [] };
    for (let turn = 0; turn < turns; turn += 1) {
      for (const call of Object.keys(calls) as Call[]) {
        answers[call].push(await answerOf(call, []));
        later[call].push(await answerOf(call, asTheWorker));
      }
    }
    return [...rowsOf(answers, later), ...weightRows(app)];
  } finally {
    graph.close();
    rmSync(out, { recursive: true });
  }
}

type Answers = Record<Call, Answer[]>;

/**
 * Without what this machine says to Node: with NODE_EXTRA_CA_CERTS it reads all root certificates once TLS is
 * loaded, which an instance of Functions does not set, and which would be counted as the app's.
 */
const withoutNodes = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('NODE_')));

/** `later`: in processes that had what the worker has. */
function rowsOf(answers: Answers, later: Answers): BenchRow[] {
  const middle = (call: Call, what: keyof Answer, of = answers) =>
    median(of[call].map((one) => one[what]));
  const times = (call: Call, of = answers) => middle(call, 'cpu', of) / middle('hello', 'cpu', of);
  const said = (call: Call) =>
    `${short(middle(call, 'sinceStart'))} ms, ${short(middle(call, 'loading'))} of them for the app, ${short(middle(call, 'cpu'))} ms of processor time, ${short(middle(call, 'megabytes'))} MB`;
  return [
    atMost(
      'processor time of a new process until its first poll is answered, against hello-world',
      2.5,
      times('poll'),
    ),
    atMost('the same, until a message that is not ours is', 1.6, times('message')),
    fact(
      'both, where what Microsoft’s worker has of Node’s own is loaded before',
      `${short(times('poll', later))}; ${short(times('message', later))}`,
    ),
    fact('the same in figures: hello-world', said('hello')),
    fact('the same in figures: the first poll', said('poll')),
    fact('the same in figures: a message that is not ours', said('message')),
  ];
}

/** What is loaded before the first call, and for it: in KB, and the heaviest packages. */
function weightRows(app: Bundle): BenchRow[] {
  const registering = loadedWith(app, entry);
  const row = (what: string, names: ReadonlySet<string>) => {
    const weights = new Map<string, number>();
    for (const name of names) {
      for (const [source, bytes] of app.parts.get(name)?.sources ?? []) {
        const owner = packageFolder(source)?.replace(/^.*node_modules\//, '') ?? 'our own';
        weights.set(owner, (weights.get(owner) ?? 0) + bytes);
      }
    }
    const kb = (bytes: number) => Math.round(bytes / 1000);
    const all = [...weights].sort(([, one], [, other]) => other - one);
    const sum = kb(all.reduce((total, [, bytes]) => total + bytes, 0));
    const heaviest = all.slice(0, 5).map(([owner, bytes]) => `${owner} ${kb(bytes)}`);
    return fact(`KB loaded ${what}`, `${sum}: ${heaviest.join(', ')}`);
  };
  const later = (file: string) =>
    new Set(
      [...loadedWith(app, join('functions', 'runs', file))].filter((one) => !registering.has(one)),
    );
  return [
    row('to register the functions', registering),
    row('for the first poll', later('poll.ts')),
    row('for the first mail', later('send.ts')),
  ];
}

/** Writes an app into a folder, and gives the path of its entry. */
function written({ parts }: Bundle, folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  for (const [name, { code }] of parts) writeFileSync(join(folder, name), code);
  return join(folder, entry);
}

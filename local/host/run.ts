import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { isAlive } from '../isAlive.ts';
import { type EventDoor, openEventDoor } from './eventDoor.ts';
import { type Host, type HostOptions, startHost } from './host.ts';
import { failureOf, fieldsOf, type Log, type LogLevel, type LogLine, logTo } from './logLine.ts';
import { comfortable } from './rules.ts';

/** What a host process runs. */
interface RunOptions extends Pick<HostOptions, 'storage' | 'queues' | 'hostJson' | 'rules'> {
  /** finds the modules; what it throws ends the process as a broken module does */
  readonly entries: () => readonly string[];
  /** where batches of events are taken by POST; nowhere, if undefined */
  readonly eventsPort?: number | undefined;
}

/** Node's timers reach no further, in seconds. */
const longestTimer = 2_000_000;

/** What a host that stops writes at last gets so long, in ms. */
const lastWordsMs = 2000;

/** What the app writes to the console becomes lines of the log, as the Functions host makes traces of it; what libraries say is no line. */
function consoleTo(log: Log): Console {
  const lines = (level: LogLevel) =>
    new Writable({
      write(chunk, _, done) {
        const text = String(chunk).trimEnd();
        if (text.startsWith('{"event"')) log(level, fieldsOf(text));
        else process.stderr.write(chunk);
        done();
      },
    });
  const [out, err] = [new Console(lines('info')), new Console(lines('error'))];
  const warn = new Console(lines('warn'));
  return Object.assign(out, { warn: warn.log.bind(warn), error: err.log.bind(err) });
}

/**
 * Runs the host as a process of its own: one JSON object a line on stdout and nothing else, exit
 * code 0 after SIGTERM, SIGINT or the parent's end, and 1 with one line that says why when the
 * functions can't be started or something was thrown that nobody caught.
 */
export async function runHost(options: RunOptions): Promise<void> {
  const write = (line: LogLine) => process.stdout.write(`${JSON.stringify(line, jsonable)}\n`);
  const log = logTo(write);
  globalThis.console = consoleTo(log);
  let host: Host | undefined;
  let door: EventDoor | undefined;
  let stopping = false;
  let failed = false;

  function fail(error: unknown): void {
    if (failed) return;
    failed = true;
    log('error', { event: 'host.failed', ...failureOf(error) });
    exit(1);
  }

  function stop(): void {
    if (stopping) return;
    stopping = true;
    const { patienceAtStop } = options.rules ?? comfortable;
    if (patienceAtStop < longestTimer) {
      setTimeout(() => exit(0), patienceAtStop * 1000 + lastWordsMs).unref();
    }
    // While the host is still starting, there is nothing to wait for.
    void door?.close();
    void (host?.stop() ?? Promise.resolve()).then(() => exit(0), fail);
  }

  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  // Whoever asks twice does not want to wait for what is being handled.
  const asked = () => (stopping ? exit(0) : stop());
  process.on('SIGTERM', asked);
  process.on('SIGINT', asked);
  process.stdout.on('error', stop); // nobody reads any more
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || !isAlive(parent)) stop();
  }, 1000).unref();

  try {
    const entries = options.entries();
    host = await startHost({ ...options, entries, log: write, onEnd: () => exit(1) });
    const { eventsPort } = options;
    if (eventsPort !== undefined) door = await openEventDoor(host, eventsPort, log);
  } catch (error) {
    fail(error);
  }
}

/** Ends the process once the lines before are written. */
function exit(code: number): void {
  process.stdout.write('', () => process.exit(code));
}

/** Table storage has 64-bit integers, which JSON.stringify refuses. */
function jsonable(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

import type { LogLine } from '../host/host.ts';

/** A line of the host's log in words. */
interface ToldLine {
  readonly time: string;
  readonly level: LogLine['level'];
  readonly source: string;
  readonly event: string;
  readonly text: string;
  /** Nothing new in it: a poll that found nothing. */
  readonly idle: boolean;
}

export type HostState = 'starting' | 'running' | 'stopped';

const kept = 300;

/** What the functions host said, the last lines of it, and how it is doing. */
export class HostLog {
  readonly #lines: ToldLine[] = [];
  readonly #listeners = new Set<(line: ToldLine, raw: LogLine) => void>();
  #state: HostState = 'starting';
  #lastPollAt: string | undefined;

  get lines(): readonly ToldLine[] {
    return this.#lines;
  }

  get state(): HostState {
    return this.#state;
  }

  /** When the audit log was last read to its end. */
  get lastPollAt(): string | undefined {
    return this.#lastPollAt;
  }

  onLine(listener: (line: ToldLine, raw: LogLine) => void): void {
    this.#listeners.add(listener);
  }

  add(raw: LogLine): void {
    if (raw.event === 'host.started') this.#state = 'running';
    if (raw.event === 'poll.finished') this.#lastPollAt = raw.time;
    const line = tell(raw);
    if (!line.idle) this.#lines.push(line);
    if (this.#lines.length > kept) this.#lines.shift();
    for (const listener of this.#listeners) listener(line, raw);
  }

  end(): void {
    this.#state = 'stopped';
  }
}

/** Says a structured event in words; one that has no words of its own gets its fields. */
function tell(line: LogLine): ToldLine {
  const { time, level, function: source = 'host', event = '', message } = line;
  const words = sentences[event]?.(line);
  return {
    time,
    level,
    source,
    event,
    text: words ?? [message, fieldsOf(line)].filter(Boolean).join(' '),
    idle: idle[event]?.(line) ?? false,
  };
}

const plural = (count: unknown, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;

const mail = ({ reference, outcome }: LogLine) => `${reference}: ${outcome}`;

const sentences: Readonly<Record<string, (line: LogLine) => string>> = {
  'host.started': ({ functions }) => `${plural((functions as unknown[]).length, 'function')} ready`,
  'host.stopped': () => 'stopped',
  'host.failed': ({ error, message }) => `${error}: ${message}`,
  'poll.finished': ({ records, recorded, notifications }) =>
    `read ${plural(records, 'row')}, ${recorded} new, ${plural(notifications, 'mail')} due`,
  'sweep.finished': ({ open, revived }) => `${open} open, ${revived} put back on the queue`,
  'sweep.daily': ({ pages, recorded, purged }) =>
    `read the days before again: ${plural(pages, 'page')}, ${recorded} new, ${purged} rows purged`,
  'sender.paused': ({ sender, until, note }) =>
    `mailbox ${sender} rests until ${String(until).slice(11, 19)} UTC: ${note}`,
  'coverage.gap': ({ users }) => `nobody was told of ${users}`,
  'coverage.checked': ({ people, explained, unexplained }) =>
    `looked at what ${people} people have: ${explained} explained, ${unexplained} not`,
  'mail.sent': ({ delaySeconds, ...line }) => `${mail(line as LogLine)}, after ${delaySeconds} s`,
  'mail.pending': mail,
  'mail.unknown': mail,
  'mail.failed': mail,
  'mail.undeliverable': mail,
  'mail.suppressed': mail,
};

const idle: Readonly<Record<string, (line: LogLine) => boolean>> = {
  'poll.finished': ({ recorded, revived }) => recorded === 0 && revived === 0,
  'sweep.finished': ({ revived }) => revived === 0,
  'coverage.checked': ({ explained, unexplained }) => explained === 0 && unexplained === 0,
};

const plain = new Set(['time', 'level', 'function', 'invocationId', 'event', 'message', 'metrics']);

const fieldsOf = (line: LogLine) =>
  Object.entries(line)
    .filter(([name]) => !plain.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');

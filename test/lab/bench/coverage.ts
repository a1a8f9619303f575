import { parseNcrontab } from '../../../functions/config/ncrontab.ts';
import { nextRun } from '../../../functions/config/nextRuns.ts';
import { CoverageCheck } from '../../../functions/coverage/check.ts';
import { Register } from '../../../functions/coverage/register.ts';
import type { Graph } from '../../../functions/graph/client.ts';
import { Ledger } from '../../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../../functions/ledger/memoryStore.ts';
import { idOf } from '../../coverage/coverageWorld.ts';
import { LeanTable } from './leanTable.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';

const startsAt = Date.parse('2026-11-02T06:05:30Z');
const minuteMs = 60_000;
/** As the app polls where nothing else is set. */
const pollSchedule = '*/15 * * * * *';
const dayMs = 24 * 60 * minuteMs;
/** Rows that Graph gives at once. */
const page = 999;
/** Of all people, so many get or lose a method on an ordinary day. */
const share = 0.005;

/** A tenant that is nothing but a report, of any size, on a clock that only moves when told to. */
class Tenant {
  readonly table = new LeanTable();
  readonly ledger = new Ledger(new MemoryStore());
  requests = 0;
  runs = 0;
  readonly #people: number;
  readonly #more = new Set<number>();
  readonly #check = new CoverageCheck();
  readonly #register = new Register(this.table);
  #time = startsAt;
  said: Record<string, unknown> = {};

  constructor(people: number) {
    this.#people = people;
  }

  /** Everybody has a phone; some of them a passkey too. */
  #rows(from: number) {
    return Array.from({ length: Math.min(page, this.#people - from) }, (_, at) => ({
      id: idOf(from + at),
      userPrincipalName: `p${from + at}@contoso.example`,
      methodsRegistered: this.#more.has(from + at) ? ['mobilePhone', 'email'] : ['mobilePhone'],
      lastUpdatedDateTime: new Date(this.#time).toISOString(),
    }));
  }

  readonly #graph: Graph = {
    origin: 'http://localhost',
    get: async (path) => {
      this.requests += 1;
      const from = Number(/skip=(\d+)/.exec(path)?.[1] ?? 0);
      const next = from + page;
      return {
        value: this.#rows(from),
        ...(next < this.#people && {
          '@odata.nextLink': `http://localhost/v1.0/reports/x?skip=${next}`,
        }),
      };
    },
    post: async () => ({}),
    sendMail: async () => {},
  };

  /** One look to its end, in one process. What it asked of Graph and the table since. */
  async look() {
    this.requests = 0;
    this.runs = 0;
    this.table.reset();
    const began = this.#time;
    const polls = parseNcrontab(pollSchedule);
    for (let isDone = false; !isDone; ) {
      const tick = this.#time;
      await this.#polled();
      await this.#check.run({
        graph: this.#graph,
        ledger: this.ledger,
        register: this.#register,
        everyHours: 24,
        nextPoll: (after) => nextRun(polls, after),
        budgetMs: 8 * minuteMs,
        now: () => new Date(this.#time),
        wait: async (ms) => {
          this.#time += ms;
        },
        log: (_, event, fields = {}) => {
          isDone = event === 'coverage.checked' || event === 'coverage.doubtful';
          if (isDone) this.said = fields;
        },
      });
      this.runs += 1;
      this.#time = Math.max(this.#time, tick + 10 * minuteMs);
    }
    const hours = (this.#time - began) / 60 / minuteMs;
    this.#time = began + dayMs;
    return { hours, written: Number(this.said['written']), ...this.table.counts };
  }

  async #polled(): Promise<void> {
    const { polls } = await this.ledger.readState();
    const at = new Date(this.#time).toISOString();
    const state = { startedAt: '2026-01-01T00:00:00Z', watermark: at, polledAt: at };
    await this.ledger.writePoll('watched', state, polls.watched?.etag);
    await this.ledger.writeChores({ day: at.slice(0, 10) });
  }

  /** An ordinary day: some people have a method more. */
  live(): number {
    const count = Math.round(this.#people * share);
    const step = Math.max(1, Math.floor(this.#people / count));
    for (let person = 0; person < count; person += 1) this.#more.add(person * step);
    return count;
  }
}

/** What looks at tenants of these sizes ask for and keep. */
export async function coverageRows(sizes: readonly number[]): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const people of sizes) {
    const name = `${people.toLocaleString('en')} people`;
    const tenant = new Tenant(people);
    const first = await tenant.look();
    const pages = Math.ceil(people / 990);
    rows.push(
      atMost(`${name}, Graph requests of a look`, pages, tenant.requests),
      atMost(`${name}, first look, transactions`, Math.ceil(people / 90), first.transactions),
    );
    tenant.live();
    const day = await tenant.look();
    rows.push(
      atMost(
        `${name}, a day with ${day.written.toLocaleString('en')} changed rows, transactions`,
        Math.ceil(day.written / 90),
        day.transactions,
      ),
      fact(`${name}, that day: reads, writes of the state row`, `${day.reads}, ${day.states}`),
      fact(`${name}, stored`, `${short(tenant.table.bytes / 1e6)} MB`),
      fact(`${name}, hours that a look takes, in runs`, `${short(day.hours)}, ${tenant.runs}`),
    );
  }
  return rows;
}

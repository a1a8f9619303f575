import { periodMs } from '../audit/pacer.ts';
import type { NextPoll } from '../config/schedule.ts';
import type { Graph } from '../graph/client.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock, Log, Wait } from '../log.ts';
import { lookUpTaker, type TakeLookUp } from '../pacing/lookUps.ts';
import { Kinds } from './kinds.ts';
import type { People } from './people.ts';
import type { Person } from './person.ts';
import type { Progress } from './progress.ts';
import type { Pending, Register, RegisterState } from './register.ts';
import { Seen } from './seen.ts';

/** What the check works with. */
export interface CoverageRoom {
  readonly graph: Graph;
  readonly ledger: Ledger;
  readonly register: Register;
  /** How long after a look began the next one begins, in hours. */
  readonly everyHours: number;
  /** The first poll after a time. */
  readonly nextPoll: NextPoll;
  /** Longest run, in milliseconds. */
  readonly budgetMs: number;
  readonly now: Clock;
  readonly wait: Wait;
  readonly log: Log;
}

/** A look at the report, under way: what a run works on, and what it leaves for the next. */
export class Look {
  progress: Progress;
  readonly people: People;
  readonly kinds: Kinds;
  readonly seen: Seen;
  /** Names of those with open questions, in lower case: for this process alone. */
  readonly names = new Map<string, string>();
  /** Sooner than this, in ms since 1970, a run must end. */
  readonly until: number;
  readonly #room: CoverageRoom;
  /** Its requests are among those of look-ups: one of three within the period, the others are for mails. */
  readonly #takeLookUp: TakeLookUp;
  readonly #pending = new Map<string, Pending>();
  #etag: string | undefined;
  /** When it last asked, in ms since 1970. */
  #asked = -Infinity;

  constructor(room: CoverageRoom, people: People, state: RegisterState, etag: string | undefined) {
    this.#room = room;
    this.#takeLookUp = lookUpTaker(room.ledger, room.now);
    this.progress = state.progress;
    this.people = people;
    this.kinds = new Kinds(state.learned);
    this.seen = new Seen(state.seen);
    for (const one of state.pending) this.#pending.set(one.id, one);
    this.#etag = etag;
    this.until = room.now().getTime() + room.budgetMs;
  }

  get etag(): string | undefined {
    return this.#etag;
  }

  isOver(): boolean {
    return this.#room.now().getTime() >= this.until;
  }

  /** Waits until it may ask Graph once more. False where the run would be over by then. */
  async turn(): Promise<boolean> {
    const { now, wait } = this.#room;
    const time = () => now().getTime();
    // Where the clock was set back, the last one lies ahead: nobody waits for longer than the period.
    let pause = Math.max(0, Math.min(this.#asked + periodMs - time(), periodMs));
    do {
      if (time() + pause >= this.until) return false;
      if (pause > 0) await wait(pause);
      pause = await this.#takeLookUp();
    } while (pause > 0);
    this.#asked = time();
    return true;
  }

  /** Meets somebody in the report. */
  meet(id: string, words: readonly string[], name: string): void {
    const { at, madeBefore: before = at, doubtedAt: doubted } = this.progress;
    const { number, changed } = this.people.look(id, this.kinds.bitsOf(words), {
      at,
      before,
      ...(doubted !== undefined && { doubted }),
    });
    if (!this.seen.has(number)) this.count({ people: 1 });
    this.seen.add(number);
    if (changed) this.#pending.set(id, { id, ...changed });
    // A row without a name leaves it to be asked for.
    if (name && this.people.get(id)?.person.open) this.names.set(id, name.toLowerCase());
  }

  /** What became of somebody; without a person they are gone. */
  settle(id: string, person: Person | undefined): void {
    const known = this.people.get(id);
    if (!known || known.person === person) return;
    if (person) this.people.set(id, { number: known.number, person });
    else this.people.remove(id);
    this.#pending.set(id, { id, number: known.number, ...(person && { person }) });
  }

  count(
    more: { readonly [name in 'people' | 'pages' | 'unreadable' | 'failures']?: number },
  ): void {
    const counts = Object.entries(more).map(([name, by]) => [
      name,
      this.progress[name as keyof typeof more] + by,
    ]);
    this.progress = { ...this.progress, ...Object.fromEntries(counts) };
  }

  /** Begins the report anew: whom it meets is met once more. */
  forgetSeen(): void {
    this.seen.clear();
  }

  /** Writes what fills transactions, or `all` that is pending, and then how far it has come. */
  async save(all = false): Promise<void> {
    const { register } = this.#room;
    const { left, transactions, written } = await register.write([...this.#pending.values()], all);
    this.#pending.clear();
    for (const one of left) this.#pending.set(one.id, one);
    this.progress = {
      ...this.progress,
      written: this.progress.written + written,
      transactions: this.progress.transactions + transactions,
    };
    const { numbers } = this.people;
    const state = {
      progress: this.progress,
      seen: this.seen.text,
      pending: left,
      learned: this.kinds.learned,
      numbers,
    };
    this.#etag = await register.writeState(state, this.#etag);
  }
}

import { CoverageCheck } from '../../functions/coverage/check.ts';
import { Kinds } from '../../functions/coverage/kinds.ts';
import type { CoverageRoom } from '../../functions/coverage/look.ts';
import { Register } from '../../functions/coverage/register.ts';
import type { Graph } from '../../functions/graph/client.ts';
import { notificationRef } from '../../functions/ledger/keys.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import { type Notification, type State, untried } from '../../functions/ledger/notification.ts';
import type { LedgerStore } from '../../functions/ledger/store.ts';
import type { Action, Method } from '../../functions/recognise/change.ts';
import type { Directory } from '../../local/graph/directory.ts';
import type { Faults } from '../../local/graph/faults.ts';
import { graphInside } from '../../local/graph/inside.ts';
import { makeMethod } from '../../local/graph/methodKinds.ts';
import { newTenant } from '../../local/graph/newTenant.ts';
import type { PasskeyMethods } from '../../local/graph/passkeyMethods.ts';
import type { Person } from '../../local/graph/person.ts';
import type { Registrations } from '../../local/graph/registrations.ts';
import { change } from '../mail/cases.ts';

const hourMs = 3_600_000;
const startsAt = Date.parse('2026-11-02T06:05:30Z');

/** Object ids are spread as real ones are. */
export const idOf = (number: number): string => {
  const mixed = Math.imul(number + 1, 0x9e3779b1) >>> 0;
  return `${mixed.toString(16).padStart(8, '0')}-7e4a-4c1d-9b6e-${String(number).padStart(12, '0')}`;
};

const nameOf = (number: number): string => `person${number}@contoso.example`;

const personOf = (number: number): Person => ({
  id: idOf(number),
  displayName: `Person ${number}`,
  givenName: null,
  surname: null,
  jobTitle: null,
  department: null,
  mail: nameOf(number),
  otherMails: [],
  userPrincipalName: nameOf(number),
  preferredLanguage: null,
  usageLocation: null,
  userType: 'Member',
  accountEnabled: true,
  managerId: null,
});

export interface Said {
  readonly level: string;
  readonly event: string;
  readonly fields: Record<string, unknown>;
}

/** How somebody is named in the ledger. */
type Naming = 'id' | 'name';

/** When and how the ledger has a change, and what else its row says. */
type Told = Partial<Notification> & { readonly at?: Date; readonly by?: Naming };

/** A tenant, its ledger, and the check that compares them, on a clock that only moves when told to. */
export class CoverageWorld {
  readonly directory: Directory;
  readonly methods: PasskeyMethods;
  readonly registrations: Registrations;
  readonly faults: Faults;
  readonly ledger: Ledger;
  readonly store: LedgerStore;
  readonly register: Register;
  readonly said: Said[] = [];
  /** Requests, by what they are for. */
  readonly requests = { report: 0, methods: 0, users: 0 };
  /** When the app polled for the first time. */
  startedAt = new Date(startsAt - 30 * 24 * hourMs);
  readonly #graph: Graph;
  #check = new CoverageCheck();
  #time = startsAt;
  #made = 0;

  constructor(
    people: number,
    store: LedgerStore = new MemoryStore(),
    ledgerStore = new MemoryStore(),
  ) {
    const now = this.now;
    const tenant = newTenant(
      now,
      Array.from({ length: people }, (_, number) => personOf(number)),
    );
    this.directory = tenant.directory;
    this.methods = tenant.passkeys;
    this.registrations = tenant.registrations;
    this.faults = tenant.faults;
    this.ledger = new Ledger(ledgerStore);
    this.store = store;
    this.register = new Register(store);
    const inside = graphInside(tenant);
    this.#graph = {
      ...inside,
      get: (path, options) => {
        const isReport = path.includes('userRegistrationDetails');
        this.requests[isReport ? 'report' : /methods$/.test(path) ? 'methods' : 'users'] += 1;
        return inside.get(path, options);
      },
    };
  }

  readonly now = (): Date => new Date(this.#time);

  advance(milliseconds: number): void {
    this.#time += milliseconds;
  }

  /** The app has polled. */
  async polled(): Promise<void> {
    const { polls } = await this.ledger.readState();
    const at = this.now().toISOString();
    const state = { startedAt: this.startedAt.toISOString(), watermark: at, polledAt: at };
    await this.ledger.writePoll('watched', state, polls.watched?.etag);
    await this.ledger.writeChores({ day: at.slice(0, 10) });
  }

  room(): CoverageRoom {
    return {
      graph: this.#graph,
      ledger: this.ledger,
      register: this.register,
      everyHours: 24,
      nextPoll: (after) => new Date((Math.floor(after.getTime() / 60_000) + 1) * 60_000),
      budgetMs: 8 * 60_000,
      now: this.now,
      wait: async (ms) => this.advance(ms),
      log: (level, event, fields = {}) => {
        this.said.push({ level, event, fields });
      },
    };
  }

  /** One tick, ten minutes after the one before it began. */
  async tick(): Promise<void> {
    const began = this.#time;
    await this.polled();
    await this.#check.run(this.room());
    this.#time = Math.max(this.#time, began + 10 * 60_000);
  }

  /** Whoever runs it next knows nothing but what is stored. */
  newProcess(): void {
    this.#check = new CoverageCheck();
  }

  /** Ticks until the look that is due has come to its end, and gives what was said meanwhile. */
  async look(between: () => void = () => {}): Promise<Said[]> {
    const before = this.said.length;
    for (let ticks = 0; ticks < 500; ticks += 1) {
      await this.tick();
      const state = await this.register.readState();
      if (state?.value.progress.done) break;
      between();
    }
    return this.said.slice(before);
  }

  /** The look of the next day. */
  async nextDay(between?: () => void): Promise<Said[]> {
    const state = await this.register.readState();
    const next = Date.parse(state?.value.progress.at ?? '') + 24 * hourMs;
    this.#time = Math.max(this.#time, next);
    return this.look(between);
  }

  gets(number: number, kind: string, at: Date = this.now()): void {
    this.#made += 1;
    this.methods.addOther(idOf(number), makeMethod(kind, `m${this.#made}`, at.toISOString()));
  }

  loses(number: number, kind: string): void {
    this.methods.removeOthers(idOf(number), kind);
  }

  /** Writes a notification of a change into the ledger. */
  async told(
    number: number,
    action: Action,
    method: Method,
    { at = this.now(), state = 'sent' as State, by = 'id' as Naming, ...more }: Told = {},
  ): Promise<void> {
    this.#made += 1;
    const time = at.toISOString();
    const auditId = `row${this.#made}`;
    const target = by === 'id' ? { id: idOf(number) } : { userPrincipalName: nameOf(number) };
    const row: Notification = {
      ...notificationRef(time, auditId),
      ...untried(new Date(time)),
      state,
      urgent: false,
      target,
      changes: [change({ time, action, method, auditId, target })],
      sender: 'security@contoso.example',
      ...more,
    };
    await this.ledger.insert(row);
  }

  /** What is open of a person, as words, as it is stored. */
  async openOf(number: number): Promise<string[]> {
    const state = await this.register.readState();
    if (!state) return [];
    const people = await this.register.load(state.value);
    const person = people.get(idOf(number))?.person;
    return person ? new Kinds(state.value.learned).words(person.open) : [];
  }
}

/** The events of one name. */
export const named = (said: readonly Said[], event: string): Record<string, unknown>[] =>
  said.filter((one) => one.event === event).map(({ fields }) => fields);

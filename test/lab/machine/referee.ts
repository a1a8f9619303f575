import { isDeepStrictEqual } from 'node:util';
import { isFinal, type Notification } from '../../../functions/ledger/notification.ts';
import { dueAt, machine, standing } from '../../../functions/ledger/transitions.ts';
import { messageIdOf } from '../../../functions/send/sentItems.ts';
import type { ScriptedExchange } from './scriptedExchange.ts';

/** Anything that acts: only its identity counts. */
type Actor = { readonly name: string; readonly sawThere: boolean };

/** A claim that a send was or may have been made under, and how it ended is not known. */
interface Doubt {
  readonly holder: Actor;
  readonly mailbox: string;
  /** Sent Items has shown that it did not get through. */
  absent: boolean;
}

interface Account {
  stored: Notification;
  holder: Actor | undefined;
  /** Those that no look has cleared up, the latest last. */
  doubts: Doubt[];
  /** Claims that did not end in a clear refusal. */
  doubted: number;
  readonly messageId: string;
  /** The last request: until when it may be out. */
  outUntil: number;
  /** How often an operator began anew. */
  reopened: number;
}

const longestWaitMs = 8 * 24 * 3_600_000;

/** Knows the rules, and watches every write, look and send. Keeps its own account of the doubts. */
export class Referee {
  readonly violations: string[] = [];
  readonly #rows = new Map<string, Account>();
  readonly #exchange: ScriptedExchange;
  readonly #now: () => Date;

  constructor(exchange: ScriptedExchange, now: () => Date) {
    this.#exchange = exchange;
    this.#now = now;
  }

  begins(row: Notification): void {
    const messageId = messageIdOf(row, 'contoso.example');
    const unsent = {
      holder: undefined,
      doubts: [],
      doubted: 0,
      messageId,
      outUntil: 0,
      reopened: 0,
    };
    this.#rows.set(row.key, { stored: row, ...unsent });
  }

  #rule(kept: boolean, broken: string): void {
    if (!kept) this.violations.push(broken);
  }

  #of(key: string): Account {
    const record = this.#rows.get(key);
    if (!record) throw new Error(`no row ${key}`);
    return record;
  }

  /** A write that storage has taken. */
  wrote(actor: Actor, after: Notification): void {
    const record = this.#of(after.key);
    const before = record.stored;
    const now = this.#now();
    const from = standing(before, now);
    const mine = record.holder === actor;
    record.stored = after;
    const anew = isFinal(before.state) && after.reopenedAt !== before.reopenedAt;
    this.#rule(
      anew || !isFinal(before.state),
      `${actor.name} moved a row that was ${before.state}`,
    );
    this.#rule(Object.values(machine[from]).includes(after.state), `${from} to ${after.state}`);
    this.#rule(from !== 'held' || (mine && after.state !== 'sending'), 'two holders at once');
    const due = dueAt(after)?.getTime() ?? 0;
    this.#rule(!Number.isNaN(due) && due <= now.getTime() + longestWaitMs, 'due when?');
    this.#rule(!isFinal(after.state) || Boolean(after.outcome), 'ended without a reason');
    if (after.state === 'sending') {
      this.#rule(after.attempts === before.attempts + 1, 'an attempt that was not counted');
      record.holder = actor;
      if (record.doubts.every(({ absent }) => absent)) record.doubts = [];
      record.doubts.push({ holder: actor, mailbox: after.sender, absent: false });
      record.doubted += 1;
      return;
    }
    record.holder = undefined;
    if (anew) {
      const owed = record.doubts.every(
        ({ absent, mailbox }) => absent || looksInto(after, mailbox),
      );
      this.#rule(owed, 'begun anew, and what was in doubt is not looked into');
      Object.assign(record, { doubts: [], doubted: 0, reopened: record.reopened + 1 });
      return;
    }
    // A clear refusal: what the claim put in doubt is not.
    const clear = after.attempts < before.attempts;
    if (clear) {
      this.#rule(mine, 'somebody else took an attempt back');
      record.doubts = record.doubts.filter(({ holder }) => holder !== actor);
      record.doubted -= 1;
    }
    const accepted = this.#exchange.copiesOf(record.messageId);
    if (after.state === 'sent') this.#rule(accepted > 0, 'sent, but nothing was accepted');
  }

  /** Sent Items of a mailbox has shown that a message is not there. */
  sawNothing(mailbox: string, messageId: string): void {
    for (const record of this.#rows.values()) {
      if (record.messageId !== messageId) continue;
      const held = standing(record.stored, this.#now()) === 'held';
      for (const doubt of record.doubts) {
        const live = held && doubt.holder === record.holder;
        if (doubt.mailbox === mailbox && !live) doubt.absent = true;
      }
    }
  }

  /** A request leaves, and may be out for so long, or until the answer is called. */
  sends(actor: Actor, mailbox: string, messageId: string, timeoutMs: number): () => void {
    const record = [...this.#rows.values()].find((row) => row.messageId === messageId);
    this.#rule(record !== undefined, 'another Message-ID');
    if (!record) return () => {};
    const { stored, holder, doubts } = record;
    const time = this.#now().getTime();
    const mine = holder === actor && stored.state === 'sending' && stored.sender === mailbox;
    this.#rule(mine, `${actor.name} sends without a claim`);
    const lease = Date.parse(stored.leaseUntil ?? '');
    this.#rule(time + timeoutMs <= lease, 'a request that outlasts the lease');
    this.#rule(record.outUntil <= time, 'two requests at once');
    this.#rule(!actor.sawThere, 'sent again, though it was found in Sent Items');
    const others = doubts.filter((doubt) => doubt.holder !== actor).length;
    this.#rule(others <= 1, 'repeated more than once without a look');
    this.#rule(stored.attempts >= doubts.length, 'a send before its attempt was counted');
    record.outUntil = time + timeoutMs;
    return () => {
      record.outUntil = 0;
    };
  }

  get open(): Notification[] {
    return [...this.#rows.values()].flatMap(({ stored }) =>
      isFinal(stored.state) ? [] : [stored],
    );
  }

  /** After all is over: everybody was told, or the row says why not. */
  closes(row: Notification): void {
    const { stored, messageId, doubted, reopened } = this.#of(row.key);
    this.#rule(isDeepStrictEqual(stored, row), 'the ledger says something else');
    const accepted = this.#exchange.copiesOf(messageId);
    // An operator who begins anew takes the risk of what is in doubt by then, and no other.
    this.#rule(accepted <= 2 * (1 + reopened), `accepted ${accepted} times`);
    if (accepted > 0) return;
    const { state, outcome, reopenedAt = '' } = row;
    const { reason, answer = '' } = outcome ?? {};
    const steps = row.steps.filter(({ at }) => at >= reopenedAt);
    const poisoned = steps.filter(({ cause }) => cause?.reason === 'poisoned').length;
    const due =
      (reason === 'repeatUnanswered' && doubted >= 2) ||
      ((reason === 'addressRefused' || reason === 'refused') && answer.startsWith('400')) ||
      (reason === 'poisoned' && poisoned >= 3) ||
      reason === 'expired';
    this.#rule(due, `missed: ${state} ${reason}`);
  }
}

/** Whether the next send is preceded by a look into a mailbox. */
const looksInto = ({ doubts, suspects = [] }: Notification, mailbox: string) =>
  doubts.includes(mailbox) || suspects.includes(mailbox);

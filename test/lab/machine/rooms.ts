import type { Graph } from '../../../functions/graph/client.ts';
import { GraphFailure } from '../../../functions/graph/failure.ts';
import { type Ledger, LedgerConflict } from '../../../functions/ledger/ledger.ts';
import type { MemoryQueue } from '../../../functions/ledger/memoryQueue.ts';
import type { Notification } from '../../../functions/ledger/notification.ts';
import type { NotificationQueue } from '../../../functions/ledger/queue.ts';
import { StorageFailure } from '../../../functions/ledger/store.ts';
import { ledgerWith } from '../../fixtures/ledgerWith.ts';
import { type Exchange, messageIdIn } from './exchange.ts';
import type { Referee } from './referee.ts';
import type { Worker } from './worker.ts';

/** What the rooms of a worker have in common with those of all others. */
export interface Surroundings {
  readonly exchange: Exchange;
  readonly referee: Referee;
  readonly ledger: Ledger;
  readonly now: () => Date;
  readonly queue: MemoryQueue;
  pass(ms: number): void;
}

const busy = () => new StorageFailure('ServerBusy', { status: 503 });
const writesOfAnOutage = 9;

/** The real ledger, stopped before each read and write, with faults before and after. */
export function ledgerOf(worker: Worker<unknown>, around: Surroundings): Ledger {
  const { ledger, referee } = around;
  const write = async <T>(notification: Notification, really: () => Promise<T>): Promise<T> => {
    if (worker.outage > 0) {
      worker.outage -= 1;
      throw busy();
    }
    const { storage, dies, tookMs } = await worker.point();
    if (storage === 'staysDown') worker.outage = writesOfAnOutage;
    if (storage === 'fails' || storage === 'staysDown') throw busy();
    const next = await really();
    referee.wrote(worker, notification);
    around.pass(tookMs);
    if (dies === 'after') return worker.vanish();
    if (storage === 'lostAnswer') throw busy();
    if (storage === 'lostTwice') throw new LedgerConflict('refused because it was done');
    return next;
  };
  return ledgerWith(ledger, {
    async get(row) {
      const { storage, dies, tookMs } = await worker.point();
      if (storage === 'fails') throw busy();
      const stored = await ledger.get(row);
      around.pass(tookMs);
      return dies === 'after' ? worker.vanish() : stored;
    },
    replace: (row, etag) => write(row, () => ledger.replace(row, etag)),
    replaceAndCount: (row, etag, count) =>
      write(row, () => ledger.replaceAndCount(row, etag, count)),
  });
}

/** A queue that keeps what it is given, or fails. */
export function queueOf(worker: Worker<unknown>, around: Surroundings): NotificationQueue {
  return {
    async enqueue(messages) {
      if (messages.length === 0) return;
      const { storage, dies } = await worker.point();
      if (storage === 'fails' || storage === 'staysDown') throw busy();
      await around.queue.enqueue(messages);
      if (dies === 'after') return worker.vanish();
      if (storage === 'lostAnswer') throw busy();
    },
  };
}

/** Graph, as far as delivering asks it: a person with a manager, Sent Items, and sends. */
export function graphOf(worker: Worker<unknown>, around: Surroundings): Graph {
  const { exchange, referee, now } = around;
  const look = (mailbox: string, messageId: string) => {
    const { fate } = worker;
    if (fate.look === 'unclear') throw new GraphFailure('unknownOutcome', { status: 503 });
    const forbidden = fate.look === 'forbidden' || mailbox.startsWith('security2');
    if (forbidden && fate.look !== 'readable') throw new GraphFailure('denied', { status: 403 });
    const there = exchange.holds(mailbox, messageId);
    if (there) worker.sawThere = true;
    else referee.sawNothing(mailbox, messageId);
    return { value: there ? [{ internetMessageId: messageId }] : [] };
  };
  return {
    origin: 'http://127.0.0.1:1',
    async get(path) {
      const [, , mailbox = '', folder] = path
        .replace(/^\/users\('(.*?)'\)/, '/users/$1')
        .split('/');
      const messageId = /internetMessageId eq '([^']+)'/.exec(decodeURIComponent(path))?.[1] ?? '';
      // What lies there beside it is not asked for here: nothing says that ids are not kept.
      if (folder === 'mailFolders') return messageId ? look(mailbox, messageId) : { value: [] };
      if (worker.fate.people === 'fails') throw new GraphFailure('unknownOutcome', { status: 503 });
      return person;
    },
    async post() {
      throw new Error('nobody asked for groups');
    },
    async sendMail(mailbox, mime, timeoutMs) {
      const began = now().getTime();
      worker.hangUp = referee.sends(worker, mailbox, messageIdIn(mime), timeoutMs);
      const answer = exchange.take(mailbox, mime, worker.fate.send);
      const { dies } = await worker.point();
      if (dies === 'after') return worker.vanish();
      worker.hangUp();
      if (now().getTime() - began >= timeoutMs) {
        throw new GraphFailure('unknownOutcome', { code: 'TimeoutError' });
      }
      const failure = answer();
      if (failure) throw failure;
    },
  };
}

const person = {
  id: 'u1',
  displayName: 'Adele Vance',
  mail: 'adelev@contoso.example',
  userPrincipalName: 'adelev@contoso.com',
  accountEnabled: true,
  manager: {
    id: 'u9',
    displayName: 'Miriam Graham',
    mail: 'miriamg@contoso.example',
    accountEnabled: true,
  },
};

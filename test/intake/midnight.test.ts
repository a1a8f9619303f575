import { expect, test } from 'vitest';
import { rehearsalConfig } from '../../cli/rehearse/settings.ts';
import { Recorder } from '../../functions/intake/recorder.ts';
import { Ledger } from '../../functions/ledger/ledger.ts';
import { LedgerView } from '../../functions/ledger/ledgerView.ts';
import { MemoryQueue } from '../../functions/ledger/memoryQueue.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { NextReplacement, Write } from '../../functions/ledger/store.ts';
import { readingRoom } from '../../functions/rooms.ts';
import { nobodyAsked } from '../fixtures/nobodyAsked.ts';
import { openRows } from '../fixtures/openRows.ts';
import { adele, auditRow } from '../fixtures/rows.ts';
import { parsed } from './story.ts';

const now = new Date('2026-11-25T00:01:00Z');
const number = JSON.stringify([{ PhoneNumber: '+1 2005550100' }]);
const rows = {
  other: auditRow({
    time: '2026-11-24T23:59:00Z',
    target: { id: 'u2', upn: 'u2@contoso.example' },
    by: { id: 'u2', userPrincipalName: 'u2@contoso.example' },
  }),
  directory: auditRow({
    time: '2026-11-24T23:59:59.8Z',
    service: 'Core Directory',
    activity: 'Update user',
    reason: '',
    properties: [['StrongAuthenticationUserDetails', '[]', number]],
  }),
  phone: auditRow({ time: '2026-11-25T00:00:00.4Z' }),
};
type Name = keyof typeof rows;

/** A table that lets something else come before a transaction. */
class Held extends MemoryStore {
  before: ((writes: readonly (Write | NextReplacement)[]) => Promise<void>) | undefined;

  override async transact(writes: readonly (Write | NextReplacement)[]): Promise<string[]> {
    await this.before?.(writes);
    return super.transact(writes);
  }
}

/** Two doors, each with what it has read of the ledger by the time that the first row comes. */
async function doors() {
  const store = new Held();
  const ledger = new Ledger(store);
  const rooms = {
    config: rehearsalConfig({ ORGANIZATION_NAME: 'Contoso' }),
    graph: nobodyAsked,
    ledger,
    queue: new MemoryQueue(),
    now: () => now,
    wait: () => Promise.resolve(),
  };
  const room = { ...readingRoom(rooms), log: () => undefined };
  const group = { ...room.group, startedAt: '2026-11-24T08:00:00Z' };
  const newDoor = () => {
    const view = new LedgerView(ledger);
    const record = async (...names: Name[]) => {
      const recorder = new Recorder(room, await ledger.readState(), view);
      const records = parsed(names.map((name) => rows[name]));
      await recorder.record({ records, unparsable: [] }, group);
      await recorder.lanes.save();
    };
    return record;
  };
  const door = async () => {
    const record = newDoor();
    await record('other');
    return record;
  };
  const told = async () => {
    const { notifications } = await openRows(ledger, '0');
    const ofAdele = notifications.filter(({ notification: { target } }) => target.id === adele.id);
    return ofAdele.map(({ notification }) => notification.changes.length);
  };
  return { store, one: await door(), other: await door(), newDoor, told };
}

test.each([
  ['directory', 'phone'],
  ['phone', 'directory'],
] as const)(
  'a change whose rows lie on two days is told once, where one door records its %s and another its %s',
  async (first, second) => {
    const { one, other, told } = await doors();
    await one(first);
    await other(second);
    expect(await told()).toEqual([1]);
  },
);

test('so is one that a door finds whole, which read the ledger while another was about to write its second day', async () => {
  const { store, one, newDoor, told } = await doors();
  const [begun, written] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let second: Promise<void> | undefined;
  store.before = async (writes) => {
    if (writes.length < 2) return;
    store.before = async () => {
      store.before = undefined;
      begun.resolve();
      await written.promise;
    };
    second = newDoor()('directory', 'phone');
    await begun.promise;
  };
  await one('phone');
  written.resolve();
  await second;
  expect(await told()).toEqual([1]);
});

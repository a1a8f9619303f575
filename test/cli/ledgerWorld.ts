import type { Report } from '../../cli/ledger/command.ts';
import { ledgerProgram } from '../../cli/ledger/commands.ts';
import { Register } from '../../functions/coverage/register.ts';
import { MemoryStore } from '../../functions/ledger/memoryStore.ts';
import type { Notification } from '../../functions/ledger/notification.ts';
import type { Rooms } from '../../functions/rooms.ts';
import type { World } from '../integration/world.ts';

/** Runs a command line of the ledger against a world. */
export const ledgerCommand = (world: World, ...argv: string[]) =>
  commandWith(world, new Register(new MemoryStore()), ...argv);

/** The same, with what the coverage check knows. */
export async function commandWith(world: Rooms, register: Register, ...argv: string[]) {
  const { config, graph, ledger, queue, now, wait } = world;
  const rooms: Rooms = { config, graph, ledger, queue, now, wait };
  let report: Report | undefined;
  const program = ledgerProgram(async (command, given) => {
    report = await command.run(given, rooms, register);
  });
  await program.parseAsync(argv, { from: 'user' });
  if (!report) throw new Error('No command was run');
  return { ...report, json: JSON.parse(JSON.stringify(report.json)) };
}

/** The only notification of a world. */
export async function onlyOne(world: World): Promise<Notification> {
  const [row, ...others] = await world.notifications();
  if (!row || others.length > 0) throw new Error(`${others.length + 1} notifications`);
  return row;
}

/** One that failed, though Exchange took it if `kept`: whether it did was never answered. */
export async function failed(world: World, kept: boolean): Promise<Notification> {
  const row = await world.dueMessage();
  world.simulator.faults.set('sentItems', { kind: 'consentMissing' });
  world.simulator.faults.set('sendMail', { kind: kept ? '504kept' : '504' });
  await world.deliver(row);
  await world.pass(60);
  world.simulator.faults.clear();
  const after = await onlyOne(world);
  if (after.state !== 'failed') throw new Error(after.state);
  return after;
}

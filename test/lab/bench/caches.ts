import { dates, numbers, onClockOf, zoneName } from '../../../functions/intl.ts';
import type { Azurite } from '../../../local/azurite.ts';
import type { HappeningName } from '../../../local/graph/happenings.ts';
import { World } from '../../integration/world.ts';
import { type BenchRow, fact, short } from './row.ts';
import { each } from './timing.ts';

// What is kept in memory, and what that saves. Each is measured through the app: look-ups are
// messages that were handled, and requests are those that reached the simulator.

/** What each cache gains. None is judged: whoever reads decides what is worth its code. */
export async function cacheRows(azurite: Azurite): Promise<BenchRow[]> {
  return [
    await people(azurite, 'three methods in a sitting of 16 s', [['firstEnrolment', 0]]),
    await people(azurite, 'a pass, then a passkey and a phone within three minutes', [
      ['adminIssuesTemporaryAccessPass', 75],
      ['userRegistersPasskey', 60],
      ['userRegistersPhone', 0],
    ]),
    await stalled(azurite),
    await refusals(azurite),
    formatters(),
  ];
}

/** Handles messages as they become due, `minutes` long, with a poll each minute. Returns how many. */
async function lookUps(world: World, minutes: number): Promise<number> {
  let handled = 0;
  for (let second = 0; second < minutes * 60; second += 5) {
    if (second % 60 === 0) await world.poll();
    const due = world.queue.take(world.now());
    for (const row of due) await world.deliver(row);
    handled += due.length;
    world.advance(5);
  }
  return handled;
}

const saved = (what: string, mails: number, wanted: number, made: number) =>
  fact(
    `people kept for three minutes: ${what}`,
    `mails ${mails}, look-ups ${wanted}, requests ${made}`,
  );

type Sitting = readonly (readonly [happening: HappeningName, thenSeconds: number])[];

async function people(azurite: Azurite, what: string, sitting: Sitting): Promise<BenchRow> {
  const world = await World.open(azurite);
  try {
    let wanted = 0;
    for (const [happening, seconds] of sitting) {
      world.happen(happening, { user: 'AdeleV@contoso.example' });
      wanted += await lookUps(world, seconds / 60);
    }
    wanted += await lookUps(world, 5);
    return saved(what, world.mails.length, wanted, world.simulator.counts.users);
  } finally {
    await world.close();
  }
}

/** Nothing is sent for a quarter of an hour, and then all of it is due. */
async function stalled(azurite: Azurite): Promise<BenchRow> {
  const world = await World.open(azurite);
  try {
    world.happen('burst', { count: 200 });
    world.advance(30);
    await world.poll();
    world.advance(15 * 60);
    const wanted = await lookUps(world, 15);
    const made = world.simulator.counts.users;
    return saved('200 mails due at once after a stop', world.mails.length, wanted, made);
  } finally {
    await world.close();
  }
}

/** Eight people register a passkey, and the app may not ask for it. */
async function refusals(azurite: Azurite): Promise<BenchRow> {
  const world = await World.open(azurite);
  try {
    world.simulator.faults.set('methods', { kind: 'consentMissing' });
    const names = ['AdeleV', 'AlexW', 'MeganB', 'LeeG', 'IsaiahL', 'JoniS', 'MiriamG', 'PattiF'];
    for (const name of names) {
      world.happen('userRegistersPasskey', { user: `${name}@contoso.example` });
    }
    await lookUps(world, 5);
    const { methods } = world.simulator.counts;
    return fact(
      'a refusal of passkeys remembered for an hour',
      `mails ${world.mails.length}, requests ${methods}`,
    );
  } finally {
    await world.close();
  }
}

/** The formatters of one mail, made anew and kept. */
function formatters(): BenchRow {
  const now = new Date();
  const timeZone = 'Europe/Berlin';
  const [full, long] = (['full', 'long'] as const).map((dateStyle) => {
    return { dateStyle, timeStyle: 'short' } as const;
  });
  const zone = { timeZone, timeZoneName: 'longGeneric' } as const;
  const styles = [{ ...full, timeZone }, { ...long, timeZone: 'UTC' }, zone];
  const anew = each(100, () => {
    for (const style of styles) new Intl.DateTimeFormat('de', style).format(now);
    new Intl.NumberFormat('de').format(1);
  });
  const kept = each(100, () => {
    dates('de', { ...full }).format(onClockOf(timeZone, now));
    dates('de', { ...long }).format(now);
    zoneName('de', timeZone);
    numbers('de').format(1);
  });
  return fact('formatters of a mail: made anew; kept', `${short(anew)} ms; ${short(kept)} ms`);
}

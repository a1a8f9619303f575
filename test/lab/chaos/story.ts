import PostalMime from 'postal-mime';
import { extraPerson } from '../../../local/graph/contoso.ts';
import { type Random, seededRandom } from '../../../local/graph/random.ts';
import { asInAzure } from '../../../local/host/rules.ts';
import { Stage } from '../faults/stage.ts';
import type { Tally } from '../faults/told.ts';
import { calm, doom, strike } from './mischief.ts';

/** What one story led to. */
export interface Ending extends Tally {
  readonly seed: number;
  /** Changes that nobody was told of, and that the app said so itself: `mail.failed`. */
  readonly givenUp: number;
  readonly kills: number;
  /** What must not be. Empty if all is well. */
  readonly problems: readonly string[];
}

/** How long things go wrong, in minutes of the tenant. */
const minutes = 40;

/**
 * One tenant in which things happen while everything goes wrong: faults of Graph, Exchange and
 * storage, lost queues, wrong clocks, late rows, hosts that die in the middle of a request. Then
 * a day passes in peace. All of it follows from the seed.
 */
export async function playStory(seed: number): Promise<Ending> {
  const random = seededRandom(seed);
  const stage = await Stage.open({ batchSize: 1 });
  // In every third tenant the app may not look into Sent Items.
  const blind = random.below(3) === 0;
  let kills = 0;
  try {
    for (let minute = 0; minute < minutes; minute += 1) {
      happen(stage, minute, random);
      if (random.below(3) === 0) strike(stage, random);
      if (blind) stage.faults.set('sentItems', { kind: 'consentMissing' });
      const isDead = random.below(6) === 0 ? doom(stage, random) : undefined;
      await stage.minutes(1);
      if (isDead?.()) {
        kills += 1;
        stage.restart({
          hold: random.pick([0, 30, asInAzure.hold]),
          gap: random.pick([0, 62, 90]),
        });
        stage.world.advance(random.below(180));
      }
      if (random.below(4) === 0 || isDead) calm(stage);
    }
    await settle(stage, blind);
    return await judge(stage, { seed, kills, blind });
  } finally {
    await stage.close();
  }
}

/** Some people get something new: alone, together, urgently, or so that the log tells late of it. */
function happen(stage: Stage, minute: number, random: Random): void {
  for (let number = random.below(3); number > 0; number -= 1) {
    const person = extraPerson(minute * 10 + number);
    const [user = ''] = person.userPrincipalName.split('@');
    stage.world.simulator.directory.add({ ...person, preferredLanguage: 'en-GB' });
    const kind = random.below(6);
    if (kind === 0) stage.pass(user);
    else if (kind === 1) stage.passkey(user);
    else stage.phone(user, kind === 2 ? random.below(300) : 0);
  }
}

/** Peace: the rest of this day, and the next one's daily reading. */
async function settle(stage: Stage, blind: boolean): Promise<void> {
  calm(stage);
  if (blind) stage.faults.set('sentItems', { kind: 'consentMissing' });
  await stage.minutes(45);
  stage.world.advance(16 * 3600);
  await stage.minutes(30);
}

async function judge(
  stage: Stage,
  { seed, kills, blind }: { seed: number; kills: number; blind: boolean },
): Promise<Ending> {
  const tally = await stage.tally();
  const failed = (await stage.world.notifications()).filter(({ state }) => state === 'failed');
  const givenUp = failed.flatMap(({ changes }) =>
    changes.map(({ target, action, method }) => {
      const user = (target.userPrincipalName ?? '').split('@')[0];
      return `${user} ${action} ${method}`;
    }),
  );
  const missing = tally.missing.filter((change) => !givenUp.includes(change));
  const ids = await Promise.all(
    stage.world.mails.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId ?? ''),
  );
  const copies = [...Map.groupBy(ids, (id) => id).values()].map(({ length }) => length);
  const told = new Set(ids).size;
  const problems = [
    ...missing.map((change) => `missing: ${change}`),
    ...tally.unexpected.map((change) => `not expected: ${change}`),
    ...((await stage.isQuiet()) ? [] : ['something is still to be sent']),
    ...(copies.some((count) => count > 2) ? ['a mail went out more than twice'] : []),
    ...(!blind && told < ids.length ? ['a mail was repeated though it stood in Sent Items'] : []),
    ...(tally.repeated.length > ids.length - told ? ['a change was told by two mails'] : []),
    ...(!blind && failed.length > 0 ? ['given up, though Sent Items may be read'] : []),
    ...(stage.logged('mail.failed') < failed.length ? ['a failure was not said'] : []),
  ];
  return {
    ...tally,
    missing,
    seed,
    kills,
    givenUp: tally.missing.length - missing.length,
    problems,
  };
}

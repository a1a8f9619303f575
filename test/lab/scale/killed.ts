import { AuditLog } from './auditLog.ts';
import { Fleet } from './fleet.ts';
import { type Change, kinds } from './kinds.ts';
import { Told } from './told.ts';

/** One kill in the middle of a burst. Times in seconds. */
export interface Kill {
  /** After the first poll that finds some of it. */
  readonly at: number;
  /** Everything, or the senders alone: on Flex each function has processes of its own. */
  readonly who: 'all' | 'senders';
  /** How long the host keeps a message that was in hand when its process died. */
  readonly hold: number;
  /** How long a host that starts anew is kept out by its own dead lease on the timers. */
  readonly gap: number;
  /** At the next claim after that, which is written, and nothing sent: the longest wait there is. */
  readonly atClaim?: boolean;
  readonly mayLook?: boolean;
  readonly seed?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** What came of it. */
interface AfterKill {
  readonly missing: number;
  readonly repeated: number;
  /** Mails that were out when the process died. */
  readonly before: number;
  /** When the last mail was out, in seconds after the restart. */
  readonly last: number;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const start = new Date('2026-11-24T09:00:00Z');
const people = 200;
const mailboxes = 4;
const restartMs = 2 * secondMs;

/** 200 people register something within twenty seconds; the app is killed while it tells them. */
export async function playKill(kill: Kill): Promise<AfterKill> {
  const begin = start.getTime() + 30 * secondMs;
  const changes: Change[] = Array.from({ length: people }, (_, number) => ({
    kind: kinds.authenticator,
    time: begin + number * 100,
    person: number,
    administrator: 0,
    number,
  }));
  const log = new AuditLog(changes, ({ kind }) => kind.offsets.map(() => 0));
  const told = new Told(log);
  const app = new Fleet({
    start,
    log,
    senders: mailboxes,
    instances: 2,
    seed: kill.seed ?? 1,
    settings: { COPY_MANAGER: 'never', ...kill.settings },
    mortal: true,
    accepted: (mail, row) => told.take(mail, row),
  });
  app.graph.mayLook = kill.mayLook ?? true;
  const die = () => {
    app.onClaim = undefined;
    app.die(kill.who, kill.hold);
  };
  await app.clock.run(begin + (30 + kill.at) * secondMs);
  if (kill.atClaim) {
    // At the next claim, or after a minute.
    app.onClaim = die;
    await app.clock.run(app.clock.time + minuteMs, () => !app.onClaim);
  }
  if (app.onClaim || !kill.atClaim) die();
  const before = told.mails;
  await app.clock.run(app.clock.time + restartMs);
  const restart = app.clock.time;
  app.rise(kill.who, kill.gap * secondMs);
  await app.clock.run(restart + 12 * minuteMs);
  return {
    missing: told.missed.length,
    repeated: told.repeated.length,
    before,
    last: (Math.max(...told.times) - restart) / secondMs,
  };
}

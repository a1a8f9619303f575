import type { Ends } from './listener.ts';
import { failureOf, type Log } from './logLine.ts';
import { answerOf, refusalOf } from './refusal.ts';
import type { HostRules } from './rules.ts';
import type { TimerLease, TimerStore } from './timerStore.ts';

/** Sees to it that one host ticks, by a lease that it holds. */
interface TimerLock {
  /** calls `listen` once the lease is this host's, now or after the one that has it is gone */
  start(listen: () => Promise<void>): void;
  /** gives the lease back, if it is held */
  stop(): Promise<void>;
}

/** After a 5xx a renewal is repeated this soon, in ms. */
const repeatMs = 1000;

/**
 * A timer's lease, asked for at the start and, where another host has it, once in a while. It is renewed
 * at half of it. A host that lost it is ended: until it finds out, two may tick. Source:
 * azure-webjobs-sdk, SingletonListener and SingletonManager.
 */
export function timerLock(
  name: string,
  { store, rules, log, ends }: { store: TimerStore; rules: HostRules; log: Log; ends: Ends },
): TimerLock {
  const resource = `locks of the timers in the container azure-webjobs-hosts, for ${name}`;
  let clock: NodeJS.Timeout | undefined;
  let stopped = false;
  let lease: TimerLease | undefined;
  let asking: Promise<void> = Promise.resolve();

  async function ask(listen: () => Promise<void>): Promise<void> {
    try {
      lease = await store.tryLease(name, rules.timerLease);
    } catch (error) {
      if (answerOf(error) === 'refused') return ends(refusalOf(error, 'lease', 'blob', resource));
      log('warn', { event: 'host.storage', function: name, ...failureOf(error) });
    }
    if (stopped) return;
    if (!lease) {
      clock = setTimeout(() => {
        asking = ask(listen);
      }, rules.timerRecovery * 1000);
      return;
    }
    renewAfter(rules.timerLease * 500);
    await listen();
  }

  function renewAfter(milliseconds: number): void {
    clock = setTimeout(() => {
      asking = renew();
    }, milliseconds);
  }

  async function renew(): Promise<void> {
    try {
      await lease?.renew();
      if (!stopped) renewAfter(rules.timerLease * 500);
    } catch (error) {
      const answer = answerOf(error);
      if (stopped) return;
      if (answer === 'busy' || answer === 'unreachable') return renewAfter(repeatMs);
      ends(refusalOf(error, 'renew the lease on', 'blob', resource));
    }
  }

  return {
    start(listen) {
      asking = rules.timerLease > 0 ? ask(listen) : listen();
    },
    async stop() {
      stopped = true;
      clearTimeout(clock);
      await asking;
      clearTimeout(clock);
      await lease?.release().catch(() => undefined);
    },
  };
}

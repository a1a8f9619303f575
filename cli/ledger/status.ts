import type { PollState } from '../../functions/audit/windows.ts';
import { nextPollAfter } from '../../functions/config/schedule.ts';
import type { Lane } from '../../functions/ledger/lanes.ts';
import { exitCodes } from '../command.ts';
import { assess, type Reading } from './attention.ts';
import { type LedgerCommand, textOf } from './command.ts';
import { countRows } from './counts.ts';
import { describe } from './describe.ts';
import { sinceOf } from './times.ts';

export const status: LedgerCommand = {
  summary: 'is all well? lag, counts by state, what waits, what failed',
  does: `How far the audit log has been read, what became of the notifications, and what needs attention: a log
not read to its end for half an hour after a poll was due, a daily reading two days old, a failed notification of the window,
one overdue by more than 15 minutes or that this version can't read, a row of the log kept aside since it could not be parsed. Reads only.`,
  example: '--since 7d',
  found: 'something needs attention, and the last lines say what',
  define: (command) =>
    command.option(
      '--since <time>',
      'the window, by time of activity: 30m, 24h or a day such as 2026-11-24',
      '7d',
    ),
  async run(given, { config, ledger, now }) {
    const at = now();
    const since = sinceOf(textOf(given, 'since') ?? '', at);
    const { polls, lanes, chores } = await ledger.readState();
    const counted = await countRows(ledger, since, at, config.MAX_NOTIFY_AGE_HOURS);
    const watches = config.WATCH_UPDATE_USER
      ? (['watched', 'updateUser'] as const)
      : (['watched'] as const);
    const { senders: used, ...rest } = counted;
    const mailboxes = new Set([...config.SENDER_MAILBOXES, ...used.keys()]);
    const facts = {
      at: at.toISOString(),
      since: since.toISOString(),
      reading: watches.map((watch) => readingOf(watch, polls[watch]?.value, at)),
      chores: chores
        ? {
            done: chores.resumeFrom === undefined && chores.updateUserFrom === undefined,
            ...chores,
          }
        : null,
      ...rest,
      senders: [...mailboxes].map((mailbox) => ({
        mailbox,
        ...(used.get(mailbox) ?? { sent: 0, open: 0, failed: 0 }),
        nextFreeSlot: nextFree(lanes?.value[mailbox]),
      })),
    };
    const attention = assess(facts, nextPollAfter(config));
    const code = attention.length > 0 ? exitCodes.found : exitCodes.well;
    return { text: describe(facts, attention), json: { ...facts, attention }, code };
  },
};

const nextFree = (lane: Lane | undefined): string | null => {
  const last = lane?.runs.at(-1);
  return last ? new Date(last.end).toISOString() : null;
};

function readingOf(watch: Reading['watch'], poll: PollState | undefined, now: Date): Reading {
  if (!poll) {
    const never = { readTo: null, lagSeconds: null, lastCompletePoll: null };
    return { watch, ...never, watermark: null, startedAt: null };
  }
  const { polledAt, resumeFrom = polledAt, watermark, startedAt } = poll;
  const readTo = Date.parse(resumeFrom) > Date.parse(polledAt) ? resumeFrom : polledAt;
  const lagSeconds = Math.max(0, Math.round((now.getTime() - Date.parse(readTo)) / 1000));
  return { watch, readTo, lagSeconds, lastCompletePoll: polledAt, watermark, startedAt };
}

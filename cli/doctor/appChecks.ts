import type { Config } from '../../functions/config/config.ts';
import { isPollLate, nextPollAfter } from '../../functions/config/schedule.ts';
import type { AppState } from '../../functions/ledger/progress.ts';
import { span } from '../span.ts';
import { type Finding, look, well, wrong } from './finding.ts';

/** After the poll that should have come. The app writes down at least every five minutes that it has polled. */
const silentMs = 15 * 60_000;
/** From here on, what people are told is late. */
const lagMs = 30 * 60_000;

/** Whether the app is at work, by what it has written down. Pure. */
export function checkApp(
  { polls }: Pick<AppState, 'polls'>,
  config: Pick<Config, 'POLL_SCHEDULE'>,
  now: Date,
): Finding[] {
  const check = 'app';
  const poll = polls.watched?.value;
  if (!poll) {
    const fix = 'Is it deployed and running? See the log stream of the function app';
    return [look(check, 'has never polled', fix)];
  }
  const silent = now.getTime() - Date.parse(poll.polledAt);
  if (isPollLate(poll.polledAt, nextPollAfter(config), now, silentMs)) {
    const says = `its last successful poll was ${span(silent)} ago`;
    return [wrong(check, says, 'Look for poll.failed in its log (docs/events.md)')];
  }
  const lag = now.getTime() - Date.parse(poll.resumeFrom ?? now.toISOString());
  if (lag > lagMs) {
    const says = `is catching up: it has read the log up to ${span(lag)} ago`;
    return [look(check, says, 'Nothing, if that falls from time to time')];
  }
  return [well(check, `at work: polled within the last ${span(silent)}`)];
}

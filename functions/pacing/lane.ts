import type { Lane, Pause, SlotRun } from '../ledger/lanes.ts';
import { bearable, endOfPause } from './pause.ts';
import type { PlannedMail } from './planned.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Exchange counts when a mail arrives, we when it is to leave: so much the two may differ, in ms. */
const guardMs = 1200;

/** Recipients that Exchange takes from one mailbox in any 24 hours, and what of them is for urgent mails. */
export const recipientsPerDay = 10_000;
export const urgentReserve = 500;

/** An urgent mail preempts a slot no sooner than this, so that its owner learns of it. */
const leadMs = 4000;

/** More urgent mails than this do not wait in one line: the lanes must fit into a row of the table. */
const mostPreempted = 1000;

/** Slots that were preempted are remembered for so long, for mails that are late themselves. */
const memoryMs = 5 * minuteMs;

/** How late a mail may leave within its slot, in ms. Less than the guard: a request takes its time. */
const slackMs = 1000;

/** The first of a run may be later: nobody is at work yet, and an idle queue is looked at every 2 s. */
const startMs = 1200;

/** The longest that a slot lasts, in ms. */
export const longestSlotMs = slackMs + startMs;

/** What a mailbox may be asked to do. Times in ms. */
export interface LaneRules {
  readonly now: number;
  readonly interval: number;
  readonly notBefore: number;
}

/** A slot, and the lane in which it is given away. Times in milliseconds since 1970. */
export interface Slot {
  readonly at: number;
  /** Until then its mail may leave. */
  readonly until: number;
  /** When the next may begin. */
  readonly end: number;
  readonly kind: PlannedMail['kind'];
  readonly lane: Lane;
  /** So far behind others that an urgent mail may preempt it. */
  readonly inLine: boolean;
}

/** The lane of a mailbox that nothing was planned for. */
export const emptyLane: Lane = { runs: [], preempted: [], hours: [] };

/** Until when the mail of a slot may leave that is not the first of its run: ISO 8601. */
export const slotUntil = (at: number): string => new Date(at + slackMs).toISOString();

/** How long a slot is of a mailbox that bears so many mails a minute, in ms. */
export const slotMs = (perMinute: number): number => Math.ceil((minuteMs + guardMs) / perMinute);

/** The rules of a mailbox at a time. Pure. */
export const laneRules = (rate: number, pause: Pause | undefined, now: Date): LaneRules => ({
  now: now.getTime(),
  interval: slotMs(bearable(rate, pause, now)),
  notBefore: Math.max(now.getTime(), endOfPause(pause)),
});

/** A lane without what is over. */
export function tidied({ runs, preempted, hours }: Lane, now: Date): Lane {
  const time = now.getTime();
  return {
    runs: runs.filter(({ end }) => end > time),
    preempted: preempted.filter(({ at }) => at > time - memoryMs),
    hours: hours.filter(([hour]) => hour >= hourOf(time) - 24),
  };
}

/** When a lane has nothing planned any more, in milliseconds since 1970; 0 where there is nothing. */
export const endOf = ({ runs }: Lane): number => runs.at(-1)?.end ?? 0;

/** Where in a lane a mail could go. Times in milliseconds since 1970. */
export interface Place {
  readonly at: number;
  /** When nothing would be planned any more. */
  readonly endOfLane: number;
  /** The slot, and the lane once it is given away: of many lanes it is one. */
  readonly take: () => Slot;
}

/** The earliest free place at `due` or later. Pure. */
export function nextPlace(
  lane: Lane,
  due: number,
  recipients: number,
  rules: LaneRules,
  urgent = false,
): Place {
  const { interval, notBefore } = rules;
  const { hours } = lane;
  let at = Math.max(due, notBefore);
  for (;;) {
    const free = outsideRuns(lane.runs, at, interval);
    at = outsideDay(hours, free, recipients, urgent);
    if (at === free) break;
  }
  const before = lane.runs.findLastIndex(({ from }) => from <= at);
  const last = lane.runs[before];
  const follows = last?.end === at;
  const late = follows ? 0 : startMs;
  const room = interval + late;
  const end = at + room;
  const take = (): Slot => {
    const unbroken = follows && last.interval === interval;
    const run = { from: unbroken ? last.from : at, interval: room, end };
    const runs = lane.runs.toSpliced(unbroken ? before : before + 1, unbroken ? 1 : 0, run);
    const inLine = at - run.from >= leadMs;
    const given = { ...lane, runs, hours: counted(hours, at, recipients) };
    return { at, until: at + slackMs + late, end, kind: 'free', lane: given, inLine };
  };
  return { at, endOfLane: Math.max(endOf(lane), end), take };
}

/** The earliest free slot at `due` or later. Pure. */
export const nextSlot = (...wanted: Parameters<typeof nextPlace>): Slot =>
  nextPlace(...wanted).take();

/**
 * A place for an urgent mail: a free one if there is any soon, else one that somebody in line has, who
 * goes behind the others of that day, with `usual` recipients. Pure.
 */
export function urgentPlace(...wanted: Parameters<typeof urgentSlot>): Place {
  const slot = urgentSlot(...wanted);
  return { at: slot.at, endOfLane: endOf(slot.lane), take: () => slot };
}

/** The slot of `urgentPlace`. Pure. */
export function urgentSlot(
  lane: Lane,
  due: number,
  recipients: number,
  usual: number,
  rules: LaneRules,
): Slot {
  const free = nextSlot(lane, due, recipients, rules, true);
  const soonest = Math.max(due, rules.notBefore, rules.now + leadMs);
  const full = lane.preempted.length >= mostPreempted;
  const at = full ? undefined : slotInLine(lane, soonest);
  // Who has it is counted where they go, and not here any more.
  const freed = at === undefined ? lane : givenBack(lane, at, usual);
  if (at === undefined || at >= free.at || outsideDay(freed.hours, at, recipients, true) > at) {
    // Nobody preempts an urgent mail.
    if (!free.inLine || full) return { ...free, inLine: false };
    const guarded = { ...free.lane, preempted: [...free.lane.preempted, { at: free.at }] };
    return { ...free, kind: 'guarded', lane: guarded, inLine: false };
  }
  const counting = { ...freed, hours: counted(freed.hours, at, recipients) };
  const { at: instead, lane: longer } = behindOthers(counting, at, usual, rules);
  const given = { ...longer, preempted: [...longer.preempted, { at, instead }] };
  const end = at + rules.interval;
  return { at, until: at + slackMs, end, kind: 'preempted', lane: given, inLine: false };
}

/**
 * A place for a mail that loses the one at `from`: at the end of the line, where that is on the same day. A longer
 * line is one of days with hours between them, when the mailbox has sent what it may: there, the first of them.
 */
function behindOthers(lane: Lane, from: number, recipients: number, rules: LaneRules): Slot {
  const last = nextSlot(lane, endOf(lane), recipients, rules, true);
  const first = nextSlot(lane, from, recipients, rules, true);
  // Gaps of seconds stay: a lane of many short runs makes its row long.
  return last.at - first.at > dayMs / 2 ? first : last;
}

/** A lane with a slot that was planned without it; undefined where the slot is not free in it. Pure. */
export function withSlot(
  lane: Lane,
  { at, end, recipients, urgent, inLine, kind }: Omit<PlannedMail, 'sender'>,
): Lane | undefined {
  const { runs, hours, preempted } = lane;
  const isTaken = runs.some((run) => at < run.end && run.from < end);
  if (isTaken || outsideDay(hours, at, recipients, urgent) > at) return undefined;
  const before = runs.findLastIndex(({ from }) => from < at);
  const last = runs[before];
  const interval = end - at;
  // Whoever is not in line does not look whether its slot is still its own: it begins a run.
  const follows = inLine && last?.end === at && last.interval === interval;
  const next = runs.toSpliced(follows ? before : before + 1, follows ? 1 : 0, {
    from: follows ? last.from : at,
    interval,
    end,
  });
  return {
    runs: next,
    preempted: kind === 'guarded' ? [...preempted, { at }] : preempted,
    hours: counted(hours, at, recipients),
  };
}

/** A lane without what was planned for a mail that did not leave. Its slot is gone. Pure. */
export function givenBack(lane: Lane, at: number, recipients: number): Lane {
  const before = lane.hours.find(([hour]) => hour === hourOf(at))?.[1] ?? 0;
  return { ...lane, hours: counted(lane.hours, at, -Math.min(before, recipients)) };
}

/** The first slot from `soonest` on whose owner is in line, and is no urgent mail. */
function slotInLine({ runs, preempted }: Lane, soonest: number): number | undefined {
  const urgent = new Set(preempted.map(({ at }) => at));
  for (const { from, interval, end } of runs) {
    const first = Math.max(0, Math.max(soonest, from + leadMs) - from);
    let at = from + Math.ceil(first / interval) * interval;
    while (at < end && urgent.has(at)) at += interval;
    if (at < end) return at;
  }
  return undefined;
}

/** The earliest time from `at` on that keeps its distance from all slots. */
function outsideRuns(runs: readonly SlotRun[], at: number, interval: number): number {
  let free = at;
  for (const { from, end } of runs) {
    if (free + interval <= from) break;
    free = Math.max(free, end);
  }
  return free;
}

const hourOf = (time: number) => Math.floor(time / hourMs);

function counted(hours: Lane['hours'], at: number, recipients: number): Lane['hours'] {
  const hour = hourOf(at);
  const known = hours.find(([one]) => one === hour)?.[1] ?? 0;
  return [...hours.filter(([one]) => one !== hour), [hour, known + recipients]];
}

/** The earliest time from `at` on at which the mailbox may write to so many more recipients. */
function outsideDay(hours: Lane['hours'], at: number, recipients: number, urgent: boolean): number {
  const most = Math.max(0, recipientsPerDay - recipients - (urgent ? 0 : urgentReserve));
  const present = hourOf(at);
  // Whole hours: what is sent late in the oldest of them still counts.
  const oldest = present - 24;
  let inDay = 0;
  for (const [hour, count] of hours) if (hour >= oldest) inDay += count;
  if (inDay <= most) return at;
  const counts = new Map(hours);
  inDay = 0;
  let free = present;
  // Nor may it be too many for what is planned on the day after it.
  for (let hour = oldest; hour <= free + 24; hour += 1) {
    const over = hour - 25;
    inDay += (counts.get(hour) ?? 0) - (over < oldest ? 0 : (counts.get(over) ?? 0));
    if (hour >= present && inDay > most) free = hour + 1;
  }
  return free === present ? at : free * hourMs;
}

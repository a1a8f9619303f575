import type { Evidence, Initiator, SecurityInfoChange } from '../recognise/change.ts';
import { heldKind } from '../recognise/evidence.ts';
import { onlyRecords, samePerson } from '../recognise/initiator.ts';
import { accompanied, keyProperty, namesKeys } from '../recognise/lookUpActivity.ts';
import { areTwinWords } from '../recognise/methodWords.ts';

/**
 * Why a row was taken for one of a change that is known already.
 *
 * - `sameRow`: the same service, activity, reason and correlation id, within seconds
 * - `companion`: the catalogue says that the one accompanies the other
 * - `otherWords`: the same activity, in other words for the same method
 * - `explained`: one of the two names no method, and the other does
 */
export type MergeReason = 'sameRow' | 'companion' | 'otherWords' | 'explained';

const sentences: Readonly<Record<MergeReason, string>> = {
  sameRow: 'the same row again: activity, reason and correlation id are those of one that is known',
  companion: 'it accompanies a row of the change, as the catalogue says',
  otherWords: 'the same activity, in other words for the same method',
  explained: 'one of the two rows names no method, and the other one does',
};

/** A reason as it is stored, in words for operators. */
export const sayMerged = (reason: string): string =>
  Object.hasOwn(sentences, reason) ? sentences[reason as MergeReason] : reason;

/** A change that is known already, as merging sees it. */
export interface Known {
  readonly change: SecurityInfoChange;
  /** Its mail can still be changed. */
  readonly open: boolean;
}

/** Rows of one change are written within this time of each other, in ms. */
const sameChangeMs = 30_000;
/** With one correlation id, within this. */
export const correlatedMs = 60_000;
/** The same row again comes within this. */
const sameRowMs = 10_000;

/**
 * Which of the known changes of a person a new one belongs to, and why; undefined where it is one of its
 * own. Rows are merged on evidence, never for want of a difference: the catalogue names the rows that
 * accompany each other, each change takes one of a kind, and two rows of one activity with different
 * correlation ids are two changes. Of several the one with its correlation id counts, then the nearest.
 * Pure.
 */
export function findSame(
  change: SecurityInfoChange,
  known: readonly Known[],
): { readonly index: number; readonly why: MergeReason } | undefined {
  let best: { index: number; why: MergeReason } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, one] of known.entries()) {
    const why = mergeReason(change, one);
    if (!why || isOpposed(change, one.change, known)) continue;
    const distance =
      distanceMs(change, one.change) -
      (isCorrelated(change, one.change) ? 2e9 : 0) +
      // What names its method belongs rather to what does, too.
      (why === 'explained' ? 1e9 : 0);
    if (distance < least) best = { index, why };
    least = Math.min(least, distance);
  }
  return best;
}

/**
 * A known change that a row belongs to more than the one of its kind that is there: the directory's row of
 * a change may have come before its own fuller row, and joined the one before. Pure.
 */
export function findDisplaced(
  change: SecurityInfoChange,
  known: readonly Known[],
): { readonly index: number; readonly evidence: Evidence } | undefined {
  const [row] = change.evidence ?? [];
  if (!row || change.held) return undefined;
  let best: { index: number; evidence: Evidence } | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, { change: other, open }] of known.entries()) {
    const taken = other.evidence?.find((one) => isTaken(row, one));
    const rest = other.evidence?.filter((one) => one !== taken) ?? [];
    const named = rest.filter(isNamed);
    if (!taken || named.length === 0) continue;
    const without = { ...other, evidence: rest };
    if (!mergeReason(change, { change: without, open }) || isOpposed(change, without, known))
      continue;
    const distance = Math.min(...named.map((one) => apart(row, one)));
    if (distance >= Math.min(...named.map((one) => apart(taken, one)))) continue;
    if (distance < least) best = { index, evidence: taken };
    least = Math.min(least, distance);
  }
  return best;
}

/** Why a row belongs to a known change; undefined where nothing says so. */
function mergeReason(
  change: SecurityInfoChange,
  { change: other, open }: Known,
): MergeReason | undefined {
  if (!isOfOnePerson(change, other) || !mayBeOfOneMaker(change.initiator, other.initiator)) {
    return undefined;
  }
  if (differInDetail(change, other)) return undefined;
  const [[row] = [], rows = []] = [change.evidence, other.evidence];
  if (!row || differ(marksOf(rows), marksOf(change.evidence ?? []))) return undefined;
  if (rows.some((one) => isSameRow(row, one)) && fitting(change, other)) return 'sameRow';
  // A row that names no method explains nothing: told, confirmed or not, it takes no other in.
  if (other.held && !open) return undefined;
  if (rows.some((one) => isTaken(row, one))) return undefined;
  if (change.held || other.held) {
    // The service that writes such rows writes the ones that say more: others only record.
    const explains = change.held
      ? rows.some((one) => isNear(row, one) && isWord(one))
      : isWord(row);
    return explains && near(row, rows) && mayRegister(change, other) ? 'explained' : undefined;
  }
  if (!fitting(change, other)) return undefined;
  if (other.confirmed && near(row, rows)) return 'explained';
  const sure = change.method === other.method || change.vague || other.vague;
  const related = rows.filter(
    (one) => isNear(row, one) && (sure ? areRelated(row, one) : mayStandFor(row, one)),
  );
  if (related.length === 0) return undefined;
  return related.some((one) => one.kind === row.kind) ? 'otherWords' : 'companion';
}

/** Rows of the service that names the method in words. */
export const isWord = ({ kind }: Evidence) => kind.includes('security info');

const isNamed = ({ kind }: Evidence) => kind !== heldKind;

const near = (row: Evidence, rows: readonly Evidence[]) => rows.some((one) => isNear(row, one));

function isNear(row: Evidence, other: Evidence): boolean {
  return apart(row, other) <= (isOneId(row, other) ? correlatedMs : sameChangeMs);
}

const apart = (one: Evidence, other: Evidence) =>
  Math.abs(Date.parse(one.time) - Date.parse(other.time));

const isOneId = (one: Evidence, other: Evidence) =>
  one.correlationId !== undefined && one.correlationId === other.correlationId;

const isSameRow = (one: Evidence, other: Evidence) =>
  one.kind === other.kind &&
  one.words === other.words &&
  isOneId(one, other) &&
  apart(one, other) <= sameRowMs;

/** Of each kind a change has one row. */
const isTaken = (row: Evidence, one: Evidence) =>
  row.kind === one.kind && !(row.words && one.words && areTwinWords(row.words, one.words));

function areRelated(one: Evidence, other: Evidence): boolean {
  if (one.kind === other.kind) return areTwinWords(one.words ?? '', other.words ?? '');
  const [mine, theirs] = [accompanied(one.kind), accompanied(other.kind)];
  if (mine.has(other.kind) || theirs.has(one.kind)) return true;
  for (const kind of mine) if (theirs.has(kind)) return true;
  return false;
}

/** What a row may be beside its own method, only a row that it directly accompanies can say. */
const mayStandFor = (one: Evidence, other: Evidence) =>
  isKeyRow(one) || isKeyRow(other)
    ? (isKeyRow(one) && namesKeys(other.kind)) || (isKeyRow(other) && namesKeys(one.kind))
    : areRelated(one, other);

const isKeyRow = ({ kind }: Evidence) => kind === keyProperty;

/** Method and action fit, as far as both rows say. */
function fitting(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  if (one.vague === 'all' || other.vague === 'all') return true;
  return sameAction(one, other) && mayBeSameMethod(one, other);
}

/** The directory calls a number that replaces another changed, where users register the new one. */
function sameAction({ action: one }: SecurityInfoChange, { action: other }: SecurityInfoChange) {
  const adds = (action: string) => action === 'registered' || action === 'updated';
  return one === other || (adds(one) && adds(other));
}

function mayRegister(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  return sameAction(one, other) || one.vague === 'all' || other.vague === 'all';
}

function mayBeSameMethod(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  if (one.vague || other.vague) return true;
  if (one.method === 'unknown' && other.method === 'unknown') {
    return !differs(one.details.text, other.details.text);
  }
  const methods = ({ method, alternatives = [] }: SecurityInfoChange) => [method, ...alternatives];
  // One certain row decides: two uncertain ones that merely overlap are of the same kind anyway.
  return methods(one).includes(other.method) || methods(other).includes(one.method);
}

/** The rows of two changes that follow so soon upon each other, in ms, are tangled. */
const tangledMs = 5_000;

/** Between the two, the opposite was done with the same method. */
function isOpposed(
  change: SecurityInfoChange,
  other: SecurityInfoChange,
  known: readonly Known[],
): boolean {
  if (isCorrelated(change, other)) return false;
  const time = Date.parse(change.time);
  const nearest = (other.evidence ?? [])
    .filter(isNamed)
    .map((one) => Date.parse(one.time))
    .reduce(
      (best, one) => (Math.abs(one - time) < Math.abs(best - time) ? one : best),
      Number.POSITIVE_INFINITY,
    );
  const [from, to] = [Math.min(time, nearest), Math.max(time, nearest)];
  return known.some(({ change: between }) => {
    const when = Date.parse(between.time);
    return (
      when - from > tangledMs &&
      to - when > tangledMs &&
      !between.held &&
      areOpposite(between.action, change.action) &&
      mayBeSameMethod(between, change) &&
      isOfOnePerson(between, change)
    );
  });
}

const areOpposite = (one: string, other: string) =>
  one !== other &&
  [one, other].includes('deleted') &&
  ['registered', 'updated'].some((action) => action === one || action === other);

/** By id or name; else by the correlation id, under which each is known in one way. */
function isOfOnePerson(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  return samePerson(one.target, other.target) ?? isCorrelated(one, other);
}

const isCorrelated = (one: SecurityInfoChange, other: SecurityInfoChange): boolean => {
  const ids = new Set((one.evidence ?? []).flatMap(({ correlationId }) => correlationId ?? []));
  return (other.evidence ?? []).some(
    ({ correlationId }) => correlationId && ids.has(correlationId),
  );
};

/** The same maker, or one of the two only records. */
function mayBeOfOneMaker(one: Initiator, other: Initiator): boolean {
  if (onlyRecords(one) || onlyRecords(other)) return true;
  const same = samePerson(one, other);
  if (same !== undefined) return same;
  if (one.kind !== other.kind) return one.kind === 'unknown' || other.kind === 'unknown';
  return one.kind !== 'application' || one.name === other.name;
}

/** They name different phones, models or passes. */
function differInDetail(one: SecurityInfoChange, other: SecurityInfoChange): boolean {
  return (
    differs(one.details.phoneType, other.details.phoneType) ||
    differs(modelOf(one), modelOf(other)) ||
    differs(
      secondsOf(one.details.temporaryAccessPass?.start),
      secondsOf(other.details.temporaryAccessPass?.start),
    )
  );
}

/** All zeros hide the model. */
const modelOf = ({ details: { passkey } }: SecurityInfoChange) =>
  passkey?.aaguid && /[^0-]/.test(passkey.aaguid) ? passkey.aaguid : undefined;

/** Services write the same time with and without a fraction. */
const secondsOf = (time: string | undefined) => time?.slice(0, 19);

const differs = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other;

/** Marks by what they name. */
function marksOf(rows: readonly Evidence[]): Map<string, Set<string>> {
  const all = rows.flatMap(({ marks = [] }) => marks);
  const marks = new Map<string, Set<string>>();
  for (const mark of all) {
    const name = mark.slice(0, mark.indexOf(':'));
    marks.set(name, (marks.get(name) ?? new Set()).add(mark));
  }
  return marks;
}

/** Both name a thing of one kind, and not the same. */
function differ(one: Map<string, Set<string>>, other: Map<string, Set<string>>): boolean {
  for (const [name, marks] of one) {
    const others = other.get(name);
    if (others && ![...marks].some((mark) => others.has(mark))) return true;
  }
  return false;
}

/** Between the nearest rows of two changes, in ms. */
export function distanceMs(one: SecurityInfoChange, other: SecurityInfoChange): number {
  const times = ({ time, evidence = [] }: SecurityInfoChange) => {
    const named = evidence.filter(isNamed);
    return (named.length > 0 ? named.map((row) => row.time) : [time]).map((at) => Date.parse(at));
  };
  const mine = times(one);
  return Math.min(...times(other).flatMap((time) => mine.map((each) => Math.abs(time - each))));
}

import type {
  Initiator,
  SecurityInfoChange,
  TemporaryAccessPassFacts,
} from '../recognise/change.ts';
import { authenticatorLines } from './authenticator.ts';
import type { MailFacts } from './facts.ts';
import { shownName } from './names.ts';
import { originRow } from './origin.ts';
import type { Voice } from './phrases.ts';
import { shownAddress } from './sanitise.ts';
import { parseAuditTime, rangeText, timeLines, timeText } from './time.ts';
import { type FactRow, row } from './view.ts';
import { fill, standalone, type Words } from './words.ts';

/** The facts of one change beyond what, when and by whom. This is where its untrusted text is sanitised. */
export function changeRows(
  change: SecurityInfoChange,
  timeZone: string,
  { words, ownNames }: Voice,
): readonly FactRow[] {
  const key = authenticatorLines(change, words, ownNames);
  return [
    ...detailRows(change, timeZone, words),
    row(words.labels.authenticator, key.length > 0 ? [listed(key, words)] : []),
    originRow(change, words),
  ].filter(({ lines }) => lines.length > 0);
}

/** In one line, by the language's own mark: in Greek a semicolon asks. */
const listed = (lines: readonly string[], words: Words): string =>
  lines.reduce((first, more) => fill(words.listed, { first, more }));

/** When one change was made, on the reader's clock and in UTC. An unreadable time is shown as it came. */
export function timeRow({ time }: SecurityInfoChange, timeZone: string, words: Words): FactRow {
  const at = parseAuditTime(time);
  return row(words.labels.time, at ? timeLines(at, timeZone, words) : shownName(time, words));
}

/** From the first of several changes to the last. */
export function timesRow(
  changes: readonly Pick<SecurityInfoChange, 'time'>[],
  timeZone: string,
  words: Words,
): FactRow {
  const times = changes.flatMap(({ time }) => parseAuditTime(time) ?? []);
  const [first] = times;
  const last = times.at(-1);
  if (!first || !last) return row(words.labels.time, [words.notRecorded]);
  const [shown = '', ...more] = timeLines(last, timeZone, words);
  const range = rangeText(first, last, timeZone, words);
  return row(words.labels.time, [range || shown, ...more]);
}

/** Who made the changes: each maker once. */
export function initiatorRow(changes: readonly SecurityInfoChange[], voice: Voice): FactRow {
  const makers = new Set(changes.map(({ initiator }) => initiatorText(initiator, voice)));
  return row(voice.words.labels.initiator, [...makers]);
}

/** One of many changes in a single row: what happened, when, and by whom where `maker` is to be said. */
export function shortRow(
  label: string,
  what: string,
  { time }: SecurityInfoChange,
  timeZone: string,
  words: Words,
  maker: readonly string[],
): FactRow {
  const at = parseAuditTime(time);
  const when = at ? [timeText(at, timeZone, words)] : shownName(time, words);
  return row(label, [what, ...when, ...maker]);
}

/** Whose account it is: by its address, and for who isn't its user by name, too. */
export function accountRow({ account, reader }: MailFacts, words: Words): FactRow {
  const { displayName, userPrincipalName } = account;
  const address = standalone(shownAddress(userPrincipalName ?? ''), words);
  const name = reader === 'user' && address ? [] : shownName(displayName, words);
  const known = [address, ...name].filter((line) => line !== '');
  return row(words.labels.account, known.length > 0 ? known : [words.notRecorded]);
}

function detailRows(
  { action, method, details }: SecurityInfoChange,
  timeZone: string,
  words: Words,
): readonly FactRow[] {
  const { labels } = words;
  const raw = shownName(details.text, words);
  const isDefault = action === 'defaultChanged';
  const named = isDefault && method !== 'unknown' ? [words.methods[method]] : [];
  const unexplained = method === 'unknown' && raw.length === 0 ? [words.notRecorded] : raw;
  return [
    row(labels.phoneType, details.phoneType ? [words.phoneTypes[details.phoneType]] : []),
    row(labels.validity, validity(details.temporaryAccessPass ?? {}, timeZone, words)),
    row(labels.newDefault, isDefault ? [...named, ...unexplained] : []),
    row(labels.recordedAs, isDefault ? [] : unexplained),
  ];
}

function validity(
  { start, end, usage }: TemporaryAccessPassFacts,
  timeZone: string,
  words: Words,
): readonly string[] {
  const pass = words.temporaryAccessPass;
  const from = parseAuditTime(start ?? '');
  const until = parseAuditTime(end ?? '');
  const times = {
    start: from ? timeText(from, timeZone, words) : '',
    end: until ? timeText(until, timeZone, words) : '',
  };
  const shown =
    from && until
      ? rangeText(from, until, timeZone, words) || times.start
      : from || until
        ? fill(from ? pass.start : pass.end, times)
        : '';
  return [shown, usage ? pass[usage] : ''].filter((line) => line !== '');
}

/** Who made a change, in the words of the table. */
export function initiatorText(
  { kind, id, name, userPrincipalName }: Initiator,
  voice: Voice,
): string {
  const words = voice.words.initiator;
  const [shown = ''] = shownName(name, voice.words);
  switch (kind) {
    case 'self':
      return voice.reader === 'user' ? words.self : words.owner;
    case 'administrator': {
      const address = shownAddress(userPrincipalName ?? '');
      const both = { name: shown, address };
      const who = shown && address ? fill(voice.words.nameAndAddress, both) : shown || address;
      return who ? fill(words.administrator, { who }) : words.administratorUnnamed;
    }
    case 'application':
      return shown ? fill(words.application, { name: shown }) : words.applicationUnnamed;
    case 'system': {
      // An account of the tenant's own, which others may have taken over.
      const address = id ? shownAddress(userPrincipalName ?? '') || shown : '';
      return address
        ? fill(voice.words.nameAndAddress, { name: words.system, address })
        : words.system;
    }
    case 'unknown':
      return voice.words.notRecorded;
  }
}

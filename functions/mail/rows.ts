import type {
  Initiator,
  SecurityInfoChange,
  TemporaryAccessPassFacts,
} from '../recognise/change.ts';
import { advisoryLines, authenticatorLines } from './authenticator.ts';
import { claimedDevice } from './device.ts';
import type { MailFacts } from './facts.ts';
import { activity, type Voice } from './phrases.ts';
import { cleanIpAddress, quoted, sanitise } from './sanitise.ts';
import { parseAuditTime, span, timeLines } from './time.ts';
import type { FactRow } from './view.ts';
import { fill, standalone, type Words } from './words.ts';

/** Longest user agent shown, in code points: the browser's name often comes last. */
const LONGEST_USER_AGENT = 160;

/** The facts of one change, in the order of the mail's table. This is where its untrusted text is sanitised. */
export function changeRows(
  change: SecurityInfoChange,
  timeZone: string,
  voice: Voice,
): readonly FactRow[] {
  const { words } = voice;
  const { labels } = words;
  return [
    row(labels.activity, [activity(change, words)]),
    ...detailRows(change, timeZone, words),
    row(labels.authenticator, authenticatorLines(change, words, voice.ownNames)),
    row(labels.time, instant(change.time, timeZone, words)),
    row(labels.initiator, [initiatorText(change.initiator, voice)]),
    row(labels.ipAddress, ipAddress(change.ipAddress, words)),
    row(labels.device, device(change.userAgent, words)),
    row(labels.advisory, advisoryLines(change, words)),
  ].filter(({ lines }) => lines.length > 0);
}

/** One of many changes in a single row: what happened, and when. */
export const shortRow = (
  label: string,
  what: string,
  { time }: SecurityInfoChange,
  timeZone: string,
  words: Words,
): FactRow => row(label, [what, ...instant(time, timeZone, words).slice(0, 1)]);

/** Whose account it is, and what to quote when asking about it. */
export function accountRows(facts: MailFacts, words: Words): readonly FactRow[] {
  const { displayName, userPrincipalName } = facts.account;
  const lines = [
    ...quoted(displayName, words.quoted),
    standalone(sanitise(userPrincipalName ?? ''), words),
  ];
  const known = lines.filter((line) => line !== '');
  return [
    row(words.labels.account, known.length > 0 ? known : [words.notRecorded]),
    row(words.labels.reference, [standalone(facts.reference, words)]),
  ];
}

function detailRows(
  { action, method, details }: SecurityInfoChange,
  timeZone: string,
  words: Words,
): readonly FactRow[] {
  const { labels } = words;
  const pass = details.temporaryAccessPass ?? {};
  const raw = quoted(details.text, words.quoted);
  const isDefault = action === 'defaultChanged';
  const named = isDefault && method !== 'unknown' ? [words.methods[method]] : [];
  const unexplained = method === 'unknown' && raw.length === 0 ? [words.notRecorded] : raw;
  return [
    row(labels.phoneType, details.phoneType ? [words.phoneTypes[details.phoneType]] : []),
    row(labels.validity, validity(pass, timeZone, words)),
    row(labels.usage, pass.usage ? [words.temporaryAccessPass[pass.usage]] : []),
    row(labels.newDefault, isDefault ? [...named, ...unexplained] : []),
    row(labels.recordedAs, isDefault ? [] : unexplained),
  ];
}

function validity(
  { start, end }: TemporaryAccessPassFacts,
  timeZone: string,
  words: Words,
): readonly string[] {
  const pass = words.temporaryAccessPass;
  const from = parseAuditTime(start ?? '');
  const until = parseAuditTime(end ?? '');
  const pattern = from && until ? pass.range : from ? pass.start : pass.end;
  const first = from ?? until;
  return first ? [fill(pattern, span(first, until ?? first, timeZone, words))] : [];
}

/** Who made a change, in the words of the table. */
export function initiatorText({ kind, name, userPrincipalName }: Initiator, voice: Voice): string {
  const words = voice.words.initiator;
  const [shown = ''] = quoted(name, voice.words.quoted);
  switch (kind) {
    case 'self':
      return words[voice.reader].self;
    case 'administrator': {
      const address = sanitise(userPrincipalName ?? '');
      const both = { name: shown, address };
      const who = shown && address ? fill(voice.words.nameAndAddress, both) : shown || address;
      return who ? fill(words.administrator, { who }) : words.administratorUnnamed;
    }
    case 'application':
      return shown ? fill(words.application, { name: shown }) : words.applicationUnnamed;
    case 'system':
      return words.system;
    case 'unknown':
      return voice.words.notRecorded;
  }
}

function ipAddress(text: string | undefined, words: Words): readonly string[] {
  const address = cleanIpAddress(text);
  return address ? [standalone(address, words), words.ipAddress.note] : [words.ipAddress.missing];
}

/** In short where both are known; else in its own words. */
function device(userAgent: string | undefined, words: Words): readonly string[] {
  const claimed = claimedDevice(userAgent ?? '');
  if (claimed) return [fill(words.device, claimed)];
  return quoted(userAgent, words.quoted, LONGEST_USER_AGENT);
}

/** An unreadable time is shown as it came rather than dropped. */
function instant(text: string, timeZone: string, words: Words): readonly string[] {
  const time = parseAuditTime(text);
  return time ? timeLines(time, timeZone, words) : quoted(text, words.quoted);
}

/** One row of a table. */
export const row = (label: string, lines: readonly string[]): FactRow => ({ label, lines });

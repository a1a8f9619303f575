import { numbers } from '../intl.ts';
import { REFERENCE_LANGUAGE } from '../languages.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { advise } from './advice.ts';
import type { MailFacts, MailSettings } from './facts.ts';
import { countedChanges, type Voice, whatHappened } from './phrases.ts';
import { accountRow, changeRows, initiatorRow, shortRow, timeRow, timesRow } from './rows.ts';
import { subjectAccount } from './sanitise.ts';
import { lateness } from './time.ts';
import {
  type FactRow,
  type FactTable,
  type Letter,
  layoutOf,
  type MailView,
  shownRows,
} from './view.ts';
import { fill, fillPlural, type Words, wordsFor } from './words.ts';

/** More changes than this in one mail are told in a row each: nobody reads so many tables. */
export const MOST_DETAILED = 5;

/**
 * Says what happened in the reader's language. Pure: the same facts give the same mail. Every
 * untrusted value is sanitised once, on its way into a fact row or a sentence; the headline holds none,
 * the subject the account's address alone. `mostDetailed` of several changes get a table of their own.
 * Throws a RangeError if there is no change to tell of.
 */
export function compose(
  facts: MailFacts,
  settings: MailSettings,
  mostDetailed: number = MOST_DETAILED,
): MailView {
  if (facts.changes.length === 0) throw new RangeError('A mail tells of at least one change');
  const words = wordsFor(facts.language, facts.locale);
  const letter = letterIn(words, facts, settings, mostDetailed);
  const english = facts.englishBelow && words.language !== REFERENCE_LANGUAGE;
  return {
    subject: subjectOf(facts, settings, words),
    language: words.language,
    direction: words.direction,
    ...sender(settings, words),
    letters: english ? [letter, inBrief(facts, settings)] : [letter],
  };
}

/** Who writes, and how that looks. */
export const sender = (settings: MailSettings, words: Words) => ({
  organization: settings.organizationName || words.defaults.organization,
  brandColor: settings.brandColor,
  logo: settings.logo ? 'cid:logo' : '',
});

/** The event comes first: a phone's list shows forty columns. */
function subjectOf(facts: MailFacts, settings: MailSettings, words: Words): string {
  const { account: named, outside } = facts;
  const account = outside ? '' : subjectAccount(named.userPrincipalName, settings.subjectAccount);
  const subject = fill(words.subject, {
    what: headlineOf(facts.changes, words),
    account: account || facts.reference,
  });
  return facts.test ? fill(words.test.marked, { text: subject }) : subject;
}

function headlineOf(changes: readonly SecurityInfoChange[], words: Words): string {
  const [first] = changes;
  return changes.length === 1 && first
    ? whatHappened(first, words)
    : countedChanges(changes.length, words);
}

function letterIn(
  words: Words,
  facts: MailFacts,
  settings: MailSettings,
  mostDetailed: number,
): Letter {
  const { changes, timeZone, toldAt, test } = facts;
  const ownNames = settings.authenticatorNames;
  const voice: Voice = { words, reader: facts.reader, ...(ownNames && { ownNames }) };
  const [only] = changes.length === 1 ? changes : [];
  const duration = lateness(changes.at(-1)?.time ?? '', toldAt, words);
  const late = duration ? fill(words.late, { duration }) : '';
  const headline = headlineOf(changes, words);
  const first = [
    accountRow(facts, words),
    only ? timeRow(only, timeZone, words) : timesRow(changes, timeZone, words),
    initiatorRow(changes, voice),
  ];
  return {
    ...layoutOf(words),
    // Nobody is to take a test for the real thing.
    headline: test ? fill(words.test.marked, { text: headline }) : headline,
    notice: test ? words.test.notice : late,
    first: shownRows(first, words),
    tables: only
      ? [{ heading: '', rows: shownRows(changeRows(only, timeZone, voice), words) }]
      : severalTables(facts, voice, mostDetailed),
    ...advise(facts, settings, words),
    advisoryTitle: words.labels.advisory,
    footer: fill(words.footer, { organization: sender(settings, words).organization }),
  };
}

/** What is below a mail in a language that the reader didn't ask for: enough to act by. */
function inBrief(facts: MailFacts, settings: MailSettings): Letter {
  const letter = letterIn(wordsFor(REFERENCE_LANGUAGE), facts, settings, 0);
  const genuine = { title: '', text: '' };
  return { ...letter, tables: [], advisories: [], note: '', genuine, footer: '' };
}

function severalTables(facts: MailFacts, voice: Voice, mostDetailed: number): FactTable[] {
  const { words } = voice;
  const { changes, timeZone } = facts;
  const digits = numbers(words.locale);
  const makers = new Set(initiatorRow(changes, voice).lines);
  const told = changes.map((change, index) => ({
    change,
    number: digits.format(index + 1),
    what: whatHappened(change, words),
  }));
  // The first lines have said who, where it was one for all.
  const makerOf = (change: SecurityInfoChange) =>
    makers.size > 1 ? [initiatorRow([change], voice)] : [];
  const rows = told.map(({ change }) => [
    timeRow(change, timeZone, words),
    ...makerOf(change),
    ...changeRows(change, timeZone, voice),
  ]);
  const shared = sharedRows(rows, words);
  const detailed = told.slice(0, mostDetailed).map(({ number, what }, index) => ({
    heading: fill(words.numbered, { number, what }),
    rows: (rows[index] ?? [])
      .filter((row) => !shared.some((one) => isSame(one, row)))
      .map((row) => withoutRepeatedNote(row, rows.slice(0, index).flat(), words)),
  }));
  const further = told.slice(mostDetailed).map(({ change, number, what }) => {
    const maker = makerOf(change).flatMap(({ lines }) => lines);
    return shortRow(number, what, change, timeZone, words, maker);
  });
  const furtherHeading =
    mostDetailed > 0 ? fillPlural(words.furtherChanges, further.length, {}, words) : '';
  const tables = [
    ...detailed,
    { heading: furtherHeading, rows: further },
    { heading: '', rows: shared },
  ];
  return tables
    .filter(({ rows }) => rows.length > 0)
    .map(({ heading, rows }) => ({ heading, rows: shownRows(rows, words) }));
}

/** From where, where that is the same for all changes: said once. */
function sharedRows([first = [], ...others]: readonly (readonly FactRow[])[], { labels }: Words) {
  return first.filter(
    (row) =>
      row.label === labels.origin &&
      others.every((rows) => rows.some((other) => isSame(row, other))),
  );
}

/** What an earlier table has explained in its second line: which clock it is, what an IP address says. */
function withoutRepeatedNote(
  row: FactRow,
  earlier: readonly FactRow[],
  { labels }: Words,
): FactRow {
  const { label, lines } = row;
  if (label === labels.time) return { label, lines: lines.slice(0, 1) };
  const [, note] = lines;
  const isSaid = earlier.some((other) => other.label === label && other.lines[1] === note);
  const isNoted = label === labels.origin && note !== undefined;
  return isNoted && isSaid ? { label, lines: lines.toSpliced(1, 1) } : row;
}

const isSame = (one: FactRow, other: FactRow) =>
  one.label === other.label && one.lines.join('\n') === other.lines.join('\n');

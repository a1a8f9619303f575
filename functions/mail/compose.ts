import { numbers } from '../intl.ts';
import type { SecurityInfoChange } from '../recognise/change.ts';
import { advise } from './advice.ts';
import type { MailFacts, MailSettings } from './facts.ts';
import {
  activity,
  capitalise,
  countedChanges,
  severalHappened,
  type Voice,
  whatHappened,
} from './phrases.ts';
import { accountRows, changeRows, shortRow } from './rows.ts';
import { lateness, parseAuditTime, shownTime } from './time.ts';
import { type FactRow, layoutOf, type MailView } from './view.ts';
import { fill, fillPlural, type Words, wordsFor } from './words.ts';

/** More changes than this in one mail are told in a row each: nobody reads so many tables. */
export const MOST_DETAILED = 5;

type Opening = Pick<MailView, 'subject' | 'preheader' | 'headline'>;
type Tables = MailView['tables'];

/**
 * Says what happened in the reader's language. Pure: the same facts give the same mail. Every
 * untrusted value is sanitised once, on its way into a fact row or a sentence; the subject and the
 * headline hold none. `mostDetailed` of several changes get a table of their own. Throws a RangeError
 * if there is no change to tell of.
 */
export function compose(
  facts: MailFacts,
  settings: MailSettings,
  mostDetailed: number = MOST_DETAILED,
): MailView {
  const words = wordsFor(facts.language);
  const newest = facts.changes.at(-1);
  if (!newest) throw new RangeError('A mail tells of at least one change');
  const ownNames = settings.authenticatorNames;
  const voice: Voice = { words, reader: facts.reader, ...(ownNames && { ownNames }) };
  const organization = settings.organizationName || words.defaults.organization;
  const isSingle = facts.changes.length === 1;
  const late = lateness(newest.time, facts.toldAt, words) ?? '';
  const opening = isSingle
    ? openWithOne(newest, facts.timeZone, voice)
    : openWithSeveral(facts, voice);
  return {
    ...layoutOf(words),
    organization,
    brandColor: settings.brandColor,
    logo: settings.logo ? 'cid:logo' : '',
    ...(facts.test ? marked(opening, words) : opening),
    notice: facts.test ? words.test.notice : late && fill(words.late, { duration: late }),
    tables: isSingle ? oneTable(newest, facts, voice) : severalTables(facts, voice, mostDetailed),
    ...advise(facts, settings, words),
    footer: fill(words.footer, { organization }),
  };
}

/** Nobody is to take a test for the real thing, not even in a list of subjects. */
function marked({ subject, preheader, headline }: Opening, { test }: Words): Opening {
  return {
    subject: fill(test.marked, { text: subject }),
    preheader: `${test.notice} ${preheader}`,
    headline: fill(test.marked, { text: headline }),
  };
}

function openWithOne(change: SecurityInfoChange, timeZone: string, voice: Voice): Opening {
  const { words } = voice;
  const what = whatHappened(change, undefined, voice);
  const headline = capitalise(whatHappened(change, change.initiator.kind, voice), words);
  const time = parseAuditTime(change.time);
  return {
    subject: fill(words.subject, { what }),
    headline,
    preheader: fill(words.preheader, {
      sentence: fill(words.sentence, { what: headline }),
      time: time ? shownTime(time, timeZone, words) : '',
    }),
  };
}

function openWithSeveral({ changes }: MailFacts, voice: Voice): Opening {
  const { words } = voice;
  const maker = onlyMaker(changes);
  const activities = changes.map((change) => activity(change, words));
  return {
    subject: fill(words.subject, { what: severalHappened(voice) }),
    headline: capitalise(countedChanges(changes.length, maker, voice), words),
    preheader: activities.join('; '),
  };
}

function oneTable(change: SecurityInfoChange, facts: MailFacts, voice: Voice): Tables {
  const rows = [...changeRows(change, facts.timeZone, voice), ...accountRows(facts, voice.words)];
  return [{ heading: '', rows }];
}

function severalTables(facts: MailFacts, voice: Voice, mostDetailed: number): Tables {
  const { words } = voice;
  const digits = numbers(words.locale);
  const maker = onlyMaker(facts.changes);
  const told = facts.changes.map((change, index) => ({
    change,
    number: digits.format(index + 1),
    // The headline has said who, where it was one for all.
    what: capitalise(whatHappened(change, maker ? undefined : change.initiator.kind, voice), words),
  }));
  const rows = told.map(({ change }) => changeRows(change, facts.timeZone, voice));
  const shared = sharedRows(rows, words);
  const detailed = told.slice(0, mostDetailed).map(({ number, what }, index) => ({
    heading: fill(words.numbered, { number, what }),
    rows: (rows[index] ?? [])
      .filter((row) => !shared.some((one) => isSame(one, row)))
      .map((row) => withoutRepeatedNote(row, rows.slice(0, index).flat(), words)),
  }));
  const further = told
    .slice(mostDetailed)
    .map(({ change, number, what }) => shortRow(number, what, change, facts.timeZone, words));
  return [
    ...detailed,
    ...(further.length > 0
      ? [{ heading: furtherHeading(further.length, words), rows: further }]
      : []),
    { heading: '', rows: [...shared, ...accountRows(facts, words)] },
  ];
}

const furtherHeading = (count: number, words: Words): string =>
  fillPlural(words.furtherChanges, count, {}, words);

/** Who, from where and with what, where that is the same for all changes: said once. */
function sharedRows([first = [], ...others]: readonly (readonly FactRow[])[], { labels }: Words) {
  const labelsShared = [labels.initiator, labels.ipAddress, labels.device];
  return first.filter(
    (row) =>
      labelsShared.includes(row.label) &&
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
  const [, note] = lines;
  const isNoted = note !== undefined && [labels.ipAddress, labels.time].includes(label);
  const isSaid = earlier.some((other) => other.label === label && other.lines[1] === note);
  return isNoted && isSaid ? { label, lines: lines.toSpliced(1, 1) } : row;
}

/** Who made all of them; undefined where they were several. */
function onlyMaker(changes: readonly SecurityInfoChange[]) {
  const makers = new Set(changes.map(({ initiator }) => initiator.kind));
  return makers.size === 1 ? changes[0]?.initiator.kind : undefined;
}

const isSame = (one: FactRow, other: FactRow) =>
  one.label === other.label && one.lines.join('\n') === other.lines.join('\n');

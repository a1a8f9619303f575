import { fill, type Words } from './words.ts';

/** One row of a facts table: what it is, and its value on one or several lines. */
export interface FactRow {
  readonly label: string;
  readonly lines: readonly string[];
}

/** A row as the templates place it: plain text has label and first line in one. */
interface ShownRow extends FactRow {
  readonly labelled: string;
  readonly more: readonly string[];
}

/** A table of facts. The heading is empty where the mail's own says it all. */
export interface FactTable {
  readonly heading: string;
  readonly rows: readonly ShownRow[];
}

/** A sentence with something in it that must not break, such as a phone number. */
export interface Sentence {
  readonly before: string;
  readonly target: string;
  readonly after: string;
  /** CSS white-space of the target. */
  readonly wrap: 'nowrap' | 'normal';
}

/** What a reader does: nothing if it was expected, and whom to call with which reference if not. */
export interface Answers {
  readonly yes: { readonly question: string; readonly gap: string; readonly answer: string };
  readonly no: {
    readonly question: string;
    /** Between the question and what follows: empty after a wide mark. */
    readonly gap: string;
    readonly action: Sentence;
    readonly reference: ShownRow;
    /** How to raise an alarm: the one thing that can be clicked. Empty where there is no way. */
    readonly report: {
      readonly text: string;
      readonly gap: string;
      readonly link: string;
      readonly href: string;
    };
    readonly page: string;
  };
}

/** The mail in one language. Nothing is optional: what isn't there is the empty string or list. */
export interface Letter {
  readonly language: string;
  /** `ltr` or `rtl`, and the sides where such a line starts and ends. */
  readonly direction: string;
  readonly start: 'left' | 'right';
  readonly end: 'left' | 'right';
  /** Whom it is to, where others read it too; why they read it, where the person doesn't. */
  readonly addressed: string;
  readonly headline: string;
  /** What is to be known before anything else: it is late, or a test. */
  readonly notice: string;
  /** Whose account, when, by whom. */
  readonly first: readonly ShownRow[];
  readonly answers: Answers;
  /** One change: one table. Several: one each, oldest first, and a last one of what they share. */
  readonly tables: readonly FactTable[];
  readonly explanation: string;
  readonly steps: {
    readonly title: string;
    readonly items: readonly { readonly number: string; readonly text: string }[];
    /** For who can't follow them. */
    readonly otherwise: string;
  };
  readonly advisoryTitle: string;
  readonly advisories: readonly string[];
  /** To the manager in copy. */
  readonly note: string;
  readonly genuine: { readonly title: string; readonly text: string };
  readonly footer: string;
}

/**
 * All that the templates show, as finished plain text: worded, sanitised, not yet escaped. A second
 * letter says the same in English, below one in a language that nobody asked for.
 */
export interface MailView {
  readonly subject: string;
  readonly language: string;
  readonly direction: string;
  readonly organization: string;
  readonly brandColor: string;
  /** Address of the picture beside the organisation's name. */
  readonly logo: string;
  readonly letters: readonly Letter[];
}

/** What the layout needs to know of a language. */
export const layoutOf = ({ language, direction }: Words) =>
  direction === 'rtl'
    ? ({ language, direction, start: 'right', end: 'left' } as const)
    : ({ language, direction, start: 'left', end: 'right' } as const);

/** One row of a table. */
export const row = (label: string, lines: readonly string[]): FactRow => ({ label, lines });

/** Rows for the templates; those without a line are left out. */
export const shownRows = (rows: readonly FactRow[], words: Words): ShownRow[] =>
  rows.flatMap(({ label, lines }) => {
    const [value, ...more] = lines;
    if (value === undefined) return [];
    return { label, lines, more, labelled: fill(words.labelled, { label, value }) };
  });

/** What is longer breaks: a screen of 390 px has no more in a line. */
const LONGEST_WHOLE = 30;

/** A pattern around the one value in it. */
export function around(pattern: string, value: string): Sentence {
  const [before = '', after = ''] = pattern.split(/\{\w+\}/);
  return { before, target: value, after, wrap: value.length > LONGEST_WHOLE ? 'normal' : 'nowrap' };
}

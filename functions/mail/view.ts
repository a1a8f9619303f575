import type { Words } from './words.ts';

/** One row of a facts table: what it is, and its value on one or several lines. */
export interface FactRow {
  readonly label: string;
  readonly lines: readonly string[];
}

/** A titled paragraph. Both empty: left out. */
export interface Passage {
  readonly title: string;
  readonly text: string;
}

/** A table of facts. The heading is empty where the mail's own says it all. */
export interface FactTable {
  readonly heading: string;
  readonly rows: readonly FactRow[];
}

/**
 * All that the templates show, as finished plain text: worded, sanitised, not yet escaped. Nothing is
 * optional, since the templates are strict: what isn't there is the empty string or list.
 */
export interface MailView {
  readonly language: string;
  /** `ltr` or `rtl`, and the sides where such a line starts and ends. */
  readonly direction: string;
  readonly start: 'left' | 'right';
  readonly end: 'left' | 'right';
  readonly organization: string;
  readonly brandColor: string;
  /** Address of the picture beside the organisation's name. */
  readonly logo: string;
  readonly subject: string;
  /** What an inbox shows behind the subject. In HTML only; it repeats the summary and the time. */
  readonly preheader: string;
  readonly headline: string;
  readonly summary: string;
  /** What is to be known before anything else: it is late, or a test. */
  readonly notice: string;
  /** One change: one table. Several: one each, oldest first, and a last one of what they share. */
  readonly tables: readonly FactTable[];
  readonly explanation: string;
  readonly expected: Passage;
  readonly unexpected: {
    readonly title: string;
    readonly steps: readonly { readonly number: string; readonly text: string }[];
  };
  /** How to raise an alarm: the one thing that can be clicked. Empty where there is no way. */
  readonly report: { readonly text: string; readonly link: string; readonly href: string };
  readonly note: Passage;
  readonly genuine: Passage;
  readonly footer: string;
}

/** What the layout needs to know of a language. */
export const layoutOf = ({ language, direction }: Words) =>
  direction === 'rtl'
    ? ({ language, direction, start: 'right', end: 'left' } as const)
    : ({ language, direction, start: 'left', end: 'right' } as const);

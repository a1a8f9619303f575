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
  /** `ltr` or `rtl`, and the side where such a line starts. */
  readonly direction: string;
  readonly start: string;
  readonly organization: string;
  readonly brandColor: string;
  readonly subject: string;
  /** What an inbox shows behind the subject. In HTML only; it repeats the summary and the time. */
  readonly preheader: string;
  readonly headline: string;
  readonly summary: string;
  readonly late: string;
  /** One change: one table. Several: one each, oldest first, and a last one of what they share. */
  readonly tables: readonly FactTable[];
  readonly explanation: string;
  readonly expected: Passage;
  readonly unexpected: {
    readonly title: string;
    readonly steps: readonly { readonly number: string; readonly text: string }[];
  };
  readonly note: Passage;
  readonly footer: string;
}

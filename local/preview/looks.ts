import { asShown } from '../inbox/mailView.ts';

/**
 * How a mail is shown: by a device in its light or its dark scheme, or by a client that inverts
 * light mails by itself, as some Gmail and Outlook apps do.
 */
export const schemes = ['light', 'dark', 'inverted'] as const;
export type Scheme = (typeof schemes)[number];

/** In CSS pixels: a phone, and a reading pane. */
export const widths = [390, 700] as const;

const inversion = 'filter: invert(1) hue-rotate(180deg)';

/** A mail's HTML, as it looks in a scheme whatever the device's own is. */
export function dressed(html: string, scheme: Scheme): string {
  return scheme === 'inverted'
    ? inverted(asShown(html, 'rendered'))
    : asShown(html, scheme === 'dark' ? 'dark' : 'rendered');
}

/** Pictures stay as they are, as in those clients. */
export const inverted = (html: string): string =>
  html.replace(
    /<\/head>/i,
    `<style>html { background: #fff; ${inversion} } img { ${inversion} }</style>$&`,
  );

import { isIP } from 'node:net';
import { isMailAddress } from '../people/address.ts';

/** Longest piece of untrusted text that a mail shows, in code points. */
const LONGEST_TEXT = 80;

// Controls, format characters (bidi, zero-width, tags), unassigned, private use, lone surrogates, and
// letters drawn as nothing (fillers, variation selectors, the blank Braille pattern): no name needs
// them, and all of them can hide text.
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;
// More than three marks on one letter reach into the lines above and below.
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu;
const WHITE_SPACE = /[\s\p{Z}]+/gu;
// Before dots and at signs, between slashes, and within what may be a phone number.
const LINK_JOINTS =
  /(?<=\S)(?=[.\u3002\uFF0E\uFF61]\S|[@\uFF20])|(?<=[:/])(?=\/)|(?<=\d[ ().-]{0,2})(?=\d{3})/gu;
// Invisible: what looks for addresses in text finds none with it, in HTML or in plain text. (A parser
// of addresses may well drop it.) https://blog.teknkl.com/stop-email-client-hyperlinking-text-without-consent/
const WORD_JOINER = '\u2060';

/** More is not even read: putting combining marks in order takes the square of their number. */
const MOST_READ = 2_000;

const plain = (text: string, longest: number): string => {
  const visible = text
    .slice(0, MOST_READ)
    .normalize('NFC')
    .replace(WHITE_SPACE, ' ')
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim();
  const points = [...visible];
  const whole = points.length <= longest && text.length <= MOST_READ;
  if (whole || visible === '') return visible;
  return `${points
    .slice(0, longest - 1)
    .join('')
    .trimEnd()}…`;
};

/**
 * Makes untrusted text fit to be read in a mail: one line of visible characters, at most `longest`
 * code points (the last is then `…`), which no mail client turns into a link. It does not escape:
 * that is the template's work. Text of nothing visible gives the empty string.
 */
export function sanitise(text: string, longest: number = LONGEST_TEXT): string {
  return plain(text, longest).replace(LINK_JOINTS, WORD_JOINER);
}

/** Marks that look like the end of a quotation. */
const QUOTES = new Set('"＂“”„‟«»「」『』');

/**
 * Puts sanitised text between the language's quotation marks, so that it can't be read as words of
 * the mail. `pattern` holds `{text}`; the same marks inside the text become an apostrophe.
 */
export function quote(text: string, pattern: string): string {
  const marks = new Set([...pattern.replace('{text}', '')].filter((mark) => mark.trim() !== ''));
  const inner = [...text]
    .map((point) => (marks.has(point) || QUOTES.has(point) ? '’' : point))
    .join('');
  return pattern.replace('{text}', () => inner);
}

/**
 * What the directory calls an address: whole where it is one, so that it can be searched for and
 * copied (at worst a mail client makes a mailto of it); as any other untrusted text where it isn't.
 */
export const shownAddress = (text: string): string =>
  isMailAddress(text) && plain(text, LONGEST_ADDRESS) === text ? text : sanitise(text);

/** Source: Entra docs, user principal name: 113 characters. */
const LONGEST_ADDRESS = 120;
/** In code points: with the shortest event in front, a subject stays within a phone's forty columns. */
const LONGEST_SHORT = 24;

/**
 * An account as a subject names it: the part of its address before the at sign (a guest's without
 * `#EXT#`), or all of it. Empty where there is no address.
 */
export function subjectAccount(
  userPrincipalName: string | undefined,
  style: 'short' | 'whole' = 'short',
): string {
  const address = userPrincipalName ?? '';
  // Whatever has another shape is no name of an account, and not for a subject.
  if (!/^[^\s<>()"@]+@[^\s<>()"@]+$/.test(address)) return '';
  if (style === 'whole' && address === shownAddress(address)) return address;
  const [name = ''] = address.split(/#EXT#|@/i);
  const letters = plain(name, LONGEST_ADDRESS).replace(/[^\p{L}\p{M}\p{N}._+'’-]/gu, '');
  return plain(letters, LONGEST_SHORT);
}

/** An address of our own, https, as short as its reader may type it. */
export const toBeTyped = (url: string): string => url.replace(/^https:\/\//, '').replace(/\/$/, '');

/**
 * Makes untrusted text fit for the value of a mail header: printable, one line, capped. `=?` begins encoded text
 * (RFC 2047), which mail programs decode in quotes too: whatever was cleaned away here could come in by it.
 */
export function headerText(text: string, longest: number = LONGEST_TEXT): string {
  return plain(text, longest).replace(/=+\?/g, '?');
}

/**
 * The IP address in what the audit log calls one: it may carry a port, brackets or a zone, be empty
 * or `<null>`, or be broken. Undefined if it isn't one.
 */
export function cleanIpAddress(text: string | undefined): string | undefined {
  const value = text?.trim() ?? '';
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(value)?.[1];
  const withPort = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(value)?.[1];
  const address = (bracketed ?? withPort ?? value).replace(/%.*$/s, '');
  return isIP(address) === 0 ? undefined : address.toLowerCase();
}

import { bestLanguage, languageTags } from '../languages.ts';

const oneLine = (given: string) => given.replace(/\s+/g, ' ').trim();

/** Reads one setting as the environment has it. */
export type Setting<T> = (given: string | undefined) => T | Wrong;

/** A setting given as one line of text: absent and blank both mean the default. */
export const setting =
  <T>(
    fallback: string | undefined,
    parse: (text: string) => T | Wrong,
    tidy: (given: string) => string = oneLine,
  ): Setting<Exclude<T, Wrong>> =>
  (given) => {
    const text = given?.trim() ? tidy(given) : fallback;
    return text === undefined
      ? new Wrong('is missing')
      : (parse(text) as Exclude<T, Wrong> | Wrong);
  };

/** What a parser says of a value that it can't take. */
export class Wrong {
  readonly because: string;
  constructor(because: string) {
    this.because = because;
  }
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What stands between commas. */
const parts = (value: string) => value.split(',').flatMap((part) => part.trim() || []);

const quoted = (text: string) => JSON.stringify(text.slice(0, 80));

export const text = (fallback: string) => setting(fallback, (value) => value);

export const whole = (fallback: number, least: number, most: number) =>
  setting(String(fallback), (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    return new Wrong(`is ${quoted(value)}. Set it to a whole number from ${least} to ${most}`);
  });

export const oneOf = <T extends string>(fallback: T, ...allowed: readonly T[]) =>
  setting(fallback, (value) => {
    const found = allowed.find((one) => one === value.toLowerCase());
    return found ?? new Wrong(`is ${quoted(value)}. Set it to one of ${allowed.join(', ')}`);
  });

export const yesNo = (fallback: boolean): Setting<boolean> => {
  const read = oneOf(fallback ? 'true' : 'false', 'true', 'false');
  return (given) => {
    const value = read(given);
    return value instanceof Wrong ? value : value === 'true';
  };
};

/** When people are written to at their other addresses. */
type OtherMails = 'never' | 'withoutMailbox' | 'risky' | 'always';

/** What the setting was before it had these words. */
const earlierOtherMails: Readonly<Record<string, OtherMails>> = {
  true: 'withoutMailbox',
  false: 'never',
};

export const otherMails = setting('never', (value): OtherMails | Wrong => {
  const allowed = ['never', 'withoutMailbox', 'risky', 'always'] as const;
  const found = allowed.find((one) => one.toLowerCase() === value.toLowerCase());
  const fix = `Set it to one of ${allowed.join(', ')}`;
  return (
    found ?? earlierOtherMails[value.toLowerCase()] ?? new Wrong(`is ${quoted(value)}. ${fix}`)
  );
});

export const list = (fallback: string) => setting(fallback, parts);

/** As people and Exchange write addresses: without quotes, comments or an address of a machine. */
const isMailbox = (text: string) =>
  text.length <= 254 && /^[\w'+-]+(\.[\w'+-]+)*@([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$/i.test(text);

/** What stands between commas, each once and in lower case, if all of it fits. */
const each = (value: string, fits: (part: string) => boolean, fix: string): string[] | Wrong => {
  const bad = parts(value).find((part) => !fits(part));
  if (bad !== undefined) return new Wrong(`holds ${quoted(bad)}. ${fix}, separated by commas`);
  return [...new Set(parts(value.toLowerCase()))];
};

const readMailboxes = (value: string) => each(value, isMailbox, 'Give mail addresses');

/**
 * Names by AAGUID in lower case: `2fc0579f-… = Blue key, a25342c0-… = Red key`. A name may hold commas.
 * All zeros stand for any model, so they can't be named.
 */
export const authenticatorNames = setting('', (value): Readonly<Record<string, string>> | Wrong => {
  const names: Record<string, string> = {};
  for (const part of value === '' ? [] : value.split(/,\s*(?=[0-9a-f]{8}-)/i)) {
    const [id = '', ...rest] = part.split('=');
    const aaguid = id.trim().toLowerCase();
    const name = rest.join('=').replace(/,$/, '').trim();
    if (!guid.test(aaguid) || /^[0-]+$/.test(aaguid) || name === '' || name.length > 80) {
      const fix = 'Give AAGUIDs, each with = and a name of at most 80 characters';
      return new Wrong(`holds ${quoted(part)}. ${fix}, separated by commas`);
    }
    names[aaguid] = name;
  }
  return names;
});

/** One row of the table holds the lanes of all senders, and has room for so many at their worst. */
export const mostSenders = 16;

/** Mailboxes in lower case, at least one. */
export const senders = setting(undefined, (value) => {
  const all = readMailboxes(value);
  if (all instanceof Wrong) return all;
  if (all.length > mostSenders) {
    const given = `${all.length} mailboxes: ${quoted(value)}`;
    return new Wrong(`holds ${given}. Give at most ${mostSenders}, separated by commas`);
  }
  if (all.length > 0) return all as [string, ...string[]];
  return new Wrong(`holds ${quoted(value)}. Give mail addresses, separated by commas`);
});

/** Mailboxes in lower case, or none. */
export const mailboxes = setting('', readMailboxes);

/** Object ids and UPN patterns, in lower case. */
export const users = setting('', (value) =>
  each(
    value,
    // A name has one at sign, and never what other lists have for a comma or put around a name.
    (part) => guid.test(part) || /^(?=.{1,256}$)(?=.*[@*])[^\s;"<>@]*(@[^\s;"<>@]*)?$/.test(part),
    'Give object ids or user principal names, in which * stands for any text',
  ),
);

/** Object ids and app ids, in lower case. */
export const identities = setting('', (value) =>
  each(value, (part) => guid.test(part), 'Give object ids of accounts and app ids of applications'),
);

/** Object ids of groups, in lower case. */
export const groups = setting('', (value) =>
  each(value, (part) => guid.test(part), 'Give object ids of groups'),
);

export const httpsUrl = (value: string) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol === 'https:' && !url.username && !url.password) return url.href;
  return new Wrong(`is ${quoted(value)}. Give an address that begins with https://`);
};

/** True for addresses that never leave the machine. */
export const isLoopback = (url: URL): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);

export const graphOrigin = setting('https://graph.microsoft.com', (value) => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const path = url?.pathname.replace(/\/(v1\.0\/?)?$/, '');
  const fits = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url));
  if (url && fits && path === '' && !url.search && !url.username) return url;
  return new Wrong(
    `is ${quoted(value)}. Give the origin of a Graph cloud, such as https://graph.microsoft.com; ` +
      'plain http is for loopback addresses only',
  );
});

export const timeZone = setting('UTC', (value) => {
  // Asking takes longer than all other settings together, and nearly nobody sets one.
  if (value === 'UTC') return value;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return new Wrong(`is ${quoted(value)}. Give an IANA time zone, such as Europe/Amsterdam`);
  }
});

export const language = setting('en', (value) => {
  const found = bestLanguage(value);
  if (found) return found;
  const fix = `Give a BCP 47 tag of one of the languages that there are: ${languageTags.join(', ')}`;
  return new Wrong(`is ${quoted(value)}. ${fix}`);
});

export const color = setting('#1f4e79', (value) =>
  /^#[0-9a-f]{6}$/i.test(value)
    ? value.toLowerCase()
    : new Wrong(`is ${quoted(value)}. Give a colour as six hex digits, such as #1f4e79`),
);

/** A place that a report can go to, with the reference in it. */
export type ReportTarget =
  | { readonly kind: 'mailbox'; readonly address: string }
  | { readonly kind: 'page'; readonly url: string };

export const reportTarget = setting('', (value): ReportTarget | undefined | Wrong => {
  if (value === '') return undefined;
  const address = /^mailto:(.*)$/i.exec(value)?.[1];
  if (address !== undefined && isMailbox(address)) {
    return { kind: 'mailbox', address };
  }
  const [one, other] = ['a', 'b'].map((text) => {
    const filled = value.replaceAll('{reference}', text);
    return URL.canParse(filled) ? new URL(filled) : undefined;
  });
  const fits = one?.protocol === 'https:' && !one.username && !one.password;
  // The reference may stand anywhere but in the name of the host.
  if (fits && one.host === other?.host && !/[{}]/.test(value.replaceAll('{reference}', ''))) {
    return { kind: 'page', url: value };
  }
  const examples = 'https://help.example.com/report?ref={reference} or mailto:security@example.com';
  return new Wrong(`is ${quoted(value)}. Give an address such as ${examples}`);
});

/** A telephone number as people write one; empty: none. */
export const phone = setting('', (value) =>
  value === '' || /^\+?[\d(][\d ().\u00A0/-]{2,38}(,? ?(ext|x)\.? ?\d{1,6})?$/i.test(value)
    ? value
    : new Wrong(`is ${quoted(value)}. Give a telephone number alone, such as +1 555 0100`),
);

/** One mail address; empty: none. */
export const address = setting('', (value) =>
  value === '' || isMailbox(value)
    ? value.toLowerCase()
    : new Wrong(`is ${quoted(value)}. Give one mail address, such as helpdesk@example.com`),
);

/**
 * A contact in one line, in its parts: a number or an address that stand alone, or with nothing but an
 * “or” between them. Words of any language, which mails in other languages would quote, stay as they are.
 */
export function contactParts(line: string): {
  readonly phone: string;
  readonly email: string;
  readonly words: string;
} {
  const email = addressIn(line) ?? '';
  const rest = line
    .replace(email, ' ')
    .replace(/\b(or|and|oder|und|ou|et|o|of|eller|lub|nebo|tai|veya)\b/gi, ' ')
    .replace(/^[\s,;/|·]+|[\s,;/|·]+$/g, '');
  if (rest === '') return { phone: '', email, words: '' };
  const isPhone = /^\+?[\d(][\d ().\u00A0/-]{2,38}$/.test(rest);
  return isPhone ? { phone: rest, email, words: '' } : { phone: '', email, words: line };
}

/** The first mail address that stands in a text, alone or among words. */
export const addressIn = (words: string): string | undefined =>
  /[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+/i.exec(words)?.[0];

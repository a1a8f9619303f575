import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { languageTags } from '../../functions/languages.ts';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts, MailSettings } from '../../functions/mail/facts.ts';
import { buildMime } from '../../functions/mail/mime.ts';
import { write } from '../../functions/mail/render.ts';
import { problems, type WordTree } from '../../templates/language.ts';
import { cases, change, mailFacts, settings } from './cases.ts';
import { everyChange, methods } from './everyChange.ts';
import { linesOf, spoken } from './spoken.ts';

const folder = join(import.meta.dirname, '..', '..', 'templates', 'words');
const wordsOf = (tag: string): WordTree =>
  JSON.parse(readFileSync(join(folder, `${tag}.json`), 'utf8'));
const tags = readdirSync(folder).map((file) => file.replace('.json', ''));
const readers = ['user', 'manager', 'security'] as const;
const reporting: MailSettings = {
  ...settings,
  report: { kind: 'mailbox', address: 'security@contoso.com' },
};

/** Words that are the same in English: names, patterns without words, and words of both languages. */
const shared =
  /^(direction|locale|quoted|nameAndAddress|labelled|listed|subject|test\.marked|numbered|temporaryAccessPass\.(range|start)|(what|methods)\..*(passkey|windowsHello|password|oathToken|qrCode)|labels\.(account|reference|origin)|initiator\.(administrator|application)|bulk\.accounts|passkeys\.places\.windowsHello|device)$/;

const flat = (words: WordTree, prefix = ''): [string, string][] =>
  Object.entries(words).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`),
  );

it('every language that there are words in is one that can be chosen', () => {
  expect(tags.sort()).toEqual([...languageTags].sort());
});

/** What a mail says, without what only one of its two forms has: numbers of steps, colons, breaks. */
const saidBy = (lines: string[]): string =>
  lines
    .join(' ')
    .replace(/(?<=^| )\p{N}+\.(?= )/gu, '')
    .replace(/[\s:：]+/g, ' ')
    .replace(/ (?=\.|$)/g, '');

/** Columns that a phone's list shows of a subject: the event, and an account of six letters. */
const phone = 40;

/** Where a language's own word for a method is too long for that: what its longest event takes. */
const wider: Readonly<Record<string, number>> = {
  de: 41,
  es: 41,
  fr: 42,
  hu: 41,
  ja: 42,
  nb: 42,
  nl: 41,
  pl: 45,
  'pt-BR': 42,
  'pt-PT': 45,
  ro: 42,
  ru: 41,
  sv: 41,
  tr: 43,
  uk: 42,
};

/** Between the members of a list, where that isn't a semicolon: in Greek one asks. */
const marks: Readonly<Record<string, string>> = {
  ar: '؛ ',
  el: '· ',
  fr: '\u00a0; ',
  ja: '；',
  ko: ', ',
  th: ' · ',
  'zh-Hans': '；',
  'zh-Hant': '；',
};

describe.each(tags)('in %s', (language) => {
  const mail = (facts: Partial<MailFacts>, changes = [change()]) =>
    write(mailFacts(changes, { language, ...facts }), reporting);
  const view = (facts: Partial<MailFacts>, changes = [change()]) => {
    const { subject, letters } = compose(mailFacts(changes, { language, ...facts }), reporting);
    return { subject, ...letters[0] };
  };

  it('no word is missing, none is English, and none is out of place', () => {
    const english = wordsOf('en');
    const words = wordsOf(language);
    expect(problems(language, words, english)).toEqual([]);
    const same = new Set(flat(english).map(([key, text]) => `${key} ${text}`));
    const left = flat(words).filter(
      ([key, text]) => !shared.test(key) && same.has(`${key} ${text}`),
    );
    expect(language === 'en' ? [] : left).toEqual([]);
    const untidy = flat(words).filter(([, text]) => / {2}|^\s|\s$| [.,]|\.\.|\p{Cf}/u.test(text));
    expect(untidy).toEqual([]);
  });

  it('HTML and text say the same, for every method, action and reader', { timeout: 60_000 }, () => {
    for (const [index, made] of everyChange.entries()) {
      const { html, text } = mail({ reader: readers[index % 3] ?? 'user' }, [made]);
      expect(saidBy(linesOf(spoken(html)))).toBe(saidBy(linesOf(text)));
      expect(text).not.toMatch(/\{\w*\}|undefined|\[object/);
    }
  });

  it('tells every kind of mail apart by its subject, whoever acted', () => {
    const subjects = new Set(everyChange.map((made) => view({}, [made]).subject));
    // Three actions of each method; the other four are the same whatever the method.
    expect(subjects.size).toBe(methods.length * 3 + 4);
    const hostile = view({ ...cases['hostile-names'], language }, [
      ...cases['hostile-names'].changes,
    ]);
    expect(hostile.subject).toBe(view({}).subject);
  });

  it('has event and account within what a phone’s list shows of a subject', () => {
    const widths = [...everyChange.map((made) => [made]), everyChange.slice(0, 12)].map((made) =>
      stringWidth(view({}, made).subject.replace(' – security info', '')),
    );
    // To the column: whoever shortens the longest of them lowers the bound.
    expect(Math.max(phone, ...widths)).toBe(wider[language] ?? phone);
  });

  it('says who acted, and speaks to who reads', () => {
    const makers = everyChange.slice(0, 5).map((made) => view({}, [made]).first?.at(-1)?.labelled);
    expect(new Set(makers).size).toBe(5);
    const asked = readers.map((reader) => view({ reader }).answers?.yes.question);
    expect(new Set(asked).size).toBe(3);
    for (const reader of readers) expect(view({ reader }).answers?.no.action.target).not.toBe('');
  });

  it('has no space behind a wide mark, and one behind any other', () => {
    const { text } = mail({});
    expect(text).not.toMatch(/[：？。；] /);
    expect(text).not.toMatch(/\p{L}[:?;][\p{L}+]/u);
  });

  it('tells the facts of a passkey apart by its own mark', () => {
    const passkey = { aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8', name: 'Key' };
    const { tables = [] } = view({}, [change({ details: { passkey } })]);
    const [row] = tables.flatMap(({ rows }) => rows);
    expect(row?.lines[0]).toContain(marks[language] ?? '; ');
  });

  it('counts changes in the plural that the number needs', () => {
    for (const count of [2, 3, 5, 11]) {
      const { headline } = view({}, everyChange.slice(0, count));
      const digits = new Intl.NumberFormat(String(wordsOf(language)['locale'])).format(count);
      if (count > 2) expect(headline).toContain(digits);
    }
  });

  it('stays within 30 KB of HTML and 60 KB in all, with twelve changes, long names and a logo', async () => {
    const name = 'Ẃ'.repeat(400);
    const changes = everyChange.slice(-12).map((made) => ({
      ...made,
      initiator: { kind: 'administrator' as const, name, userPrincipalName: `${name}@contoso.com` },
      userAgent: name.repeat(4),
      details: {
        ...made.details,
        text: name,
        passkey: { aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8', name },
      },
    }));
    const account = { displayName: name, userPrincipalName: `${name}@contoso.com` };
    const big = write(mailFacts(changes, { language, account, toldAt: '2026-11-25T09:00:00Z' }), {
      ...reporting,
      logo: { content: Buffer.alloc(8_000, 0xff), contentType: 'image/png' },
    });
    expect(Buffer.byteLength(big.html)).toBeLessThanOrEqual(30_000);
    const sender = { name: 'Contoso', address: 'security@contoso.com' };
    const raw = await buildMime({
      from: sender,
      to: [sender],
      cc: [sender],
      messageId: '<1@contoso.com>',
      date: new Date(0),
      mail: big,
      language,
    });
    expect(raw.length).toBeLessThanOrEqual(60_000 + 17_000);
    expect(raw.length).toBeLessThanOrEqual(60_000);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compose } from '../../functions/mail/compose.ts';
import type { MailFacts, MailSettings } from '../../functions/mail/facts.ts';
import { buildMime } from '../../functions/mail/mime.ts';
import { write } from '../../functions/mail/write.ts';
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
  /^(direction|locale|quoted|nameAndAddress|sentence|preheader|test\.marked|numbered|contactWithUrl|time\.\w+|bulk\.(time|accounts)|temporaryAccessPass\.range|methods\.(passkey|windowsHello|password)|labels\.(authenticator|account|reference)|initiator\.(administrator|application))$/;

const flat = (words: WordTree, prefix = ''): [string, string][] =>
  Object.entries(words).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[prefix + name, value]] : flat(value, `${prefix}${name}.`),
  );

it('there are eighteen languages', () => {
  const shipped = 'ar cs da de en es fi fr he it ja nb nl pl pt-BR sv tr zh-Hans';
  expect(tags.sort()).toEqual(shipped.split(' '));
});

describe.each(tags)('in %s', (language) => {
  const mail = (facts: Partial<MailFacts>, changes = [change()]) =>
    write(mailFacts(changes, { language, ...facts }), reporting);
  const view = (facts: Partial<MailFacts>, changes = [change()]) =>
    compose(mailFacts(changes, { language, ...facts }), reporting);

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
      // The text ends its labels with a colon and writes the numbers that HTML leaves to the list.
      const ours = linesOf(text).map((line) => line.replace(/^\d\. |:$/g, ''));
      const theirs = linesOf(spoken(html)).map((line) => line.replace(/:$/, ''));
      // The link is a line of its own in HTML alone.
      const at = theirs.indexOf('security@contoso.com');
      if (at > 0) theirs.splice(at - 1, 2, ours[at - 1] ?? '');
      expect(theirs).toEqual(ours);
      expect(text).not.toMatch(/\{\w*\}|undefined|\[object/);
    }
  });

  it('tells every kind of mail apart by its subject, whoever acted', () => {
    const subjects = new Set(everyChange.map((made) => view({}, [made]).subject));
    // Three actions of each method; the other four are the same whatever the method.
    expect(subjects.size).toBe(methods.length * 3 + 4);
    for (const subject of subjects) expect([...subject].length).toBeLessThanOrEqual(130);
    const hostile = view({ ...cases['hostile-names'], language }, [
      ...cases['hostile-names'].changes,
    ]);
    expect(hostile.subject).toBe(view({}).subject);
  });

  it('says who acted in the headline, and who reads', () => {
    for (const reader of readers) {
      const headlines = everyChange.slice(0, 5).map((made) => view({ reader }, [made]).headline);
      expect(new Set(headlines).size).toBe(5);
    }
    const heads = readers.map((reader) => view({ reader }).headline);
    expect(new Set(heads).size).toBe(3);
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

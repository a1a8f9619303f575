import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { buildMime } from '../../functions/mail/mime.ts';
import { write } from '../../functions/mail/render.ts';
import { kinds, languages, mailOf } from '../../local/preview/mails.ts';
import { administrator, change, mailFacts, settings } from './cases.ts';

// Scores are those of SpamAssassin's local rules: no network, nothing learned.
const rules = '/usr/share/spamassassin';
const isThere = spawnSync('spamassassin', ['--version']).status === 0;
const patient = { timeout: 900_000 };

afterAll(() => {
  if (!isThere) process.stdout.write('SpamAssassin is not installed: no score was held.\n');
});

/**
 * MIXED_ES takes a Cyrillic е for a disguised e, and adds 1.0 where a mail has more than twenty Latin ones
 * and 1.4 to 10 times as many Cyrillic: our words have none, its readers' names and addresses have them.
 */
const cyrillic = ['bg', 'ru', 'uk'];

interface Judged {
  readonly score: number;
  readonly rules: string;
}

/**
 * Judges mails in one run, in their order, and anew by itself which of them scored more than it may:
 * SpamAssassin 4.0.1 carries some counts from one mail of an mbox to the next.
 */
function judge(mails: readonly string[], most: (index: number) => number): Judged[] {
  return judgeTogether(mails).map((judged, index) =>
    judged.score > most(index) ? (judgeTogether([mails[index] ?? ''])[0] ?? judged) : judged,
  );
}

function judgeTogether(mails: readonly string[]): Judged[] {
  const mbox = mails
    .map((raw) => `From a@b.example Tue Nov 24 13:33:00 2026\n${raw.replaceAll('\r\n', '\n')}\n`)
    .join('\n');
  const { stdout } = spawnSync('spamassassin', ['-L', '-t', '--mbox'], {
    input: mbox,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  const found = [
    ...stdout.matchAll(/^X-Spam-Status: (?:Yes|No), score=(-?[\d.]+)([\s\S]*?)\n(?!\s)/gm),
  ];
  expect(found).toHaveLength(mails.length);
  return found.map(([, score = '', more = '']) => ({
    score: Number(score),
    rules: /tests=([\s\S]*?)\s(?:autolearn|version)/.exec(more)?.[1]?.replace(/\s+/g, '') ?? '',
  }));
}

test.skipIf(!isThere)(
  'no mail scores, of the most important kinds, in any language',
  patient,
  async () => {
    const important = kinds.slice(0, 3);
    const mails = await Promise.all(
      languages.flatMap((language) => important.map((kind) => mailOf(kind, language))),
    );
    const most = (index: number) => (cyrillic.includes(mails[index]?.language ?? '') ? 1.1 : 0.1);
    const judged = judge(
      mails.map(({ raw }) => raw),
      most,
    );
    const scored = mails.flatMap(({ language, name }, index) => {
      const { score = 99, rules: why = '' } = judged[index] ?? {};
      return score > most(index) ? [`${language} ${name}: ${score} ${why}`] : [];
    });
    expect(scored).toEqual([]);
  },
);

test.skipIf(!isThere)(
  'the words alone score nothing in Cyrillic, where names and addresses have few Latin letters',
  patient,
  async () => {
    const account = { displayName: 'Анна Иванова', userPrincipalName: 'anna@firma.bg' };
    const changes = [change(), change({ initiator: { kind: 'administrator', name: 'Борис' } })];
    const raws = await Promise.all(
      cyrillic.flatMap((language) =>
        changes.map(async (made) => {
          const facts = mailFacts([made], { language, account });
          const mail = write(facts, {
            organizationName: 'Фирма',
            securityInfoUrl: 'https://aka.ms/mysecurityinfo',
            supportPhone: '+359 2 555 0100',
            brandColor: settings.brandColor,
          });
          return String(
            await buildMime({
              from: { name: 'Фирма', address: 'it@firma.bg' },
              to: [{ address: 'anna@firma.bg' }],
              cc: [],
              messageId: '<1@firma.bg>',
              date: new Date('2026-11-24T13:33:00Z'),
              mail,
              language,
            }),
          );
        }),
      ),
    );
    const judged = judge(raws, () => 0.1);
    expect(judged.filter(({ score }) => score > 0.1)).toEqual([]);
  },
);

const mostNames = 260;

/** What is known to be written into names, and what the rules themselves look for. */
function hostileNames(): string[] {
  const known = [
    'Viagra Cialis Levitra cheap',
    'V1agra C1al1s n0w',
    'v.i.a.g.r.a',
    'V I A G R A',
    'Viаgra',
    'xanax valium vicodin',
    'You won $5,000,000',
    '$1,000,000 lottery',
    'FREE MONEY!!! ACT NOW',
    '100% FREE!!!',
    'Dear friend beneficiary',
    'hot xxx porn',
    'Rolex replica watches',
    'Bitcoin wallet BTC',
    'unsubscribe click here',
    'Nigerian barrister next of kin',
    'work from home make money',
    'lose weight fast',
    'your mailbox is full',
    'MILLION DOLLARS USD',
  ];
  const text = globSync(`${rules}/*.cf`)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const bodies = [...text.matchAll(/^\s*body\s+\w+\s+\/(.*)\/[a-z]*$/gm)].map(
    ([, one = '']) => one,
  );
  const words = bodies.flatMap(
    (body) => body.replace(/\\[a-zA-Z]/g, ' ').match(/[a-z]{5,}/gi) ?? [],
  );
  const unique = [...new Set(words.map((word) => word.toLowerCase()))].sort();
  // Three at a time, and as many as the time of a test allows.
  const triples = unique.flatMap((_, index) =>
    index % 3 === 0 ? [unique.slice(index, index + 3).join(' ')] : [],
  );
  const every = Math.ceil(triples.length / mostNames);
  return [...known, ...triples.filter((_, index) => index % every === 0)];
}

const agents = [
  'BUY VIAGRA NOW $$$ http://evil.example',
  'А'.repeat(160),
  'Cheap Cialis 100% FREE',
];

test.skipIf(!isThere)('no name and no user agent lifts a mail above 2.0', patient, async () => {
  const names = hostileNames();
  expect(names.length).toBeGreaterThan(200);
  const raws = await Promise.all(
    names.map(async (name, index) => {
      const language = languages[index % languages.length] ?? 'en';
      const hostile = change({
        initiator: { ...administrator, name },
        userAgent: agents[index % agents.length] ?? '',
        details: { text: name, passkey: { name, model: name, aaguid: 'none' } },
      });
      const facts = mailFacts([hostile], {
        language,
        account: { displayName: name, userPrincipalName: 'adelev@contoso.com' },
      });
      const sender = { name: 'Contoso', address: 'security@contoso.com' };
      const raw = await buildMime({
        from: sender,
        to: [{ name, address: 'adelev@contoso.com' }],
        cc: [],
        messageId: `<${index}@contoso.com>`,
        date: new Date('2026-11-24T13:33:00Z'),
        mail: write(facts, { ...settings, securityInfoUrl: 'https://aka.ms/mysecurityinfo' }),
        language,
      });
      return { raw: String(raw), language };
    }),
  );
  const judged = judge(
    raws.map(({ raw }) => raw),
    () => 2,
  );
  const lifted = judged.flatMap(({ score, rules: why }, index) =>
    score > 2 ? [`${names[index]} (${raws[index]?.language}): ${score} ${why}`] : [],
  );
  expect(lifted).toEqual([]);
});

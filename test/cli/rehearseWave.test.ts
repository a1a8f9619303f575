import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { operatorCredential } from '../../cli/operator.ts';
import { printed } from '../../cli/rehearse/printed.ts';
import { reportOn } from '../../cli/rehearse/report.ts';
import { copiesLeftOut } from '../../cli/rehearse/wave/copies.ts';
import { readWavePeople, type WavePeople } from '../../cli/rehearse/wave/people.ts';
import { waveReport } from '../../cli/rehearse/wave/wave.ts';
import { waveRemarks, waveSection } from '../../cli/rehearse/wave/words.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { ids } from '../../local/graph/contoso.ts';
import { equipContoso } from '../../local/graph/contosoMethods.ts';
import { World } from '../integration/world.ts';
import { rehearsed } from './rehearsed.ts';

let azurite: Azurite;
let world: World | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(async () => {
  await world?.close();
  world = undefined;
});
afterAll(() => azurite.stop());

const open = async () => {
  world = await World.open(azurite);
  equipContoso(world.simulator.passkeys);
  return world;
};

const read = ({ simulator, now, wait }: World, more = {}) =>
  readWavePeople(
    { GRAPH_BASE_URL: simulator.url, ...more },
    { credential: operatorCredential(), now, wait, progress: () => undefined, kept: 0 },
  );

const settings = {
  SENDER_MAILBOXES: ['a@contoso.example', 'b@contoso.example'] as [string, ...string[]],
  SEND_RATE_PER_MINUTE: 30,
  COPY_MANAGER: 'always' as const,
  SECURITY_COPY: [],
  MANAGER_COPIES_PER_DAY: 20,
  MAX_NOTIFY_AGE_HOURS: 720,
  NOTIFY_OTHER_MAILS: 'never' as const,
};
const load = {
  from: new Date('2026-11-20T00:00:00Z'),
  days: [
    { day: '2026-11-20', mails: 900 },
    { day: '2026-11-21', mails: 30 },
    { day: '2026-11-22', mails: 50 },
    { day: '2026-11-23', mails: 1100 },
  ],
};
const now = new Date('2026-11-28T12:00:00Z');
const people = (
  phonesOnly: number,
  sizes: readonly number[] = [],
  otherAddresses = 0,
): WavePeople => ({
  phonesOnly,
  administrators: 2,
  guests: 3,
  unreadable: 0,
  reportMade: '2026-11-27T01:00:00Z',
  teams: { sizes, otherAddresses },
});

describe('the tenant', () => {
  test('is asked who has phones only, page after page, and whose manager is who', async () => {
    const contoso = await open();
    expect(await read(contoso)).toMatchObject({
      phonesOnly: 3,
      administrators: 0,
      guests: 0,
      unreadable: 0,
      teams: { sizes: expect.arrayContaining([expect.any(Number)]), otherAddresses: 0 },
    });
    expect(contoso.simulator.counts.sendMail).toBe(0);
  });

  test('is said to be out of sight where the report is denied, and nothing is made up', async () => {
    const contoso = await open();
    contoso.simulator.faults.set('registrations', { kind: 'notPremium' });
    const why = await read(contoso);
    expect(why).toEqual(expect.any(String));
    const report = reportOn(await rehearsed(contoso), why);
    expect(report.wave).toMatchObject({ why, people: null, now: null, needed: null });
    expect(printed(report)).toContain('Nobody could look who has phones only');
    expect(printed(report)).toMatch(/The tenant needs a P1 or\s+P2 licence/);
  });

  test.each([
    ['consentMissing', /denied 403 .*an app needs AuditLog\.Read\.All/],
    ['429', /throttled 429 .*Try again$/],
    ['503', /503.*Try again$/],
    ['cut', /Try again$/],
    ['loop', /nextLink repeats itself.*Try again$/],
    ['blank', /shows nobody with a method.*tomorrow$/],
  ] as const)(
    'is said to be out of sight for the reason that there is: %s',
    async (kind, words) => {
      const contoso = await open();
      contoso.simulator.faults.set('registrations', { kind });
      const why = await read(contoso);
      expect(why).toMatch(words);
      // This command can't go on where it was.
      expect(why).not.toContain('--resume');
      const [remark] = waveRemarks(reportOn(await rehearsed(contoso), why).wave);
      expect(remark?.fix).toBe(why);
    },
  );

  test('is asked again for managers where Graph is busy, as for the report', async () => {
    const contoso = await open();
    contoso.simulator.faults.set('users', { kind: '429', times: 5 });
    expect((await read(contoso)) as WavePeople).toMatchObject({
      teams: { sizes: expect.arrayContaining([expect.any(Number)]) },
    });
  });

  test('is asked for other addresses where the settings have mails sent there', async () => {
    const contoso = await open();
    const { directory } = contoso.simulator;
    directory.patch(ids.patti, { otherMails: ['p@mail.example', 'pf@mail.example'] });
    directory.patch(ids.alex, { otherMails: ['a@mail.example'], mail: null });
    // Has better than a phone number.
    directory.patch(ids.miriam, { otherMails: ['m@mail.example'], mail: null });
    const others = async (NOTIFY_OTHER_MAILS: string) =>
      ((await read(contoso, { NOTIFY_OTHER_MAILS })) as WavePeople).teams;
    expect(await others('always')).toMatchObject({ otherAddresses: 3 });
    expect(await others('risky')).toMatchObject({ otherAddresses: 1 });
    expect(await others('withoutMailbox')).toMatchObject({ otherAddresses: 1 });
    expect(await others('never')).toMatchObject({ otherAddresses: 0 });
  });

  test('is said why managers can’t be seen, and for whoever is refused which permission it takes', async () => {
    const contoso = await open();
    contoso.simulator.faults.set('users', { kind: 'consentMissing' });
    const denied = (await read(contoso)) as WavePeople;
    expect(denied.teams).toMatch(/denied 403 .*Directory\.Read\.All/);
    contoso.simulator.faults.set('users', { kind: '503' });
    const away = (await read(contoso)) as WavePeople;
    expect(away.teams).toMatch(/503.*Try again$/);
    const wave = waveReport(away, settings, load, now);
    expect(wave).toMatchObject({ copies: null, whyNoTeams: away.teams });
    expect(waveRemarks(wave)).toMatchObject([{ look: false, fix: away.teams }]);
    const alone = { ...settings, COPY_MANAGER: 'never' as const };
    expect(waveRemarks(waveReport(away, alone, load, now))).toEqual([]);
    const elsewhere = { ...alone, NOTIFY_OTHER_MAILS: 'always' as const };
    expect(waveRemarks(waveReport(away, elsewhere, load, now))).toMatchObject([
      { look: false, fix: away.teams },
    ]);
  });

  test('is told of in the report, and not where nobody asked', async () => {
    const contoso = await open();
    const rehearsal = await rehearsed(contoso);
    expect(reportOn(rehearsal).wave).toBe(null);
    const text = printed(reportOn(rehearsal, await read(contoso)));
    expect(text).toMatch(/3 +people have phone numbers only/);
    expect(text).toMatch(/1 +mailbox is enough for nobody to wait longer than an hour/);
  });
});

test('days before the log begins are no quiet days', async () => {
  const contoso = await open();
  contoso.happen('burst', { count: 20 });
  contoso.advance(600);
  const rehearsal = await rehearsed(contoso);
  const ordinary = (firstRow: string) => {
    const log = { ...rehearsal.log, firstRow };
    const month = { ...rehearsal, from: new Date('2026-11-02T09:00:00Z'), log };
    return reportOn(month, people(50)).wave?.ordinary.workday ?? 0;
  };
  expect(rehearsal.mails.length).toBeGreaterThan(0);
  // One of 17 working days, as if nothing had happened before; or the only one of which there is a log.
  expect(ordinary('2026-11-02T10:00:00Z')).toBeLessThan(rehearsal.mails.length);
  expect(ordinary('2026-11-24T09:10:00Z')).toBeGreaterThanOrEqual(rehearsal.mails.length);
});

describe('the forecast for a tenant', () => {
  test('names mailboxes, the day and the settings', () => {
    const wave = waveReport(people(200_000, Array(20_000).fill(10)), settings, load, now);
    expect(wave).toMatchObject({
      from: '2027-02-01',
      ordinary: { workday: 1000, weekend: 40 },
      now: { mailboxes: 2, recipients: 2, lateFrom: '2027-02-01' },
      copies: { managers: 20_000, all: 200_000, leftOut: 0 },
    });
    const { mailboxes = 0, withoutCopies = 0 } = wave.needed ?? {};
    expect(withoutCopies).toBeGreaterThan(2);
    expect(mailboxes).toBeGreaterThan(withoutCopies ?? 0);
    const [remark] = waveRemarks(wave);
    expect(remark).toMatchObject({ look: true });
    expect(`${remark?.fix}`).toContain(`${mailboxes} in SENDER_MAILBOXES`);
    expect(`${remark?.fix}`).toContain(
      `COPY_MANAGER=risky until the line is empty needs ${withoutCopies}`,
    );
  });

  test('takes parts of days for what they are: the first and the last that were read', () => {
    const ordinary = (from: string, to: string, mails: Record<string, number>) => {
      const days = Object.entries(mails).map(([day, count]) => ({ day, mails: count }));
      const given = { from: new Date(from), days };
      return waveReport(people(50), settings, given, new Date(to)).ordinary;
    };
    // From Tuesday noon to Wednesday noon.
    const halves = { '2026-11-24': 300, '2026-11-25': 700 };
    expect(ordinary('2026-11-24T12:00:00Z', '2026-11-25T12:00:00Z', halves).workday).toBe(1000);
    const week = { '2026-11-20': 200, '2026-11-21': 40, '2026-11-22': 40, '2026-11-23': 1000 };
    expect(ordinary('2026-11-20T18:00:00Z', '2026-11-23T18:00:00Z', week)).toEqual({
      workday: 1200,
      weekend: 40,
    });
  });

  test('is content where nobody waits', () => {
    const wave = waveReport(people(50, [50]), settings, load, now);
    expect(wave.now).toMatchObject({ lateFrom: null });
    expect(waveRemarks(wave)).toEqual([]);
  });

  test('begins today once the day has come', () => {
    const then = new Date('2027-02-10T08:00:00Z');
    expect(waveReport(people(50), settings, load, then).from).toBe('2027-02-10');
  });

  test('knows what day of the week it begins on: nobody registers at the weekend', () => {
    const from = (day: string) => waveReport(people(200_000), settings, load, new Date(day)).now;
    const [monday, saturday, friday] = ['08', '06', '05'].map((day) => from(`2027-02-${day}`));
    expect(monday?.lateFrom).toBe('2027-02-08');
    expect(saturday?.lateFrom).toBe('2027-02-08');
    expect(friday?.lateFrom).toBe('2027-02-05');
    // Two days of no registering lie between the first day and the second.
    expect(friday?.longestLine).toBeLessThan((monday?.longestLine ?? 0) - 2 * 4700);
  });

  test('asks for no more mailboxes than SENDER_MAILBOXES takes', () => {
    const fixes = (count: number, more = {}) =>
      waveRemarks(waveReport(people(count, []), { ...settings, ...more }, load, now)).map(
        ({ fix }) => fix,
      );
    const [some] = fixes(500_000);
    expect(some).toContain('COPY_MANAGER=risky until the line is empty needs 13');
    expect(some).toContain('SENDER_MAILBOXES takes 16: tell people beforehand');
    expect(some).not.toContain('Have ');
    const [none] = fixes(2_000_000);
    expect(none).toMatch(/^SENDER_MAILBOXES takes 16: tell people beforehand/);
    const wave = waveReport(people(500_000, []), settings, load, now);
    expect(waveSection(wave).rows.map((row) => row.join(' '))).toContain(
      '25 mailboxes would be needed for nobody to wait longer than an hour: SENDER_MAILBOXES takes 16',
    );
  });

  test('says where mails would be given up before they leave, and what keeps them', () => {
    const four = ['a', 'b', 'c', 'd'].map((name) => `${name}@contoso.example`);
    const senders = { SENDER_MAILBOXES: four as [string, ...string[]] };
    const remarkOf = (hours: number) => {
      const given = { ...settings, ...senders, MAX_NOTIFY_AGE_HOURS: hours };
      const wave = waveReport(people(250_000, []), given, load, now);
      return { wave, remark: waveRemarks(wave)[0] };
    };
    // A day's patience is a week's: whatever waits for a mailbox waits at least so long.
    const { wave, remark } = remarkOf(24);
    expect(wave.now?.givenUpAfterHours).toBe(168);
    expect(wave.now?.longestWaitHours).toBeGreaterThan(168);
    expect(remark?.says).toContain('and is given up after 168');
    expect(remark?.fix).toMatch(/MAX_NOTIFY_AGE_HOURS of \d+ has them sent/);
    const patient = remarkOf(720);
    expect(patient.wave.now?.givenUpAfterHours).toBe(720);
    expect(patient.remark?.says).not.toContain('given up');
    expect(patient.remark?.fix).not.toContain('MAX_NOTIFY_AGE_HOURS');
  });

  test('says that there is no line where there is none', () => {
    expect(waveSection(waveReport(people(50), settings, load, now)).note).toContain(
      'there is no line',
    );
  });

  test('counts one recipient, and no copies, where managers get none', () => {
    const wave = waveReport(
      people(9000, [9000]),
      { ...settings, COPY_MANAGER: 'risky' },
      load,
      now,
    );
    expect(wave.now?.recipients).toBe(1);
    expect(wave.copies).toBe(null);
  });

  test('counts the mails to other addresses, each to one recipient', () => {
    const alone = { ...settings, COPY_MANAGER: 'never' as const };
    const longest = (...given: Parameters<typeof people>) =>
      waveReport(people(...given), alone, load, now).now?.longestLine;
    // Without copies it is all one whose mails they are.
    expect(longest(100_000, [], 50_000)).toBe(longest(150_000));
    const wave = waveReport(people(100_000, [100_000], 100_000), settings, load, now);
    const without = waveReport(people(100_000, [100_000]), settings, load, now);
    expect(wave.people?.otherAddresses).toBe(100_000);
    expect(wave.now?.recipients).toBe(2);
    expect(wave.needed?.mailboxes).toBeGreaterThan(without.needed?.mailboxes ?? 0);
    // Three recipients for each person in the place of two.
    const days = ({ emptyAfterDays }: { emptyAfterDays: number | null }) => emptyAfterDays ?? 0;
    expect(days(wave.now ?? { emptyAfterDays: 0 })).toBeGreaterThan(
      1.3 * days(without.now ?? { emptyAfterDays: 0 }),
    );
    expect(wave.copies?.all).toBe(100_000);
    expect(waveSection(wave).rows.map((row) => row.join(' '))).toContain(
      '100000 other addresses of theirs get a mail of their own',
    );
  });

  test('is JSON without infinities', () => {
    const wave = waveReport(people(90_000_000, []), settings, load, now);
    expect(JSON.parse(JSON.stringify(wave))).toEqual(wave);
    expect(wave).toMatchObject({ now: { emptyAfterDays: null }, needed: { mailboxes: null } });
  });
});

describe('copies that a manager does not get', () => {
  test('are none where a day brings no more than the ceiling', () => {
    expect(copiesLeftOut([1, 20, 5], 5, 20)).toBe(0);
  });
  test('are all beyond the ceiling where there is one day', () => {
    expect(copiesLeftOut([25, 10, 21], 1, 20)).toBe(6);
  });
  test('are as many as chance has it', () => {
    // Two people, two days, one copy a day: they meet on one of the days in half of all weeks.
    expect(copiesLeftOut([2], 2, 1)).toBeCloseTo(0.5);
    // Of three, on one day 3, 2, 1, 0 in 1, 3, 3, 1 of 8 cases.
    expect(copiesLeftOut([3], 2, 1)).toBeCloseTo(2 * ((2 * 1 + 1 * 3) / 8));
    expect(copiesLeftOut([100_000], 5, 20)).toBeCloseTo(100_000 - 100);
  });
});

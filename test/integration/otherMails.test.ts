import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { StorageFailure } from '../../functions/ledger/store.ts';
import { type Azurite, startAzurite } from '../../local/azurite.ts';
import { auditRow } from '../fixtures/rows.ts';
import { World } from './world.ts';

let azurite: Azurite;
let world: World;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterEach(() => world.close());
afterAll(() => azurite.stop());

const adele = 'AdeleV@contoso.example';
const miriam = 'MiriamG@contoso.example';
const [home, work, evil] = ['adele@home.example', 'adele@work.example', 'evil@evil.example'];

const open = async (when: string, otherMails: readonly string[] = [home], settings = {}) => {
  world = await World.open(azurite, { NOTIFY_OTHER_MAILS: when, ...settings });
  world.simulator.directory.patch(adele, { otherMails });
};

/** Somebody writes Adele's other addresses. */
function write(before: readonly string[], after: readonly string[], lateMinutes = 0) {
  const { id, userPrincipalName } = world.simulator.directory.patch(adele, { otherMails: after });
  const values = [before, after].map((list) => JSON.stringify(list)) as [string, string];
  const row = auditRow({
    time: world.time.toISOString().replace('Z', '0000Z'),
    service: 'Core Directory',
    activity: 'Update user',
    reason: '',
    target: { id, upn: userPrincipalName },
    properties: [['OtherMail', ...values]],
  });
  world.simulator.audit.append(row, new Date(world.time.getTime() + lateMinutes * 60_000));
}

const recipients = () => world.mails.map((mail) => [...mail.recipients.to, ...mail.recipients.cc]);
const to = (address: string) =>
  world.mails.filter(({ recipients: all }) => [...all.to, ...all.cc, ...all.bcc].includes(address));

describe('other addresses', () => {
  test('get mails of their own, once each, with fewer details', async () => {
    await open('always', [home, work]);
    world.append('AdeleV', {
      details: { 'User-Agent': 'Mozilla/5.0 (Windows NT 10.0) Chrome/131.0' },
    });
    await world.pass(40);
    expect(recipients()[0]).toEqual([adele, miriam]);
    expect(recipients().slice(1).sort()).toEqual([[home], [work]]);
    for (const address of [home, work]) {
      const [mail] = to(address);
      const { text = '', html = '', headers } = await PostalMime.parse(mail?.raw ?? '');
      expect(text).toContain('A…@');
      expect(headers.map(({ key }) => key)).not.toContain('references');
      for (const secret of ['203.0.113', 'Windows', 'Adele', 'Miriam', home, work]) {
        expect(text, secret).not.toContain(secret);
        expect(html, secret).not.toContain(secret);
      }
      expect(mail?.subject).not.toMatch(/adele/i);
    }
    expect(new Set(world.mails.map(({ messageId }) => messageId)).size).toBe(3);
    // Their wait is no delay of the app's.
    const delays = world.events.flatMap(({ event, metrics }) =>
      event === 'mail.sent' ? [(metrics as Record<string, number>)['mail.delay_seconds']] : [],
    );
    expect(delays).toEqual([expect.any(Number), undefined, undefined]);
  });

  test('get nothing of a change that is not risky, where only risky ones are wanted', async () => {
    await open('risky');
    world.append('AdeleV');
    await world.pass(30);
    expect(recipients()).toHaveLength(1);
    world.happen('adminIssuesTemporaryAccessPass', { user: adele });
    await world.pass(40);
    expect(to(home)).toHaveLength(1);
  });

  test('are told of what an administrator did whom only the directory shows to be another', async () => {
    await open('risky');
    const { id } = world.simulator.directory.patch(adele, {});
    const time = world.time.toISOString().replace('Z', '0000Z');
    const made = (upn: string) =>
      auditRow({ time, target: { id }, by: { userPrincipalName: upn } });
    world.simulator.audit.append(made(adele), world.time);
    await world.pass(30);
    expect(recipients()).toHaveLength(1);
    world.simulator.audit.append(made('GradyA@contoso.example'), world.time);
    await world.pass(40);
    expect(to(home)).toHaveLength(1);
  });

  test('are told where what stands in the place of a mailbox is no address', async () => {
    await open('withoutMailbox', [home], { COPY_MANAGER: 'never' });
    world.simulator.directory.patch(adele, { mail: 'adele at contoso' });
    world.append('AdeleV');
    await world.pass(30);
    expect(recipients()).toEqual([[home]]);
  });

  test('are told where Exchange refuses the mailbox, and nobody else may be told', async () => {
    await open('withoutMailbox', [home], { COPY_MANAGER: 'never' });
    world.simulator.directory.patch(adele, { mail: 'adele@no_such..domain' });
    world.append('AdeleV');
    await world.pass(30);
    expect(recipients()).toEqual([[home]]);
    const [row] = await world.notifications();
    expect(row).toMatchObject({ state: 'sent', outcome: { reason: 'userTold', elsewhere: true } });
  });

  test('get nothing by default, and with what the setting was before only of who has no mailbox', async () => {
    await open('');
    world.append('AdeleV');
    await world.pass(30);
    expect(to(home)).toEqual([]);
    await world.close();
    await open('true');
    world.append('AdeleV');
    await world.pass(30);
    expect(to(home)).toEqual([]);
    world.simulator.directory.patch(adele, { mail: null });
    world.append('AdeleV', { reason: 'User registered Email' });
    await world.pass(30);
    expect(to(home)).toHaveLength(1);
    expect(to(miriam)).toHaveLength(2);
  });

  test('are told where nobody else can be, and then the change is told', async () => {
    await open('withoutMailbox', [home, work], { COPY_MANAGER: 'never' });
    world.simulator.directory.patch(adele, { mail: null });
    world.append('AdeleV');
    await world.pass(30);
    expect(recipients().sort()).toEqual([[home], [work]]);
    const rows = await world.notifications();
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'sent']);
    expect(rows.find(({ followUp }) => !followUp)?.outcome).toEqual({
      reason: 'userTold',
      elsewhere: true,
    });
  });

  test('are not those that were just written: the one before gets the mail', async () => {
    await open('always');
    await world.pass(5);
    write([home], [evil]);
    world.append('AdeleV');
    await world.pass(40);
    expect(to(evil)).toEqual([]);
    expect(to(home)).toHaveLength(1);
    // A month later nobody has objected.
    world.advance(31 * 86_400);
    world.append('AdeleV', { reason: 'User registered Email' });
    await world.pass(40);
    expect(to(evil)).toHaveLength(1);
  }, 60_000);

  test('are not those either of which the log tells later than of the change', async () => {
    await open('always');
    await world.pass(5);
    write([home], [evil], 8);
    world.append('AdeleV');
    await world.pass(40);
    expect(to(evil)).toEqual([]);
    expect(to(home)).toHaveLength(1);
  }, 60_000);

  test('are not those that were just written where nobody else can be told, either', async () => {
    await open('withoutMailbox', [home], { COPY_MANAGER: 'never' });
    world.simulator.directory.patch(adele, { mail: null });
    await world.pass(5);
    write([home], [evil], 8);
    world.append('AdeleV');
    await world.pass(40);
    expect(recipients()).toEqual([[home]]);
  }, 60_000);

  test('tell of what the mail to the mailbox gained before it went out', async () => {
    await open('always');
    world.append('AdeleV');
    await world.pass(40);
    const rows = await world.notifications();
    const other = rows.find(({ followUp }) => followUp);
    expect(other).toMatchObject({ state: 'sent', followUp: 'other', otherAddress: home });
    expect(rows.find((row) => row !== other)).toMatchObject({ state: 'sent', hasOther: true });
    expect(rows).toHaveLength(2);
  });

  test('that are gone by then end in the ledger, and nothing is sent', async () => {
    await open('always');
    world.append('AdeleV');
    await world.pass(3);
    world.simulator.directory.patch(adele, { otherMails: [] });
    await world.pass(30);
    expect(to(home)).toEqual([]);
    const rows = await world.notifications();
    expect(rows.find(({ followUp }) => followUp)?.outcome?.reason).toBe('noOtherAddress');
  });

  test.each([
    ['beside the mailbox', 'always', {}],
    ['where nobody else can be told', 'withoutMailbox', { COPY_MANAGER: 'never' }],
  ])(
    'get one each, %s, whichever write of storage fails, before or after it is made',
    async (_, when, more) => {
      // Until no write is left to fail.
      for (let failing = 0, isOver = false; !isOver; failing += 1) {
        for (const isMade of [false, true]) {
          await open(when, [home, work], more);
          if (when === 'withoutMailbox') world.simulator.directory.patch(adele, { mail: null });
          world.append('AdeleV');
          await world.poll();
          const writes = failOnce(failing, isMade);
          await world.pass(35);
          await world.sweep();
          await world.pass(5);
          const own = when === 'always' ? [[adele, miriam]] : [];
          const expected = [...own, [home], [work]].sort();
          expect(recipients().sort(), `write ${failing} ${isMade}`).toEqual(expected);
          isOver = writes() <= failing;
          await world.close();
        }
      }
    },
    120_000,
  );
});

/** Lets one write of a notification fail, made or not; the answer counts them. */
function failOnce(failing: number, isMade: boolean): () => number {
  const { store } = world.ledger;
  let count = 0;
  for (const name of ['insert', 'replace', 'transact'] as const) {
    const write = store[name].bind(store) as (...given: unknown[]) => Promise<never>;
    store[name] = async (...given: unknown[]) => {
      if (!JSON.stringify(given).includes('~n~')) return write(...given);
      count += 1;
      if (count - 1 !== failing) return write(...given);
      if (isMade) await write(...given);
      throw new StorageFailure('no answer', { status: 503 });
    };
  }
  return () => count;
}

import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Inventory } from '../../cli/inventory/inventory.ts';
import { estimate } from '../../cli/inventory/lookUp.ts';
import { caveats } from '../../cli/inventory/sections.ts';
import { totalsOf } from '../../cli/inventory/totals.ts';
import { extraPerson, ids, objectId } from '../../local/graph/contoso.ts';
import type { FaultTarget } from '../../local/graph/faults.ts';
import { claimedYubiKey, makePasskey } from '../../local/graph/passkeyMethods.ts';
import { seededRandom } from '../../local/graph/random.ts';
import { type AskedTenant, askedTenant } from './inventoried.ts';

const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
afterAll(() => rmSync(folder, { recursive: true }));
const newFile = () => join(folder, `${randomUUID()}.jsonl`);

const concernsOf = ({ people }: Inventory) =>
  Object.fromEntries(
    people.map(({ person, concerns }) => [person.userPrincipalName.split('@')[0], concerns]),
  );

describe('an inventory of Contoso', () => {
  test('says who is to be looked at, administrators first, and only reads', async () => {
    const tenant = await askedTenant();
    const inventory = await tenant.take();
    expect(concernsOf(inventory)).toEqual({
      IsaiahL: ['oneMethod'],
      GradyA: ['program'],
      AlexW: ['phoneOnly'],
      JoniS: ['phoneOnly'],
      PattiF: ['phoneOnly'],
      LeeG: ['oneMethod'],
      'nora.lind_fabrikam.example#EXT#': ['oneMethod'],
      LidiaH: ['noSecond'],
      AdeleV: [],
      DiegoS: [],
      MeganB: [],
      MiriamG: [],
    });
    expect(inventory.people[0]?.person.isAdmin).toBe(true);
    expect(tenant.simulator.requests.every(({ method }) => method === 'GET')).toBe(true);
    // A request for the report, and one for each of two people with passkeys.
    expect(tenant.simulator.counts.total).toBe(3);
    expect(tenant.simulator.counts.throttled).toBe(0);
  });

  test('knows models, advisories and contradictions of those who have passkeys', async () => {
    const tenant = await askedTenant();
    const { passkeys, registrations } = tenant.simulator;
    const random = seededRandom(3);
    const attested = {
      ...claimedYubiKey,
      attestationLevel: 'attested',
      passkeyType: 'deviceBound',
    };
    passkeys.add(ids.patti, makePasskey(random, tenant.now(), attested as typeof claimedYubiKey));
    passkeys.add(ids.megan, makePasskey(random, tenant.now(), claimedYubiKey));
    registrations.admins.add(ids.patti);
    const inventory = await tenant.take();
    expect(concernsOf(inventory)).toMatchObject({
      PattiF: ['advisory'],
      MeganB: ['contradiction', 'advisory'],
    });
    expect(totalsOf(inventory).passkeys).toMatchObject({
      all: 4,
      people: 4,
      proof: { attested: 1, notAttested: 3 },
      binding: { deviceBound: 2, synced: 2 },
      advisories: [{ id: 'YSA-2024-03', passkeys: 2, people: 2, administrators: 1 }],
    });
  });

  test('with all details counts each method, and asks beta for last uses only if told to', async () => {
    const tenant = await askedTenant();
    const { passkeys, requests } = tenant.simulator;
    passkeys.add(ids.isaiah, makePasskey(seededRandom(4), tenant.now()));
    const plainly = await tenant.take({ details: 'all' });
    expect(concernsOf(plainly)).toMatchObject({ IsaiahL: [] });
    expect(requests.some(({ path }) => path.startsWith('/beta/'))).toBe(false);
    const inventory = await tenant.take({ details: 'all', lastUsed: true });
    const isaiah = inventory.people.find(({ person }) => person.id === ids.isaiah);
    expect(isaiah?.passkeys.map(({ method }) => method.lastUsedAt)).toEqual([
      '2026-11-20T07:45:00Z',
      undefined,
    ]);
    // The second begins at the heels of the first, whose requests count against it.
    const looks = requests.filter(({ path }) => path.includes('/authentication/'));
    expect(looks.filter(({ status }) => status === 200)).toHaveLength(24);
    expect(looks.length).toBeLessThanOrEqual(25);
  });

  test('is of some users and groups where they are named', async () => {
    const tenant = await askedTenant();
    const inventory = await tenant.take({
      users: ['AdeleV@contoso.example', ids.henrietta],
      groups: [objectId(202)],
    });
    // Isaiah is in a group within the group; Henrietta is disabled, and so in no report.
    expect(inventory.people.map(({ person }) => person.id).sort()).toEqual([
      ids.adele,
      ids.lee,
      ids.isaiah,
    ]);
    expect(inventory.missing).toBe(1);
    expect(caveats(totalsOf(inventory))[0]).toMatch(/^1 person was asked for and is not/);
    await expect(tenant.take({ users: ['nobody@contoso.example'] })).rejects.toThrow(
      'There is no user nobody@contoso.example',
    );
    await expect(tenant.take({ groups: [objectId(999)] })).rejects.toThrow('There is no group');
  });

  test('reads thousands page by page, at the pace that Graph allows', async () => {
    const tenant = await askedTenant();
    for (let number = 1; number <= 6000; number += 1) {
      tenant.simulator.directory.add(extraPerson(number));
    }
    const begun = tenant.now().getTime();
    const inventory = await tenant.take({ details: 'none' });
    expect(inventory.people).toHaveLength(6012);
    expect(tenant.simulator.counts).toMatchObject({ total: 7, throttled: 0 });
    expect(tenant.now().getTime() - begun).toBeGreaterThan(10_000);
  });
});

describe('what can’t be read', () => {
  test('is an error with what is missing, never half an inventory', async () => {
    const tenant = await askedTenant();
    tenant.simulator.faults.set('registrations', { kind: 'consentMissing' });
    await expect(tenant.take()).rejects.toThrow(/AuditLog\.Read\.All.*P1 or P2/s);
    for (const kind of ['html', 'cut', '500'] as const) {
      tenant.simulator.faults.set('registrations', { kind });
      await expect(tenant.take()).rejects.toThrow(/can't be read/);
    }
    tenant.simulator.faults.set('registrations', { kind: 'loop' });
    for (let number = 1; number <= 1200; number += 1) {
      tenant.simulator.directory.add(extraPerson(number));
    }
    await expect(tenant.take()).rejects.toThrow(/nextLink repeats itself/);
  });

  test('is asked for again where Graph denies at random, and where it is busy', async () => {
    const tenant = await askedTenant();
    tenant.simulator.faults.set('registrations', { kind: 'notPremium', times: 2 });
    expect((await tenant.take({ details: 'none' })).people).toHaveLength(12);
    tenant.simulator.faults.set('registrations', { kind: '503', times: 3 });
    expect((await tenant.take({ details: 'none' })).people).toHaveLength(12);
  });

  test('of passkeys is said, and the rest goes on', async () => {
    const tenant = await askedTenant();
    tenant.simulator.faults.set('methods', { kind: 'consentMissing' });
    const totals = totalsOf(await tenant.take({ details: 'all' }));
    expect(totals.people.all).toBe(12);
    expect(totals.looks).toMatchObject({ denied: 12, found: 0 });
    // Three refusals are enough to know.
    expect(tenant.simulator.counts.methods).toBe(3);
    expect(caveats(totals).join()).toContain('UserAuthenticationMethod.Read.All');
    expect(totals.concerns.phoneOnly.people).toBe(3);
    // Somebody who was deleted meanwhile.
    tenant.simulator.faults.set('methods', { kind: '404', times: 1 });
    expect(totalsOf(await tenant.take()).looks).toMatchObject({ gone: 1, found: 1 });
  });

  test('of single people does not end it: a few that fail or are denied are passed over', async () => {
    const tenant = await askedTenant();
    const { faults } = tenant.simulator;
    const take = faults.take.bind(faults);
    let asked = 0;
    faults.take = ((target: FaultTarget, mailbox?: string) => {
      if (target !== 'methods') return take(target, mailbox);
      asked += 1;
      // The first answers; then three are denied, one answers, three are denied.
      return [2, 3, 4, 6, 7, 8].includes(asked) ? { kind: 'consentMissing' } : undefined;
    }) as typeof take;
    const { looks } = totalsOf(await tenant.take({ details: 'all' }));
    expect(looks).toMatchObject({ denied: 6, found: 6 });
  });

  test('is suspected where the report shows nothing at all', async () => {
    const tenant = await askedTenant();
    tenant.simulator.faults.set('registrations', { kind: 'blank' });
    expect(caveats(totalsOf(await tenant.take()))[0]).toMatch(/probably at fault/);
  });
});

describe('--resume', () => {
  test('goes on where it stopped, asking nothing twice, and leaves no file behind', async () => {
    const tenant = await askedTenant();
    const { simulator } = tenant;
    for (let number = 1; number <= 2000; number += 1) simulator.directory.add(extraPerson(number));
    const resume = newFile();
    const goOn = stopAfter(simulator, 2);
    await expect(tenant.take({ resume })).rejects.toThrow(/--resume/);
    goOn();
    expect(statSync(resume).mode & 0o777).toBe(0o600);
    const before = simulator.counts.registrations;
    // It was killed while it wrote.
    appendFileSync(resume, '{"people":[{"id":"half');
    const inventory = await tenant.take({ resume });
    expect(inventory.people).toHaveLength(2012);
    expect(new Set(inventory.people.map(({ person }) => person.id)).size).toBe(2012);
    expect(simulator.counts.registrations - before).toBe(1);
    inventory.journal.remove();
    expect(existsSync(resume)).toBe(false);
  });

  test('asks again for people whom it could not look at, and for nobody else', async () => {
    const tenant = await askedTenant();
    const resume = newFile();
    tenant.simulator.faults.set('methods', { kind: '503', times: 6 });
    expect(totalsOf(await tenant.take({ resume })).looks).toMatchObject({ failed: 1, found: 1 });
    const before = tenant.simulator.counts.total;
    expect(totalsOf(await tenant.take({ resume })).looks).toMatchObject({ failed: 0, found: 2 });
    expect(tenant.simulator.counts.total - before).toBe(1);
  });

  test('begins the report anew where its next page is not to be had any more', async () => {
    const tenant = await askedTenant();
    const { simulator } = tenant;
    for (let number = 1; number <= 2000; number += 1) simulator.directory.add(extraPerson(number));
    const resume = newFile();
    const goOn = stopAfter(simulator, 2);
    await expect(tenant.take({ resume })).rejects.toThrow();
    goOn();
    const stale = readFileSync(resume, 'utf8').replace(/(skiptoken=)[\w-]+/g, '$1!!!');
    rmSync(resume);
    appendFileSync(resume, stale);
    const { people } = await tenant.take({ resume });
    expect(new Set(people.map(({ person }) => person.id)).size).toBe(2012);
    expect(people).toHaveLength(2012);
  });

  test('is of those who belonged to the group when it began', async () => {
    const tenant = await askedTenant();
    const { directory } = tenant.simulator;
    const [group, resume] = [objectId(202), newFile()];
    const goOn = stopAfter(tenant.simulator, 1);
    await expect(tenant.take({ groups: [group], resume })).rejects.toThrow();
    goOn();
    const belong = directory.membersOf(group) ?? { people: [], groups: [] };
    // Somebody left who came first.
    const people = belong.people.toSorted((one, other) => (one.id < other.id ? -1 : 1)).slice(1);
    directory.membersOf = () => ({ ...belong, people });
    const inventory = await tenant.take({ groups: [group], resume });
    expect(inventory.people.map(({ person }) => person.id).sort()).toEqual(
      belong.people.map(({ id }) => id).sort(),
    );
    expect(inventory.missing).toBe(0);
  });

  test('refuses a file of something else', async () => {
    const tenant = await askedTenant();
    const resume = newFile();
    await tenant.take({ resume });
    await expect(tenant.take({ resume, details: 'all' })).rejects.toThrow(/with other options/);
    const other = newFile();
    appendFileSync(other, 'name,address\n');
    await expect(tenant.take({ resume: other })).rejects.toThrow(/is no inventory/);
    expect(readFileSync(other, 'utf8')).toBe('name,address\n');
    const numbers = newFile();
    appendFileSync(numbers, '12\nnull\n');
    await expect(tenant.take({ resume: numbers })).rejects.toThrow(/is no inventory/);
  });
});

/** Has the report fail after so many pages, until the answer is called. */
function stopAfter(simulator: AskedTenant['simulator'], pages: number): () => void {
  const take = simulator.faults.take.bind(simulator.faults);
  let left = pages;
  simulator.faults.take = ((target: FaultTarget, mailbox?: string) => {
    if (target === 'registrations') left -= 1;
    return left < 0 ? { kind: '500' } : take(target, mailbox);
  }) as typeof take;
  return () => {
    simulator.faults.take = take;
  };
}

test('the estimate is honest', () => {
  expect(estimate(1_000_000, 'all', true)).toBe(
    '1000000 people: a request each, 5 in 10 seconds, takes 24 days. Ctrl-C stops it; the same command goes on.',
  );
  expect(estimate(1, 'passkeys', false)).toMatch(/^1 person has passkeys: .* takes 2 s\. Stopped,/);
});

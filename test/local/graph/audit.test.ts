import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import { refusal, startTenant, type TestTenant } from './tenant.ts';

const path = '/auditLogs/directoryAudits';

interface Page {
  readonly '@odata.context': string;
  readonly '@odata.nextLink'?: string;
  readonly value: readonly AuditRecord[];
}

function row(number: number, changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    id: `Directory_${number}`,
    category: 'UserManagement',
    correlationId: null,
    result: 'success',
    resultReason: '',
    activityDisplayName: 'Update user',
    activityDateTime: `2026-11-24T09:00:${String(number).padStart(2, '0')}.0000001Z`,
    loggedByService: 'Core Directory',
    operationType: 'Update',
    initiatedBy: { user: null, app: null },
    targetResources: [],
    additionalDetails: [],
    ...changes,
  };
}

async function tenantWith(count: number): Promise<TestTenant> {
  const tenant = await startTenant();
  for (let number = 0; number < count; number += 1) tenant.simulator.audit.append(row(number));
  return tenant;
}

async function read(response: Promise<Response>): Promise<Page> {
  const answer = await response;
  expect(answer.status).toBe(200);
  return (await answer.json()) as Page;
}

const ids = (page: Page): string[] => page.value.map(({ id }) => id);

describe('directoryAudits', () => {
  it('lists rows in the order of their times, and newest first when no order is asked for', async () => {
    const { get } = await tenantWith(3);
    const ascending = await read(get(`${path}?$orderby=activityDateTime asc`));
    expect(ids(ascending)).toEqual(['Directory_0', 'Directory_1', 'Directory_2']);
    expect(ascending['@odata.context']).toContain('$metadata#auditLogs/directoryAudits');
    expect(ids(await read(get(path)))).toEqual(['Directory_2', 'Directory_1', 'Directory_0']);
  });

  it('shows only the selected properties', async () => {
    const { get } = await tenantWith(1);
    const page = await read(get(`${path}?$select=id,loggedByService`));
    expect(page.value).toEqual([{ id: 'Directory_0', loggedByService: 'Core Directory' }]);
  });

  it('filters', async () => {
    const { get } = await tenantWith(5);
    const filter = encodeURIComponent(
      "loggedByService eq 'Core Directory' and activityDateTime ge 2026-11-24T09:00:03.0000001Z",
    );
    expect(ids(await read(get(`${path}?$filter=${filter}`)))).toEqual([
      'Directory_4',
      'Directory_3',
    ]);
  });

  it.each([
    ["$filter=result eq 'success'", /'result' is unknown or does not support filtering/],
    ['$orderby=id', /\$orderby/],
    ['$top=0', /page size/],
    ['$top=1001', /page size/],
    ['$top=ten', /page size/],
    ['$select=id,nothing', /'nothing'/],
    ['$count=true', /'\$count' is not supported/],
    ['$top=1&$top=2', /more than once/],
    ['$skiptoken=xyz', /skip token/],
  ])('refuses ?%s', async (query, cause) => {
    const { get } = await tenantWith(1);
    const response = await get(`${path}?${query}`);
    expect(await refusal(response)).toMatch(cause);
    expect(response.status).toBe(400);
  });

  it('pages through the log as it was at first, though rows arrive meanwhile', async () => {
    const { get, clock, simulator } = await tenantWith(5);
    simulator.audit.append(row(20), new Date(clock.now().getTime() + 1000));
    const seen: string[] = [];
    let next: string | undefined;
    for (let number = 0; number < 4; number += 1) {
      const page: Page = await read(
        next ? fetch(next) : get(`${path}?$top=2&$orderby=activityDateTime desc&$select=id`),
      );
      seen.push(...ids(page));
      next = page['@odata.nextLink'];
      if (!next) break;
      expect(next).toMatch(new RegExp(`^${simulator.url}/v1.0${path}\\?.*\\$skiptoken=`));
      expect(next).toContain('$select=id');
      expect(next).toContain('$top=2');
      simulator.audit.append(row(30 + number));
      simulator.audit.append(row(0, { id: `late_${number}` }));
      clock.advance(2);
    }
    expect(seen).toEqual([4, 3, 2, 1, 0].map((number) => `Directory_${number}`));
    expect(next).toBeUndefined();
  });

  it('lists a row only from the time when it is visible', async () => {
    const { get, clock, simulator } = await tenantWith(0);
    simulator.audit.append(row(1), new Date(clock.now().getTime() + 3000));
    expect(ids(await read(get(path)))).toEqual([]);
    clock.advance(3);
    expect(ids(await read(get(path)))).toEqual(['Directory_1']);
  });

  it('answers five requests in ten seconds and says when to come back', async () => {
    const { get, clock, simulator } = await tenantWith(1);
    for (let number = 0; number < 5; number += 1) await read(get(path));
    clock.advance(4);
    const refused = await get(path);
    expect(refused.headers.get('retry-after')).toBe('6');
    expect(await refusal(refused)).toMatch(/^429 TooManyRequests/);
    simulator.faults.set('audit', { kind: 'withoutRetryAfter' });
    expect((await get(path)).headers.get('retry-after')).toBeNull();
    clock.advance(6);
    await read(get(path));
    expect(simulator.counts).toMatchObject({ audit: 8, throttled: 2, total: 8 });
  });
});

describe('the faults of directoryAudits', () => {
  it('answer with a status as often as asked, with or without Retry-After', async () => {
    const { get, simulator } = await tenantWith(1);
    simulator.faults.set('audit', { kind: '503', times: 1, retryAfter: 7 });
    const refused = await get(path);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '7']);
    expect((await get(path)).status).toBe(200);
    for (const kind of ['429', '500', '504'] as const) {
      simulator.faults.set('audit', { kind, times: 1 });
      const answer = await get(path);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([Number(kind), null]);
    }
    expect(simulator.faults.active()).toEqual([]);
  });

  it('refuse for want of the permission', async () => {
    const { get, simulator } = await tenantWith(1);
    simulator.faults.set('audit', { kind: 'consentMissing' });
    expect(await refusal(await get(path))).toMatch(/^403 Authentication_MSGraphPermissionMissing/);
  });

  it('answer with a page of HTML', async () => {
    const { get, simulator } = await tenantWith(1);
    simulator.faults.set('audit', { kind: 'html' });
    const answer = await get(path);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toMatch(/^<!doctype html>/);
  });

  it('cut the body', async () => {
    const { get, simulator } = await tenantWith(20);
    simulator.faults.set('audit', { kind: 'cut' });
    const answer = await get(path);
    await expect(answer.text()).rejects.toThrow();
  });

  it('never answer, until the simulator closes', async () => {
    const { get, simulator } = await tenantWith(1);
    simulator.faults.set('audit', { kind: 'hang', times: 1 });
    const hanging = get(path);
    const ended = expect(hanging).rejects.toThrow();
    await read(get(path));
    await simulator.close();
    await ended;
  });

  it('loop', async () => {
    const { get, simulator } = await tenantWith(5);
    simulator.faults.set('audit', { kind: 'loop' });
    const first = await read(get(`${path}?$top=2`));
    const link = first['@odata.nextLink'] ?? '';
    const second = await read(fetch(link));
    expect(second['@odata.nextLink']).toBe(link);
    expect(ids(second)).toEqual(ids(first));
  });

  it('begin with an empty page', async () => {
    const { get, simulator } = await tenantWith(3);
    simulator.faults.set('audit', { kind: 'emptyPage', times: 1 });
    const first = await read(get(`${path}?$orderby=activityDateTime asc`));
    expect(ids(first)).toEqual([]);
    const second = await read(fetch(first['@odata.nextLink'] ?? ''));
    expect(ids(second)).toEqual(['Directory_0', 'Directory_1', 'Directory_2']);
    expect(second['@odata.nextLink']).toBeUndefined();
  });

  it('show the last record of a page on the next page again, and come to an end', async () => {
    const { simulator } = await tenantWith(5);
    simulator.faults.set('audit', { kind: 'overlappingPages' });
    const pages: string[][] = [];
    let next: string | undefined = `${simulator.url}/v1.0${path}?$orderby=activityDateTime asc`;
    while (next !== undefined && pages.length < 9) {
      const page: Page = await read(fetch(next));
      pages.push(ids(page).map((id) => id.slice(-1)));
      next = page['@odata.nextLink'];
    }
    expect(pages.map((page) => page.join(''))).toEqual(['012', '23', '34']);
  });

  it('malform one record and leave the others alone', async () => {
    const { get, simulator } = await tenantWith(3);
    simulator.faults.set('audit', { kind: 'malformedRecord' });
    const page = await read(get(path));
    expect(page.value.map(({ activityDateTime }) => typeof activityDateTime)).toEqual([
      'string',
      'number',
      'string',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import { normaliseTime } from '../../../local/graph/auditTime.ts';
import { contosoOnboarding } from '../../../local/graph/contoso.ts';
import { happenings } from '../../../local/graph/happenings.ts';
import { startTenant } from './tenant.ts';

const everyday = ['PIM', 'Conditional Access'];

/** Rows about one person, without those of the services that are never about sign-in methods. */
function about(rows: readonly AuditRecord[], upn: string): AuditRecord[] {
  return rows.filter(
    ({ targetResources, loggedByService }) =>
      !everyday.includes(loggedByService) &&
      targetResources.some(
        ({ userPrincipalName }) => userPrincipalName?.toLowerCase() === upn.toLowerCase(),
      ),
  );
}

function summary({ loggedByService, activityDisplayName, resultReason }: AuditRecord): string {
  return [loggedByService, activityDisplayName, resultReason || '-'].join(' | ');
}

describe('every happening', () => {
  const silent = 'methodWithoutRow';
  const noisy = happenings.flatMap(({ name }) => (name === silent ? [] : name));

  it('writes nothing where the audit log has a hole, and the report shows it', async () => {
    const { simulator } = await startTenant();
    expect(simulator.happen(silent)).toEqual([]);
    const { id } = simulator.directory.get('AlexW@contoso.example');
    expect(simulator.registrations.kindsOf(id)).toEqual(['externalAuthMethod']);
    simulator.happen(silent);
    expect(simulator.registrations.kindsOf(id)).toHaveLength(2);
  });

  it.each(noisy)('%s writes rows as Entra does', async (name) => {
    const { simulator, clock } = await startTenant();
    const rows = simulator.happen(name);
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    for (const row of rows) {
      expect(row.activityDateTime).toMatch(/\.\d{7}Z$/);
      expect(normaliseTime(row.activityDateTime)).toBe(row.activityDateTime);
      expect(row.activityDateTime >= clock.now().toISOString().slice(0, -1)).toBe(true);
      expect(simulator.audit.byId(row.id)).toBe(row);
    }
    expect(simulator.audit.all()).toEqual(rows);
  });

  it('comes out the same for the same seed, and different for another', async () => {
    const [one, same, other] = await Promise.all([
      startTenant({ seed: 7 }),
      startTenant({ seed: 7 }),
      startTenant({ seed: 8 }),
    ]);
    const rows = one.simulator.happen('userDeletesPasskey');
    expect(same.simulator.happen('userDeletesPasskey')).toEqual(rows);
    expect(other.simulator.happen('userDeletesPasskey')).not.toEqual(rows);
  });

  it('is listed late and out of order, or at once when that is asked for', async () => {
    const late = await startTenant();
    const rows = late.simulator.happen('userRegistersPasskey');
    const at = new Map(
      [...late.simulator.audit.entries('asc')].map((e) => [e.record, e.visibleAt]),
    );
    const arrivals = rows.map((row) => at.get(row) ?? 0);
    rows.forEach((row, index) => {
      const delay = (arrivals[index] ?? 0) - Date.parse(row.activityDateTime);
      expect(delay).toBeGreaterThanOrEqual(498);
      expect(delay).toBeLessThanOrEqual(4000);
    });
    expect(arrivals).not.toEqual(arrivals.toSorted((a, b) => a - b));

    const prompt = await startTenant({ ingestion: 'prompt' });
    const count = prompt.simulator.happen('userRegistersPasskey').length;
    const page = await (await prompt.get('/auditLogs/directoryAudits')).json();
    expect((page as { value: unknown[] }).value).toHaveLength(count);
  });

  it('refuses people who are not there', async () => {
    const { simulator } = await startTenant();
    expect(() => simulator.happen('userRegistersPhone', { user: 'x@y.example' })).toThrow(/x@y/);
  });
});

describe('the rows of', () => {
  it('a new passkey come from three services, one of which knows only the UPN', async () => {
    const { simulator } = await startTenant();
    const rows = about(simulator.happen('userRegistersPasskey'), 'AdeleV@contoso.example');
    expect(rows.map(summary)).toEqual([
      'Authentication Methods | Get passkey creation options | Successfully retrieved passkey creation options.',
      'Authentication Methods | User started security info registration | User started the registration for Passkey',
      'Device Registration Service | Add Passkey (device-bound) | -',
      'Authentication Methods | User registered security info | User registered Passkey',
      'Core Directory | Update user | -',
      'Authentication Methods | User registered security info | User registered Fido2 Authentication Method',
    ]);
    expect(rows[2]?.targetResources[0]?.id).toBeNull();
    expect(rows[2]?.additionalDetails.map(({ key }) => key)).toEqual(['WebAuthnInfo', 'AAGuid']);
    const initiators = rows.map(({ initiatedBy }) => initiatedBy.user).filter((user) => user);
    expect(new Set(initiators.map((user) => JSON.stringify(user))).size).toBe(1);
    expect(new Set(rows.map(({ correlationId }) => correlationId)).size).toBe(4);
  });

  it('a deleted passkey are up to 19 s apart', async () => {
    const { simulator } = await startTenant();
    const rows = about(simulator.happen('userDeletesPasskey'), 'AdeleV@contoso.example');
    const times = rows
      .filter(({ activityDisplayName }) => activityDisplayName === 'User deleted security info')
      .map(({ activityDateTime }) => Date.parse(activityDateTime));
    expect(rows).toHaveLength(4);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(17_000);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(19_000);
  });

  it('a Temporary Access Pass tell when it works, never its code', async () => {
    const { simulator } = await startTenant();
    const upn = 'MeganB@contoso.example';
    const [row, twin] = about(simulator.happen('adminIssuesTemporaryAccessPass'), upn);
    expect(row?.targetResources[0]?.modifiedProperties.map((p) => p.displayName)).toEqual([
      'TemporaryAccessPass.Id',
      'TemporaryAccessPass.StartDateTime',
      'TemporaryAccessPass.EndDateTime',
      'TemporaryAccessPass.AccessPassUsage',
    ]);
    expect(row?.initiatedBy.user?.userPrincipalName).toBe('IsaiahL@contoso.example');
    expect(twin?.activityDisplayName).toBe('Create Temporary Access Pass method for user');
  });

  it('a pass from an application name the application alone', async () => {
    const { simulator } = await startTenant();
    const rows = simulator.happen('newStarterGetsTemporaryAccessPass');
    const [row] = about(rows, 'LidiaH@contoso.example');
    expect(row?.initiatedBy).toEqual({ user: null, app: contosoOnboarding });
  });

  it('an administrator carry whom one asks for', async () => {
    const { simulator } = await startTenant();
    const [row] = about(
      simulator.happen('adminUpdatesPhone', {
        user: 'LeeG@contoso.example',
        by: 'MeganB@contoso.example',
      }),
      'LeeG@contoso.example',
    );
    expect(row?.resultReason).toBe('Admin changed phone method for user');
    expect(row?.initiatedBy.user?.userPrincipalName).toBe('MeganB@contoso.example');
  });

  it('a null target id never hold the object id', async () => {
    const { simulator } = await startTenant();
    const rows = about(simulator.happen('nullTargetId'), 'AlexW@contoso.example');
    expect(rows).toHaveLength(4);
    expect(rows.every(({ targetResources }) => targetResources[0]?.id === null)).toBe(true);
    expect(rows[2]?.targetResources[0]?.userPrincipalName).toBe('ALEXW@CONTOSO.EXAMPLE');
  });

  it('somebody who is gone name a person whom the directory does not know', async () => {
    const { simulator } = await startTenant();
    const [row] = about(simulator.happen('deletedUser'), 'GeraldS@contoso.example');
    expect(simulator.directory.find(row?.targetResources[0]?.id ?? '')).toBeUndefined();
  });

  it('a burst are one a person, and the people are there', async () => {
    const { simulator } = await startTenant();
    const rows = simulator.happen('burst', { count: 120 });
    expect(rows).toHaveLength(120);
    const ids = new Set(rows.map(({ targetResources }) => targetResources[0]?.id ?? ''));
    expect(ids.size).toBe(120);
    for (const id of ids) expect(simulator.directory.find(id)?.displayName).toMatch(/^Person \d+$/);
    expect(rows[0]?.initiatedBy.user?.id).toBe(rows[0]?.targetResources[0]?.id);

    const byOne = simulator.happen('burst', { count: 3, by: 'IsaiahL@contoso.example' });
    expect(new Set(byOne.map((row) => row.initiatedBy.user?.userPrincipalName))).toEqual(
      new Set(['IsaiahL@contoso.example']),
    );
  });

  it('the unparsable kind have wrong types', async () => {
    const { simulator } = await startTenant();
    const [row] = simulator.happen('unparsable');
    expect(row).toMatchObject({ targetResources: 'none', initiatedBy: 7 });
  });
});

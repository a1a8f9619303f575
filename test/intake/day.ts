import fc from 'fast-check';
import type { AuditRecord } from '../../local/graph/auditRecord.ts';
import { auditRow, type RowSpec } from '../fixtures/rows.ts';

// A day of one person as it really was, and the rows that Entra would write of it.

const adele = { id: 'id-adele', upn: 'adele@contoso.example' };
const own = { id: adele.id, userPrincipalName: adele.upn };
const person = (name: string) => ({
  id: `id-${name}`,
  userPrincipalName: `${name}@contoso.example`,
});
const app = (id: string, displayName = `App ${id}`) => ({
  by: null,
  app: { appId: null, displayName, servicePrincipalId: id, servicePrincipalName: null },
});
const mfaService = app('mfa', 'Azure MFA StrongAuthenticationService');
const drsService = app('drs', 'Device Registration Service');
const selfService = {
  by: { id: 'f1', userPrincipalName: 'fim_password_service@support.onmicrosoft.com' },
};

/** Who acts: how their rows name them, and the kind that must be told. */
const makers = {
  self: { by: own },
  administrator: { by: person('it') },
  stranger: { by: person('mallory') },
  application: app('hr'),
  hostile: app('evil', 'Microsoft Teams Graph Service'),
  claiming: {
    by: null,
    app: {
      appId: 'b0f1',
      displayName: 'Device Registration Service',
      servicePrincipalId: 'claiming',
      servicePrincipalName: null,
    },
  },
  service: drsService,
  sync: { by: { id: 'id-sync', userPrincipalName: 'Sync_DC01@contoso.example' } },
} satisfies Record<string, Pick<RowSpec, 'by' | 'app'>>;
type Maker = keyof typeof makers;
export const syncIds = new Set(['id-sync']);

const told: Readonly<Record<Maker, string>> = {
  self: 'self',
  administrator: 'administrator',
  stranger: 'administrator',
  application: 'application',
  hostile: 'application',
  claiming: 'application',
  service: 'system',
  sync: 'system',
};

const directory = (property: string, old: string, now: string): RowSpec => ({
  activity: 'Update user',
  service: 'Core Directory',
  reason: null,
  properties: [[property, old, now]],
});
const drs = (activity: string): RowSpec => ({
  activity,
  service: 'Device Registration Service',
  reason: null,
});
const core = (activity: string): RowSpec => ({ activity, service: 'Core Directory', reason: null });
const user = (verb: string, what: string): RowSpec => ({
  activity: `User ${verb} security info`,
  reason: `User ${verb} ${what}`,
});
const byAdmin = (verb: string, what: string): RowSpec => ({
  activity: `Admin ${verb} security info`,
  reason: `Admin ${verb} ${what} method for user`,
});

/** What can be done: the fuller row, the rows beside it, and what must be told. */
interface Deed {
  readonly makers: readonly Maker[];
  readonly fuller: RowSpec;
  /** Written by the maker, unless they name who records them. */
  readonly beside: readonly RowSpec[];
  readonly told: string | undefined;
}

const others = ['administrator', 'stranger', 'application', 'hostile', 'claiming'] as const;

const deeds: Readonly<Record<string, Deed>> = {
  ownPhone: {
    makers: ['self'],
    fuller: user('registered', 'Mobile Phone SMS'),
    beside: [
      {
        ...directory('StrongAuthenticationUserDetails', '[{}]', '[{"PhoneNumber":"+1"}]'),
        ...mfaService,
      },
    ],
    told: 'registered phone',
  },
  phone: {
    makers: others,
    fuller: byAdmin('registered', 'phone'),
    beside: [directory('StrongAuthenticationUserDetails', '[{}]', '[{"PhoneNumber":"+1"}]')],
    told: 'registered phone',
  },
  phoneRemoved: {
    makers: ['self'],
    fuller: user('deleted', 'Mobile Phone Call and SMS'),
    beside: [],
    told: 'deleted phone',
  },
  passkey: {
    makers: ['self'],
    fuller: user('registered', 'Fido2 Authentication Method'),
    beside: [
      user('registered', 'Passkey'),
      drs('Add Passkey (device-bound)'),
      {
        ...directory('SearchableDeviceKey', '[]', '[{"Usage":"FIDO"}]'),
        ...drsService,
      },
    ],
    told: 'registered passkey',
  },
  passkeyRemoved: {
    makers: ['self'],
    fuller: user('deleted', 'Fido'),
    beside: [user('deleted', 'Fido2 Authentication Method'), drs('Delete Passkey (device-bound)')],
    told: 'deleted passkey',
  },
  authenticator: {
    makers: ['self'],
    fuller: user('registered', 'Authenticator App with Notification and Code'),
    beside: [
      { ...directory('StrongAuthenticationMethod', '[]', '[{"MethodType":6}]'), ...mfaService },
      {
        ...directory(
          'StrongAuthenticationPhoneAppDetail',
          '[]',
          '[{"Id":"","NotificationType":4}]',
        ),
        ...selfService,
      },
    ],
    told: 'registered authenticatorApp',
  },
  hello: {
    makers: ['self'],
    fuller: { ...drs('Add Windows Hello for Business credential') },
    beside: [{ ...directory('SearchableDeviceKey', '[]', '[{"Usage":"NGC"}]'), ...drsService }],
    told: 'registered windowsHello',
  },
  helloAlone: {
    makers: ['service'],
    fuller: directory('SearchableDeviceKey', '[]', '[{"Usage":"NGC"}]'),
    beside: [],
    told: 'registered windowsHello',
  },
  pass: {
    makers: others,
    fuller: byAdmin('registered', 'temporary access pass'),
    beside: [
      { activity: 'Create Temporary Access Pass method for user', reason: null },
      directory('SecuredAccessPassData', '[]', '[{"PassId":"p"}]'),
    ],
    told: 'registered temporaryAccessPass',
  },
  reset: {
    makers: [...others, 'sync'],
    fuller: core('Reset user password'),
    beside: [
      {
        activity: 'Reset password (by admin)',
        service: 'Self-service Password Management',
        reason: 'None',
      },
    ],
    told: 'passwordReset password',
  },
  ownReset: {
    makers: ['self'],
    fuller: {
      activity: 'Reset password (self-service)',
      service: 'Self-service Password Management',
      reason: 'Successfully completed reset.',
    },
    beside: [{ ...core('Reset user password'), ...selfService }],
    told: undefined,
  },
};

/** One thing that was done, so many seconds after the one before. */
interface Done {
  readonly deed: string;
  readonly maker: Maker;
  readonly gap: number;
  /** Which of the rows beside were written, and how many seconds off. */
  readonly beside: readonly (number | null)[];
}

const done: fc.Arbitrary<Done> = fc.constantFrom(...Object.keys(deeds)).chain((deed) => {
  const { makers: who, beside } = deeds[deed] ?? { makers: ['self' as const], beside: [] };
  return fc.record({
    deed: fc.constant(deed),
    maker: fc.constantFrom(...who),
    gap: fc.integer({ min: 3, max: 50 }),
    beside: fc.array(fc.option(fc.integer({ min: -4, max: 4 })), {
      minLength: beside.length,
      maxLength: beside.length,
    }),
  });
});

export const day = fc.array(done, { minLength: 1, maxLength: 7 });
/** Silent renewals, in seconds after the start: rows that name no method and mean nothing. */
export const renewals = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 3 });

const start = Date.parse('2026-11-24T09:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

/** Where a service records what two makers do, their changes can be told apart at this distance, in seconds. */
const apart = 45;
const isRecorded = ({ deed, maker }: Done) =>
  maker === 'service' ||
  deeds[deed]?.beside.some((spec) =>
    [mfaService.app, drsService.app, selfService.by].some(
      (who) => who === spec.app || who === spec.by,
    ),
  ) === true;

/** When each thing was done: of one method by two makers not sooner than anything could tell. */
function times(doings: readonly Done[]): number[] {
  const found: number[] = [];
  for (const [index, one] of doings.entries()) {
    let time = (found[index - 1] ?? 0) + one.gap;
    for (const [other, before] of doings.slice(0, index).entries()) {
      const what = (of: Done) => deeds[of.deed]?.told ?? 'passwordReset password';
      const alike = what(one).split(' ')[1] === what(before).split(' ')[1];
      const recorded = isRecorded(one) || isRecorded(before);
      // What is muted mutes nothing of others, who leave a name.
      const named = [one, before].every(
        ({ deed, maker }) => deed === 'ownReset' || maker !== 'sync',
      );
      const isMutedBeside = named && [one, before].some(({ deed }) => deed === 'ownReset');
      if (alike && recorded && !isMutedBeside && one.maker !== before.maker)
        time = Math.max(time, (found[other] ?? 0) + apart);
    }
    found.push(time);
  }
  return found;
}

/** The rows of a day, and what must be told of it. */
export function play(doings: readonly Done[], silent: readonly number[]) {
  const when = times(doings);
  const rows: AuditRecord[] = [];
  const expected: string[] = [];
  for (const [index, { deed, maker, beside }] of doings.entries()) {
    const { fuller, beside: specs, told: what } = deeds[deed] ?? {};
    const time = when[index] ?? 0;
    const write = (spec: RowSpec, seconds: number) =>
      rows.push(auditRow({ target: adele, ...makers[maker], ...spec, time: at(seconds) }));
    write(fuller ?? {}, time);
    for (const [number, offset] of beside.entries()) {
      const spec = specs?.[number];
      if (spec && offset !== null) write(spec, time + offset + (number + 1) / 100);
    }
    if (what) expected.push(`${adele.upn} ${what} ${told[maker]}`);
  }
  for (const seconds of silent) {
    rows.push(auditRow({ target: adele, by: own, reason: null, time: at(seconds) }));
  }
  return { rows, expected: expected.sort() };
}

import type { Action, Initiator, Method } from '../../functions/recognise/change.ts';
import { en } from '../../templates/compiled.ts';
import { administrator, application, change } from './cases.ts';

const initiators: readonly Initiator[] = [
  { kind: 'self', id: 'u1' },
  administrator,
  application,
  { kind: 'system', name: 'Azure MFA StrongAuthenticationService' },
  { kind: 'unknown' },
];

export const methods = Object.keys(en.methods) as readonly Method[];

export const actions: readonly Action[] = [
  'registered',
  'deleted',
  'updated',
  'defaultChanged',
  'passwordReset',
  'passwordChanged',
  'unlocked',
];

/** One change of every method, action and initiator, with all the details that a row can have. */
export const everyChange = methods.flatMap((method) =>
  actions.flatMap((action) =>
    initiators.map((initiator) =>
      change({
        method,
        action,
        initiator,
        userAgent: 'Mozilla/5.0 (Macintosh)',
        details: {
          phoneType: 'office',
          text: 'Call +X XXXXXXXX89 & <more>',
          passkey: { name: 'My “key”', aaguid: 'CB69481E-8FF7-4039-93EC-0A2729A154A8' },
          temporaryAccessPass: { start: '2026-11-24T08:00:00Z', usage: 'multiple' },
        },
      }),
    ),
  ),
);

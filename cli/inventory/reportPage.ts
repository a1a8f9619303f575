import * as z from 'zod';
import type { Person } from './person.ts';

const text = z.string().nullish();

/** A userRegistrationDetails. Source: Graph docs, v1.0. */
const registration = z.object({
  id: z.string(),
  userPrincipalName: text,
  userDisplayName: text,
  userType: text,
  isAdmin: z.boolean().nullish(),
  methodsRegistered: z.array(z.string()),
  lastUpdatedDateTime: text,
});

const path = '/reports/authenticationMethods/userRegistrationDetails';

/** Rows a page: what the report gives at most, whatever it is asked for. */
const rowsAPage = 999;
export const firstPage = `${path}?$top=${rowsAPage}`;
export const rowOf = (id: string): string => `${path}/${encodeURIComponent(id)}`;

const identified = z.object({ id: z.string() });

/** Whose row it is, where at least that can be read. In lower case. */
export const idIn = (row: unknown): string | undefined =>
  identified.safeParse(row).data?.id.toLowerCase();

/** Somebody by a row of the report; undefined where it is not of the known shape. */
export function readRow(row: unknown): Person | undefined {
  const { data } = registration.safeParse(row);
  if (!data) return undefined;
  return {
    id: data.id.toLowerCase(),
    userPrincipalName: data.userPrincipalName ?? '',
    name: data.userDisplayName ?? '',
    isAdmin: data.isAdmin ?? false,
    isGuest: data.userType === 'guest',
    kinds: data.methodsRegistered,
    asOf: data.lastUpdatedDateTime ?? '',
  };
}

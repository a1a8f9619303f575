import type { Graph } from '../../../functions/graph/client.ts';
import type { AuditRecord } from '../../../local/graph/auditRecord.ts';
import { auditRow, type RowSpec } from '../../fixtures/rows.ts';

/** What a campaign is made of, row by row of one person: an offset in milliseconds, and the row. */
export type Script = readonly (readonly [after: number, spec: RowSpec])[];

/** One person's registration of Authenticator: what Entra writes in the service that is watched. */
export const registration: Script = [
  [
    0,
    {
      activity: 'User started security info registration',
      reason: 'User started the registration for Authenticator App with Notification and Code',
    },
  ],
  [3400, { reason: 'User registered Authenticator App with Notification and Code' }],
  [
    3800,
    {
      activity: 'User registered all required security info',
      reason: 'User registered all required security info.',
    },
  ],
];

/** Each row somebody's only one, and a mail of its own. */
export const loneRows: Script = [[0, { reason: 'User registered Mobile Phone SMS' }]];

export interface Campaign {
  readonly script: Script;
  readonly people: number;
  readonly start: Date;
  /** Time from one person to the next, in milliseconds. */
  readonly stepMs: number;
}

const pageSize = 500;

/** In milliseconds: no person's rows are spread further. */
const longestScript = 10_000;

/** A Graph that makes the pages of a campaign when they are asked for, and keeps none. */
export function campaignGraph(campaign: Campaign): Graph {
  const origin = 'https://graph.example';
  let rows: Iterator<AuditRecord> = [].values();
  let pages = 0;
  const unasked = () => Promise.reject(new Error('a campaign has an audit log and nothing else'));
  return {
    origin,
    post: unasked,
    sendMail: unasked,
    async get(path, { pace } = {}) {
      await pace?.();
      const window = /activityDateTime%20ge%20(\S+?)%20and%20activityDateTime%20le%20(\S+?)%20/;
      const [, from, to] = window.exec(path) ?? [];
      if (from && to) rows = rowsOf(campaign, new Date(from), new Date(to));
      const value: AuditRecord[] = [];
      let more = true;
      while (value.length < pageSize && more) {
        const next = rows.next();
        if (next.done) more = false;
        else value.push(next.value);
      }
      pages += 1;
      return { value, ...(more && { '@odata.nextLink': `${origin}/v1.0/page?number=${pages}` }) };
    },
  };
}

/** A window's rows, oldest first, made one by one. */
function* rowsOf({ script, people, start, stepMs }: Campaign, from: Date, to: Date) {
  const first = Math.floor((from.getTime() - start.getTime() - longestScript) / stepMs);
  const waiting: { readonly at: number; readonly row: AuditRecord }[] = [];
  for (let person = Math.max(0, first); person < people; person += 1) {
    const begins = start.getTime() + person * stepMs;
    while (waiting[0] && waiting[0].at <= begins) yield* taken(waiting, from, to);
    if (begins > to.getTime()) return;
    for (const [index, [after, spec]] of script.entries()) {
      waiting.push({ at: begins + after, row: rowOf(person, index, begins + after, spec) });
    }
    waiting.sort((one, other) => one.at - other.at);
  }
  while (waiting.length > 0) yield* taken(waiting, from, to);
}

function* taken(
  waiting: { readonly at: number; readonly row: AuditRecord }[],
  from: Date,
  to: Date,
) {
  const next = waiting.shift();
  if (next && next.at >= from.getTime() && next.at <= to.getTime()) yield next.row;
}

function rowOf(person: number, index: number, at: number, spec: RowSpec): AuditRecord {
  const id = guid(person);
  const userPrincipalName = `person${person}@contoso.example`;
  return auditRow({
    id: `Authentication Methods_${guid(person * 10 + index)}_BENCH_${person}`,
    time: new Date(at).toISOString().replace('Z', '1234Z'),
    target: { id, upn: userPrincipalName },
    by: { id, userPrincipalName },
    ...spec,
  });
}

const guid = (number: number) => `5eed0000-0000-4000-8000-${String(number).padStart(12, '0')}`;

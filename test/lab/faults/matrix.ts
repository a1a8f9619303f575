import { auditRows } from './auditRows.ts';
import { clockRows } from './clockRows.ts';
import { doubtRows } from './doubtRows.ts';
import { identityRows } from './identityRows.ts';
import { killRows, slowKillRows } from './killRows.ts';
import { ledgerRows } from './ledgerRows.ts';
import { loadRows } from './loadRows.ts';
import { mailRows } from './mailRows.ts';
import { peopleRows } from './peopleRows.ts';
import { queueRows } from './queueRows.ts';
import type { FaultRow, HostRow, Row } from './row.ts';
import { senderRows } from './senderRows.ts';
import { tableRows } from './tableRows.ts';

/** Rows on a virtual clock: one after the other. */
export const stagedRows: readonly FaultRow[] = [
  ...auditRows,
  ...clockRows,
  ...mailRows,
  ...doubtRows,
  ...peopleRows,
  ...identityRows,
  ...tableRows,
  ...ledgerRows,
  ...queueRows,
  ...loadRows,
];

/** Rows of real processes, which mostly wait: a few at once. */
export const processRows: readonly HostRow[] = killRows;

/** Rows of processes at Exchange's own pace or by Azure's clocks, a minute or more each: not for every test run. */
export const pacedRows: readonly HostRow[] = [...senderRows, ...slowKillRows];

export const matrix: readonly Row[] = [...processRows, ...pacedRows, ...stagedRows];

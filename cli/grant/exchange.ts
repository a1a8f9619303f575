import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Cloud } from '../../functions/config/clouds.ts';

const script = join(import.meta.dirname, '..', '..', 'infra', 'grant-exchange.ps1');

export interface ExchangeWish {
  readonly principalId: string;
  readonly clientId: string;
  readonly senders: readonly string[];
  readonly cloud: Cloud['exchange'];
  readonly sentItems?: boolean | undefined;
  readonly createSharedMailbox?: boolean | undefined;
  readonly device?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
  readonly yes?: boolean | undefined;
  /** What the script prints goes to stderr: stdout is for other programs. */
  readonly json?: boolean | undefined;
}

/** Arguments of the script. */
const exchangeArguments = (wish: ExchangeWish): string[] => [
  ...['-PrincipalId', wish.principalId, '-AppId', wish.clientId],
  ...['-Senders', wish.senders.join(',')],
  ...(wish.cloud === 'Global' ? [] : ['-Environment', wish.cloud]),
  ...(wish.sentItems ? ['-SentItems'] : []),
  ...(wish.createSharedMailbox ? ['-CreateSharedMailbox'] : []),
  ...(wish.device ? ['-Device'] : []),
  ...(wish.dryRun ? ['-WhatIf'] : []),
  ...(wish.yes ? ['-Confirm:$false'] : []),
];

/** The same as a line for whoever has PowerShell: the list of senders is one word there too. */
export const exchangeLine = (wish: ExchangeWish): string =>
  `./grant-exchange.ps1 ${exchangeArguments(wish)
    .map((word) => (/^[\w.:$-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`))
    .join(' ')}`;

/** How the Exchange part went: `left` where there is no PowerShell with its module. */
export type ExchangeEnd = 'done' | 'failed' | 'left';

/** Runs the script in this terminal: it signs in, and asks, by itself. */
export async function runExchange(wish: ExchangeWish): Promise<ExchangeEnd> {
  const hasModule = 'exit [int](-not (Get-Module -ListAvailable ExchangeOnlineManagement))';
  const tried = spawnSync('pwsh', ['-NoProfile', '-NonInteractive', '-Command', hasModule]);
  if (tried.status !== 0) return 'left';
  const child = spawn('pwsh', ['-NoProfile', '-File', script, ...exchangeArguments(wish)], {
    stdio: ['inherit', wish.json ? 2 : 'inherit', 'inherit'],
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null)).once('close', resolve);
  });
  return code === 0 ? 'done' : 'failed';
}

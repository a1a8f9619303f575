import { exitCodes } from '../command.ts';
import { giveOperatorRoles, operatorRoles, startFunctions } from './azure.ts';
import type { Deployment } from './deployment.ts';
import { carryOut, findPrincipal, readBack, readPlan, tenantName } from './entra.ts';
import { type ExchangeEnd, type ExchangeWish, exchangeLine } from './exchange.ts';
import { left, planned, type Wish, wanted } from './plan.ts';
import type { Rest } from './rest.ts';

/** Whom and what to grant. */
export interface GrantWish
  extends Wish,
    Omit<ExchangeWish, 'principalId' | 'clientId' | 'sentItems'> {
  readonly identity: { readonly principalId: string } | { readonly clientId: string };
  /** Object id of whoever is to get the two roles on storage. */
  readonly operator?: string | undefined;
  /** Skips Exchange, for whoever is no Exchange Administrator. */
  readonly entraOnly?: boolean | undefined;
  /** Does not call it a failure where only the Exchange part is left: mails wait for it. */
  readonly exchangeLater?: boolean | undefined;
}

interface Workplace {
  readonly graph: Rest;
  /** Azure Resource Manager, with what was deployed; absent where only the tenant is looked at. */
  readonly azure?: { readonly manager: Rest; readonly deployment: Deployment } | undefined;
  /** The tenant's id, as the token says it. */
  readonly tenantId?: string | undefined;
  readonly say: (line: string) => void;
  readonly ask: (question: string) => Promise<boolean>;
  readonly wait: (ms: number) => Promise<void>;
  readonly runExchange: (wish: ExchangeWish) => Promise<ExchangeEnd>;
}

/**
 * Grants the identity what it needs: says the plan, asks, acts, reads back. May be run again at any
 * time, also after it was broken off. Gives the exit code: `found` where something is left to do.
 */
export async function grant(wish: GrantWish, place: Workplace): Promise<number> {
  const { graph, azure, say } = place;
  const tenant = (await tenantName(graph)) ?? place.tenantId ?? 'unknown';
  const identity = await findPrincipal(graph, wish.identity, place.wait);
  const read = () => readPlan(graph, identity.id, wish);
  const plan = await read();
  const exchange = { ...wish, principalId: identity.id, clientId: identity.appId };
  say(`Tenant:   ${tenant}`);
  say(
    `Identity: ${identity.displayName ?? 'without a name'}, principal ${identity.id}, client ${identity.appId}`,
  );
  say('Plan, in Entra:');
  for (const line of planned(plan.steps)) say(line);
  if (!wish.entraOnly) {
    const roles = wanted(wish, 'exchange').map(({ name }) => `Application ${name}`);
    say(
      `Plan, in Exchange:\n  ${roles.join(' and ')}, for these alone: ${wish.senders.join(', ')}`,
    );
    if (wish.createSharedMailbox) say('  a shared mailbox of each of these that nobody has');
  }
  if (wish.operator) say(`Plan, for you:\n  ${Object.keys(operatorRoles).join(' and ')}`);

  const refused = plan.steps.filter(({ verb }) => verb === 'refuse');
  if (refused.length > 0) {
    say(
      'What opens every mailbox also voids the limits in Exchange, since grants add up. Nothing was changed.',
    );
    say(
      'Take it back with --remove-tenant-wide, or in Entra: Enterprise applications, Permissions.',
    );
    return exitCodes.found;
  }
  if (!wish.dryRun) {
    if (!wish.yes && !(await place.ask('Go ahead? [y/N] '))) {
      say('Nothing was changed.');
      return exitCodes.found;
    }
    await carryOut(graph, identity.id, plan, say);
    const remaining = left((await readBack(read, place.wait)).steps);
    if (remaining.length > 0) {
      say('Entra, read back, says otherwise. Run the same command again in a minute:');
      for (const line of planned(remaining)) say(line);
      return exitCodes.found;
    }
    say('Entra: all there, and nothing that opens every mailbox.');
    if (azure && wish.operator) {
      await giveOperatorRoles(azure.manager, azure.deployment, wish.operator, say);
    }
    const started = azure ? await startFunctions(azure.manager, azure.deployment) : 0;
    if (started > 0) say(`Started: ${started} functions were switched off until now.`);
  }
  // What could not be looked up is not called safe.
  const unjudged = plan.steps.some(({ verb }) => verb === 'unjudged');
  if (wish.dryRun && unjudged) return exitCodes.found;
  if (wish.entraOnly) return exitCodes.well;
  return exchangePart(exchange, wish, place, read);
}

async function exchangePart(
  exchange: ExchangeWish,
  wish: GrantWish,
  { say, runExchange }: Workplace,
  read: () => ReturnType<typeof readPlan>,
): Promise<number> {
  // Its plan was shown and agreed to: it asks no second time.
  const end = await runExchange({ ...exchange, yes: true });
  const unfinished = wish.exchangeLater ? exitCodes.well : exitCodes.found;
  if (end === 'failed') {
    say('The Exchange part did not succeed: see above. Run the same command again.');
    return unfinished;
  }
  if (end === 'left') {
    say(
      'Exchange is still to do: PowerShell with the module ExchangeOnlineManagement is not here. Azure Cloud',
    );
    say(
      'Shell has both: upload infra/grant-exchange.ps1 there and, as Exchange Administrator, run',
    );
    say(`  ${exchangeLine({ ...exchange, dryRun: false })}`);
    return wish.dryRun ? exitCodes.well : unfinished;
  }
  // Somebody may have consented to more in the meantime.
  const again = wish.dryRun ? [] : left((await read()).steps);
  for (const line of planned(again)) say(line);
  return again.length > 0 ? exitCodes.found : exitCodes.well;
}

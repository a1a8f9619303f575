import { exitCodes, Impossible } from '../command.ts';
import { giveOperatorRoles, operatorRoles, startFunctions } from './azure.ts';
import type { Deployment } from './deployment.ts';
import { carryOut, findPrincipal, readBack, readPlan, tenantName } from './entra.ts';
import { type ExchangeEnd, type ExchangeWish, exchangeLine } from './exchange.ts';
import { left, planned, type Step, type Wish, wanted } from './plan.ts';
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

/** How it ended. `planned`: nothing was to be changed yet. `declined`: whoever was asked said no. */
type Result = 'done' | 'planned' | 'declined' | 'refused' | 'left';

/** What `--json` prints. */
export interface GrantReport {
  readonly result: Result;
  /** What became of the Exchange part. */
  readonly exchange: ExchangeEnd | 'skipped' | 'notReached';
  readonly tenant: string;
  readonly identity: {
    readonly principalId: string;
    readonly clientId: string;
    readonly name: string | null;
  };
  readonly senders: readonly string[];
  /** Permissions in Entra as they stood, and what was to become of each. */
  readonly plan: readonly Pick<Step, 'verb' | 'name'>[];
  /** Those of them that are still to be done, or in the way. */
  readonly left: readonly Pick<Step, 'verb' | 'name'>[];
  /** The line for whoever does the Exchange part. */
  readonly exchangeCommand: string;
  /** Functions that were deployed switched off, and run from now on. */
  readonly started: number;
}

/** How a command ended: its exit code, `found` where something is left to do, and what it reports. */
interface Granted {
  readonly code: number;
  readonly report: GrantReport;
}

/**
 * Grants the identity what it needs: says the plan, asks, acts, reads back. May be run again at any
 * time, also after it was broken off.
 */
export async function grant(wish: GrantWish, place: Workplace): Promise<Granted> {
  const { graph, say } = place;
  const tenant = (await tenantName(graph)) ?? place.tenantId ?? 'unknown';
  const identity = await findPrincipal(graph, wish.identity, place.wait);
  const read = () => readPlan(graph, identity.id, wish);
  const plan = await read();
  const exchange = { ...wish, principalId: identity.id, clientId: identity.appId };
  let started = 0;
  let isAllDone = true;
  const ended = (
    code: number,
    result: Result,
    remaining: readonly Step[] = [],
    end: GrantReport['exchange'] = 'notReached',
  ): Granted => ({
    code: isAllDone ? code : exitCodes.found,
    report: {
      result: isAllDone ? result : 'left',
      exchange: end,
      tenant,
      identity: {
        principalId: identity.id,
        clientId: identity.appId,
        name: identity.displayName ?? null,
      },
      senders: wish.senders,
      plan: listed(plan.steps),
      left: listed(remaining),
      exchangeCommand: exchangeLine({ ...exchange, dryRun: false }),
      started,
    },
  });
  tellPlan(wish, place, tenant, identity, plan.steps);

  if (plan.steps.some(({ verb }) => verb === 'refuse')) {
    say(
      'What opens every mailbox also voids the limits in Exchange, since grants add up. Nothing was changed.',
    );
    say(
      'Take it back with --remove-tenant-wide, or in Entra: Enterprise applications, Permissions.',
    );
    return ended(exitCodes.found, 'refused', left(plan.steps));
  }
  if (!wish.dryRun) {
    if (!wish.yes && !(await place.ask('Go ahead? [y/N] '))) {
      say('Nothing was changed.');
      return ended(exitCodes.found, 'declined', left(plan.steps));
    }
    await carryOut(graph, identity.id, plan, say);
    const remaining = left((await readBack(read, place.wait)).steps);
    if (remaining.length > 0) {
      say('Entra, read back, says otherwise. Run the same command again in a minute:');
      for (const line of planned(remaining)) say(line);
      return ended(exitCodes.found, 'left', remaining);
    }
    say('Entra: all there, and nothing that opens every mailbox.');
    for (const step of azureSteps(wish, place)) {
      try {
        started += await step();
      } catch (failure) {
        if (!(failure instanceof Impossible)) throw failure;
        // Exchange need not wait for a right in Azure, which may be somebody else's.
        say(`Left: ${failure.message}`);
        isAllDone = false;
      }
    }
    if (started > 0) say(`Started: ${started} functions were switched off until now.`);
  }
  const well = wish.dryRun ? 'planned' : 'done';
  const open = wish.dryRun ? left(plan.steps) : [];
  // What could not be looked up is not called safe.
  if (open.some(({ verb }) => verb === 'unjudged')) {
    return ended(exitCodes.found, 'planned', open, wish.entraOnly ? 'skipped' : 'notReached');
  }
  if (wish.entraOnly) return ended(exitCodes.well, well, open, 'skipped');

  const end = await exchangePart(exchange, place);
  const unfinished = wish.exchangeLater ? exitCodes.well : exitCodes.found;
  if (end === 'failed') return ended(unfinished, 'left', open, end);
  if (end === 'left') {
    return wish.dryRun
      ? ended(exitCodes.well, 'planned', open, end)
      : ended(unfinished, 'left', open, end);
  }
  if (wish.dryRun) return ended(exitCodes.well, 'planned', open, end);
  // Somebody may have consented to more in the meantime.
  const again = left((await read()).steps);
  for (const line of planned(again)) say(line);
  return again.length > 0
    ? ended(exitCodes.found, 'left', again, end)
    : ended(exitCodes.well, 'done', again, end);
}

/** What is to be done in Azure. Each step throws `Impossible`, and gives the number of functions that it started. */
const azureSteps = ({ operator }: GrantWish, { azure, say }: Workplace) => {
  if (!azure) return [];
  const { manager, deployment } = azure;
  const giveRoles = async (objectId: string) => {
    await giveOperatorRoles(manager, deployment, objectId, say);
    return 0;
  };
  return [
    ...(operator ? [() => giveRoles(operator)] : []),
    ...(deployment.isSwitchedOff ? [() => startFunctions(manager, deployment)] : []),
  ];
};

const listed = (steps: readonly Step[]) => steps.map(({ verb, name }) => ({ verb, name }));

function tellPlan(
  wish: GrantWish,
  { say }: Workplace,
  tenant: string,
  identity: Awaited<ReturnType<typeof findPrincipal>>,
  steps: readonly Step[],
): void {
  say(`Tenant:   ${tenant}`);
  say(
    `Identity: ${identity.displayName ?? 'without a name'}, principal ${identity.id}, client ${identity.appId}`,
  );
  say('Plan, in Entra:');
  for (const line of planned(steps)) say(line);
  if (!wish.entraOnly) {
    const roles = wanted(wish, 'exchange').map(({ name }) => `Application ${name}`);
    say(
      `Plan, in Exchange:\n  ${roles.join(' and ')}, for these alone: ${wish.senders.join(', ')}`,
    );
    if (wish.createSharedMailbox) say('  a shared mailbox of each of these that nobody has');
  }
  if (wish.operator) say(`Plan, for you:\n  ${Object.keys(operatorRoles).join(' and ')}`);
}

async function exchangePart(
  exchange: ExchangeWish,
  { say, runExchange }: Workplace,
): Promise<ExchangeEnd> {
  // Its plan was shown and agreed to: it asks no second time.
  const end = await runExchange({ ...exchange, yes: true });
  if (end === 'failed') {
    say('The Exchange part did not succeed: see above. Run the same command again.');
  }
  if (end === 'left') {
    say(
      'Exchange is still to do: PowerShell with the module ExchangeOnlineManagement is not here. Azure Cloud',
    );
    say(
      'Shell has both: upload infra/grant-exchange.ps1 there and, as Exchange Administrator, run',
    );
    say(`  ${exchangeLine({ ...exchange, dryRun: false })}`);
  }
  return end;
}

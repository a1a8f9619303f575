import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { GraphFailure } from '../../functions/graph/failure.ts';
import { Impossible } from '../command.ts';
import type { Rest } from './rest.ts';

/** What a deployment of `infra/main.bicep` says of itself. */
export interface Deployment {
  readonly subscription: string;
  readonly resourceGroup: string;
  readonly functionAppName: string;
  readonly principalId: string;
  readonly clientId: string;
  readonly storageAccountName: string;
  /** Whether its functions were deployed switched off; as if, where an earlier template doesn't say. */
  readonly isSwitchedOff: boolean;
  /** The app's own settings, by name. */
  readonly settings: Readonly<Record<string, string>>;
}

const text = z.object({ value: z.string() });
const outputs = z.object({
  functionAppName: text,
  identityPrincipalId: text,
  identityClientId: text,
  storageAccountName: text,
  functionsSwitchedOff: z.object({ value: z.boolean() }).optional(),
  appSettings: z.object({ value: z.array(z.object({ name: z.string(), value: z.string() })) }),
});
const listed = z.object({
  properties: z.object({
    provisioningState: z.string().nullish(),
    timestamp: z.string().nullish(),
    outputs: z.unknown(),
  }),
});

/** Reads the newest deployment in a resource group that has the template's outputs. */
export async function readDeployment(
  manager: Rest,
  subscription: string,
  resourceGroup: string,
): Promise<Deployment> {
  const path = `/subscriptions/${subscription}/resourcegroups/${encodeURIComponent(resourceGroup)}`;
  let all: unknown[];
  try {
    all = await manager.list(
      `${path}/providers/Microsoft.Resources/deployments/?api-version=2022-09-01`,
    );
  } catch (failure) {
    if (!(failure instanceof GraphFailure)) throw failure;
    throw new Impossible(
      `The deployments of ${resourceGroup} in subscription ${subscription} can't be read (${failure.answer}). ` +
        'Is the resource group right, is it another --subscription, and are you signed in to its tenant ("az login")?',
    );
  }
  const [newest] = all
    .map((one) => listed.safeParse(one).data?.properties)
    .filter((one) => one?.provisioningState === 'Succeeded')
    .map((one) => ({ at: one?.timestamp ?? '', found: outputs.safeParse(one?.outputs).data }))
    .filter(({ found }) => found !== undefined)
    .sort((a, b) => b.at.localeCompare(a.at));
  if (!newest?.found) {
    throw new Impossible(
      `${resourceGroup} has no finished deployment of infra/main.bicep. Deploy first: az deployment group create`,
    );
  }
  const { found } = newest;
  return {
    subscription,
    resourceGroup,
    functionAppName: found.functionAppName.value,
    principalId: found.identityPrincipalId.value,
    clientId: found.identityClientId.value,
    storageAccountName: found.storageAccountName.value,
    isSwitchedOff: found.functionsSwitchedOff?.value ?? true,
    settings: Object.fromEntries(found.appSettings.value.map(({ name, value }) => [name, value])),
  };
}

/** The subscription that the Azure CLI works with. */
export async function currentSubscription(): Promise<string> {
  try {
    const options = { shell: process.platform === 'win32' };
    const asked = ['account', 'show', '--query', 'id', '--output', 'tsv'];
    const { stdout } = await promisify(execFile)('az', asked, options);
    if (/^[0-9a-f-]{36}\s*$/.test(stdout)) return stdout.trim();
  } catch {
    // Said below.
  }
  throw new Impossible('Which subscription? Give --subscription ID, or sign in with "az login"');
}

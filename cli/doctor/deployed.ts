import type { TokenCredential } from '@azure/identity';
import type { Environment } from '../../functions/config/config.ts';
import { wait } from '../../functions/wait.ts';
import { cloudNamed } from '../cloudNamed.ts';
import { readSettings } from '../grant/azure.ts';
import { currentSubscription, readDeployment } from '../grant/deployment.ts';
import { openRest } from '../grant/rest.ts';

/** Where an app is in Azure. */
export interface DeployedSource {
  readonly resourceGroup: string;
  readonly subscription?: string | undefined;
  readonly cloud?: string | undefined;
}

/** The settings of the app that was deployed to a resource group. Throws `Impossible`, `UsageError`. */
export async function deployedSettings(
  { resourceGroup, subscription, cloud }: DeployedSource,
  credential: TokenCredential,
): Promise<Environment> {
  const manager = openRest({
    origin: cloudNamed(cloud).resourceManager,
    credential,
    wait,
    now: () => new Date(),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const wanted = subscription ?? (await currentSubscription());
  return readSettings(manager, await readDeployment(manager, wanted, resourceGroup));
}

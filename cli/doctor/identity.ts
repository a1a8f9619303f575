import type { TokenCredential } from '@azure/identity';
import type { Config } from '../../functions/config/config.ts';
import { type Finding, look, well, wrong } from './finding.ts';

/** Whose eyes this command looks through. */
interface Acting {
  readonly finding: Finding;
  /** Whether what it may do is what the app may do. */
  readonly asApp: boolean;
}

/** Gets a token for Graph and reads off it who that is. It is not verified: it is our own. */
export async function whoActs(
  { identity, GRAPH_BASE_URL }: Pick<Config, 'identity' | 'GRAPH_BASE_URL'>,
  credential: TokenCredential,
): Promise<Acting> {
  const check = 'credential';
  if (identity.kind === 'none') {
    return { finding: well(check, 'none needed: Graph is on this machine'), asApp: true };
  }
  try {
    const answer = await credential.getToken(`${GRAPH_BASE_URL.origin}/.default`);
    const { appid, upn, tid } = claimsOf(answer?.token ?? '');
    const asApp = appid !== undefined && appid.toLowerCase() === identity.clientId.toLowerCase();
    if (asApp) return { finding: well(check, `the app itself, tenant ${tid}`), asApp };
    const says = `${upn ?? `application ${appid}`}, tenant ${tid}; not the app itself`;
    return { finding: well(check, says), asApp };
  } catch (error) {
    const name = (error as Error).name;
    const fix = 'Run "az login --tenant …", or set AZURE_TENANT_ID and a secret or certificate';
    return { finding: wrong(check, `no token for Graph (${name})`, fix), asApp: false };
  }
}

/** The claims of a token; none where it can't be read. */
export function claimsOf(token: string): Readonly<Record<string, string | undefined>> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    return {};
  }
}

/** Says that a report is the app's own, and of when. */
export function reportedBy(at: string | undefined): Finding {
  const check = 'app’s own check';
  if (at) return well(check, `made ${at}; what follows is from it`);
  const fix =
    'It is made with the first sweep, ten minutes after the app starts. Run this again then';
  return look(check, 'the app has not looked at its permissions yet', fix);
}

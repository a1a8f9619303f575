import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { read, root } from '../infra/deployed.ts';
import { blockUnder, commandsIn } from './commands.ts';
import { type StandIns, startStandIns } from './standIns.ts';

const page = read('docs/operate.md');
const block = blockUnder(page, '## Deploy');
const commands = commandsIn(block);

describe('the way to a test mail, as docs/operate.md says it,', () => {
  test('is as long as it says: five commands after signing in, and six decisions', () => {
    const [, ...steps] = block.split(/^# (?=\d\. )/m);
    expect(steps.map((step) => [step[0], commandsIn(`# ${step}`).length])).toEqual(
      ['1', '2', '3', '4', '5'].map((number) => [number, 1]),
    );
    expect(commands).toHaveLength(8);
    expect(page).toMatch(/: five commands after signing in, /);
    expect(page).toMatch(/To decide there are six things: /);
  });
});

/** Windows has neither; a copy without its history can't say what belongs to it. */
const canWalk = ['bash', 'git'].every((program) => {
  try {
    execFileSync(program, ['--version'], { cwd: root, stdio: 'ignore' });
    return true;
  } catch {
    process.stdout.write(`${program} is not here: the documented commands were not run.\n`);
    return false;
  }
});

describe.skipIf(!canWalk)('the documented commands, from a clean copy,', () => {
  let folder: string;
  let clone: string;
  let standIns: StandIns;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'walk-'));
    clone = join(folder, 'clone');
    // What a commit would hold, and nothing that was made of it.
    const listed = [
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '--deduplicate',
    ];
    for (const file of execFileSync('git', listed, { cwd: root, encoding: 'utf8' }).split('\0')) {
      if (!file) continue;
      mkdirSync(dirname(join(clone, file)), { recursive: true });
      cpSync(join(root, file), join(clone, file));
    }
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'), 'junction');
    standIns = await startStandIns(folder, clone);
  }, 240_000);
  afterAll(async () => {
    await standIns?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('end in a test mail that arrives', async () => {
    const { host, azure, judges } = standIns;
    const { simulator } = host;
    const environment = { ...standIns.environment } as Record<string, string>;
    // Exchange lets nobody send who has no role there.
    simulator.faults.set('sendMail', { kind: 'consentMissing' });
    const auditLog = async () =>
      (await fetch(`${simulator.url}/v1.0/auditLogs/directoryAudits?$top=1`)).status;
    expect(await auditLog()).toBe(403);
    const said = new Map<string, string>();
    for (const written of commands) {
      const command = inContoso(written).replace(
        'FUNCTION_APP_NAME',
        said.get('az deployment')?.trim() ?? '',
      );
      const [, name, value] = /^export (\w+)=(\S+)$/.exec(command) ?? [];
      if (name && value) {
        environment[name] = value;
        continue;
      }
      const { code, text } = await type(command, clone, environment);
      const left = command.includes('npm run grant') && !judges.exchange;
      expect(code, `${command}\n${text}`).toBe(left ? 1 : 0);
      said.set(
        command
          .split(' ')
          .slice(0, command.startsWith('az') ? 2 : 3)
          .join(' '),
        text,
      );
      if (!command.includes('npm run grant')) continue;
      expect(await auditLog()).toBe(200);
      // What the script did is in force.
      if (judges.exchange) {
        const roles = standIns.exchange().assignments.map(({ Role }) => Role);
        expect(roles).toEqual(['Application Mail.Send', 'Application Mail.ReadBasic']);
      } else {
        process.stdout.write('PowerShell is not here: Exchange’s part was taken as done.\n');
        expect(text).toContain('./grant-exchange.ps1 -PrincipalId');
      }
      simulator.faults.clear('sendMail');
    }
    const all = [...said.values()].join('\n');
    expect(all.match(/\[y\/N\]/g)).toHaveLength(1);
    expect(said.get('npm run package')).toMatch(/version \S+, SHA-256 [0-9a-f]{64}/);
    expect(azure.roles).toHaveLength(2);
    expect(simulator.grants.assignments).toHaveLength(3);
    expect(said.get('npm run doctor')).toContain('accepted by Exchange');
    expect(simulator.mailboxes.mails.map(({ recipients }) => recipients.to)).toEqual([
      ['AdeleV@contoso.example'],
    ]);
    if (!judges.bicep)
      process.stdout.write('Bicep is not here: the committed template was deployed.\n');
  }, 480_000);
});

/** The addresses of the documentation are those of the simulated tenant. */
const inContoso = (command: string) =>
  command
    .replaceAll('you@contoso.com', 'AdeleV@contoso.example')
    .replaceAll('contoso.com', 'contoso.example');

/** Runs a command as a person does, who agrees to whatever is asked. */
function type(command: string, cwd: string, environment: Readonly<Record<string, string>>) {
  return new Promise<{ code: number | null; text: string }>((resolve) => {
    const child = spawn('bash', ['-c', command], { cwd, env: { ...process.env, ...environment } });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        text += chunk;
      });
    child.stdin.on('error', () => {}).end('y\n');
    child.once('close', (code) => resolve({ code, text }));
  });
}

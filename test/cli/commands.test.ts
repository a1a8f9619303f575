import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands as ledger } from '../../cli/ledger/commands.ts';
import { root, runInTurn } from './inTurn/run.ts';

const { scripts, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  version: string;
};

const documented = readFileSync(join(root, 'docs', 'commands.md'), 'utf8').split('\n');

const ledgerCommands = Object.entries(ledger).map(([name, { found }]) => ({ name, found }));

/** Every npm script that is a command of ours, with the file that it runs. */
const commands = Object.entries(scripts).flatMap(([name, script]) => {
  const [, file] = /^exec node (\S+\.ts)$/.exec(script) ?? [];
  return file ? [[name, file] as const] : [];
});

const surroundings = () => ({ env: { ...process.env, COLUMNS: '80' } });

test('there are as many commands as a newcomer is told of', () => {
  expect(commands.map(([name]) => name)).toEqual(
    expect.arrayContaining(['start', 'host', 'preview', 'doctor', 'ledger', 'rehearse', 'package']),
  );
});

test.each(commands)(
  'npm run %s says what it does, its version, and what it does not know',
  async (name, file) => {
    const lines = [['--help'], ['--version'], ['--hepl']];
    const [help, about, unknown] = await runInTurn(file, lines, surroundings());
    if (!help || !about || !unknown) throw new Error('there is nothing of each');
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toMatch(
      new RegExp(`^Usage: npm run ${name} --.*Example:.*Exit codes:\\n +0  (done|stopped)`, 's'),
    );
    // Ctrl-C is how a tenant and a host are stopped, and breaks everything else off.
    const stopped = ['start', 'host'].includes(name)
      ? '\n  0  stopped by Ctrl-C\n'
      : '\n  130  stopped by Ctrl-C\n';
    expect(help.stdout).toContain(stopped);
    expect(help.stdout).not.toMatch(/ --$|default: \[/m);
    expect(help.stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // docs/commands.md says of each what an exit code of 1 means, in the words of its help.
    const [row = ''] = documented.filter(
      (line) =>
        line.startsWith(`| \`${name}`) ||
        line.includes(`, \`${name}\``) ||
        line.includes(`\`${name}\`,`),
    );
    const [, found] = /\n +1 {2}(.*?)\n +2 {2}/s.exec(help.stdout) ?? [];
    expect(row, `docs/commands.md has no row of ${name}`).not.toBe('');
    if (name !== 'ledger') expect(row).toContain(found?.replace(/\s+/g, ' ') ?? '| never |');
    expect(about).toEqual({ code: 0, stdout: `security-info-notifier ${version}\n`, stderr: '' });
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toMatch(/^unknown option '--hepl'.* Did you mean --help\?/);
    expect(unknown.stderr.trim().split('\n')).toHaveLength(1);
  },
);

test.each(ledgerCommands)(
  'docs/commands.md says of ledger $name what an exit code of 1 means',
  ({ name, found }) => {
    const [row] = documented.filter((line) => line.startsWith(`| \`ledger -- ${name}\` |`));
    expect(row).toContain(`| ${found ?? 'never'} |`);
  },
);

test('what a command of the ledger does fills the lines of the terminal, whatever it is written in', async () => {
  const lines = ['status', 'gaps', 'purge'].map((name) => [name, '--help']);
  for (const { stdout } of await runInTurn('cli/ledger/main.ts', lines, surroundings())) {
    const does = stdout.split('\n').slice(2, stdout.split('\n').indexOf('Options:') - 1);
    const broken = does.filter((line, index) => {
      const [next = ''] = (does[index + 1] ?? '').split(' ');
      return line !== '' && next !== '' && `${line} ${next}`.length <= 80;
    });
    expect(broken).toEqual([]);
  }
});

test.each(commands)(
  'whoever stops reading what npm run %s says is told nothing',
  async (_, file) => {
    const child = spawn(process.execPath, [file, '--help'], { cwd: root });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (text) => {
      said += text;
    });
    await once(child, 'close');
    expect(said).toBe('');
  },
);

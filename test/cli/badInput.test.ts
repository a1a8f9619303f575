import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ended, root, runAlone, runInTurn } from './inTurn/run.ts';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const fileOf = (name: string) => /^exec node (\S+\.ts)$/.exec(scripts[name] ?? '')?.[1] ?? name;

/** A folder with what people give by mistake. */
const folder = mkdtempSync(join(tmpdir(), 'bad-'));
const at = (name: string) => join(folder, name);
const nobody = '11111111-1111-1111-1111-111111111111';

beforeAll(() => {
  mkdirSync(at('folder'));
  writeFileSync(at('empty.json'), '');
  writeFileSync(at('page.json'), '<html>');
  writeFileSync(at('broken.json'), '{"Values":');
  writeFileSync(at('list.json'), '[1, 2]');
  writeFileSync(at('none.json'), '{}');
  // Nothing listens at these ports.
  const storage =
    'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Zm9v;' +
    'TableEndpoint=http://127.0.0.1:59998/devstoreaccount1;QueueEndpoint=http://127.0.0.1:59998/devstoreaccount1';
  const settings = {
    AzureWebJobsStorage: storage,
    GRAPH_BASE_URL: 'http://127.0.0.1:59999',
    SENDER_MAILBOXES: 'security@contoso.example',
  };
  writeFileSync(at('app.json'), JSON.stringify(settings));
  writeFileSync(at('app2.json'), JSON.stringify({ ...settings, DEFAULT_TIME_ZONE: 'Mars' }));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whoever runs the tests may have settings and sign-ins of their own. */
const surroundings = (env: Record<string, string> = {}) => {
  const { PATH = '', HOME = '', SystemRoot = '', NODE_COMPILE_CACHE = '' } = process.env;
  return { env: { PATH, HOME, SystemRoot, NODE_COMPILE_CACHE, ...env }, timeout: 120_000 };
};

/** The first, and those with an environment of their own, as a person does; the others in one process. */
async function runAll(command: string, bad: readonly Case[]): Promise<Ended[]> {
  const file = fileOf(command);
  const isAlone = ([, , env]: Case, index: number) => index === 0 || env !== undefined;
  const together = bad.filter((one, index) => !isAlone(one, index)).map(([args]) => args);
  const inTurn = await runInTurn(file, together, surroundings());
  const ended: Ended[] = [];
  for (const [index, one] of bad.entries()) {
    const [args, , env] = one;
    const alone = isAlone(one, index) && (await runAlone(file, args, surroundings(env)));
    ended.push(alone || (inTurn.shift() ?? { code: null, stdout: '', stderr: 'it was not run' }));
  }
  return ended;
}

type Case = readonly [args: readonly string[], said: RegExp, env?: Record<string, string>];

/** What every command refuses that takes no arguments. */
const usual = (known: string, mistyped: string): Case[] => [
  [[mistyped], new RegExp(`^unknown option '${mistyped}'.*Did you mean ${known}\\?`)],
  [['extra'], /^too many arguments.*extra.*See npm run \w+ -- --help$/],
  [['-x'], /^unknown option '-x'. See npm run \w+ -- --help$/],
  [['-'], /^too many arguments/],
  [['--versoin'], /Did you mean --version\?/],
];

/** The same, and more, where there is little else that could be wrong. */
const bare = (known: string, mistyped: string): Case[] => [
  ...usual(known, mistyped),
  [['extra', 'more'], /^too many arguments. Expected 0 arguments but got 2/],
  [['--quietly'], /^unknown option '--quietly'. See npm run \w+ -- --help$/],
  [['--hlep'], /Did you mean --help\?/],
  [['--', '--extra'], /^too many arguments/],
  [['--help=yes'], /^unknown option '--help=yes'/],
];

/** What every command refuses that takes the app's settings. */
const settings = (): Case[] => [
  [['--settings'], /^option '--settings <file>' argument missing/],
  [['--settings', at('nowhere')], /nowhere can't be read: there is no such file.*Give the output/],
  [['--settings', at('folder')], /folder can't be read: it is a folder.*Give the output/],
  [['--settings', at('empty.json')], /is empty: az prints nothing where.*Give the output/],
  [['--settings', at('page.json')], /is a web page, not JSON. Give the output/],
  [['--settings', at('broken.json')], /is not JSON. Give the output/],
  [['--settings', at('list.json')], /holds no settings. Give the output/],
  [['--settings', at('app.json'), '--local'], /^Give --settings or --local, not both$/],
  [['--local-port', '7O71'], /argument '7O71' is invalid. Give a whole number from 1 to 65535/],
  [['--local-port', '1'], /^(The local tenant is not running. Start it|No local tenant has its)/],
];

const mars = /^--cloud "Mars": give one of Global, USGov, USGovDoD, China$/;
const app = () => ['--settings', at('app.json')];

const cases: Record<string, () => Case[]> = {
  doctor: () => [
    ...settings().filter(([args]) => !args.includes('--local')),
    [['--local', '--resource-group', 'x'], /^Give one of --resource-group, --settings and --local/],
    [['--resource-group', ''], /It is empty. Give its name/],
    [['--subscription', nobody], /^--subscription needs --resource-group NAME/],
    [['--cloud', 'Mars'], mars],
    [['--send-test', 'adele'], /^--send-test "adele": give a user principal name, as adele@/],
    [['--sendtest', 'a@b.c'], /Did you mean --send-test\?/],
  ],
  grant: () => [
    [[], /^Whom\? Give --resource-group, or one of/],
    [['--local', '--principal-id', nobody], /^Whom\? Give --resource-group, or one of/],
    [['--principal-id', 'abc', '--senders', 'a@b.com'], /"abc": give the identity's object id/],
    [['--principal-id', nobody], /^From which mailboxes\? Give --senders$/],
    [
      ['--principal-id', nobody, '--senders', 'adele'],
      /"adele" is no mail address. Give --senders/,
    ],
    [['--cloud', 'Mars'], mars],
    [['--settings', at('nowhere')], /nowhere can't be read: there is no such file/],
    [['--settings', at('none.json')], /no AZURE_CLIENT_ID: give --resource-group or/],
    [['--resource-group', ''], /It is empty. Give its name/],
    [['--local', '--subscription', nobody], /(--subscription needs|is not running. Start it)/],
    [['--dry-runn'], /Did you mean --dry-run\?/],
  ],
  ledger: () => [
    [['lst'], /^unknown command 'lst'. Did you mean list\?/],
    [['list', '--settings', at('nowhere')], /nowhere can't be read: there is no such file/],
    [['list', '--state', 'faild', ...app()], /^--state is "faild". Did you mean failed\?$/],
    [['list', '--since', 'yesterday', ...app()], /^--since is "yesterday". Give 30m, 24h or 7d/],
    [['list', '--since', '2026-02-31', ...app()], /^--since is "2026-02-31". Give 30m/],
    [['gaps', '--limit', 'all', ...app()], /^--limit is "all". Give a number from 1/],
    [['list', '--limit', '0', ...app()], /^--limit is "0". Give a number from 1/],
    [['list', '--user', 'Adele', ...app()], /"Adele".*Give a user principal name, as adele@/],
    [['show'], /^missing required argument 'reference'. See npm run ledger -- show --help$/],
    [['show', 'oh dear', ...app()], /^"oh dear" is no reference. Give what the mail says/],
    [
      ['show', '7F3K-9Q2M', '--html', at('folder'), ...app()],
      /it is a folder.*Give another --html/,
    ],
    [['show', '7F3K-9Q2M', '--html', ''], /It is empty. Give the file to write/],
    [['explain'], /^missing required argument 'audit-id'.*ledger -- explain --help$/],
    [['requeue', ...app()], /^Give a reference, or --state failed$/],
    [['requeue', '7F3K-9Q2M', '--state', 'failed', ...app()], /reference or --state, not both$/],
    [['purge', ...app()], /^--user is missing. Give an object id/],
    [['purge', '--user', 'Adele', ...app()], /^--user is "Adele". Give an object id/],
    [['gaps', '--sinse', 'x'], /^unknown option '--sinse'.* See npm run ledger -- gaps --help$/],
    [['list', ...app()], /^Storage: can't be reached \(ECONNREFUSED\). Is the account there/],
    [['list', '--settings', at('app2.json')], /DEFAULT_TIME_ZONE: is "Mars"/],
  ],
  rehearse: () => [
    ...settings(),
    [['--since', '90d', ...app()], /too long ago: Entra keeps 30 days at most/],
    [['--since', 'tomorrow', ...app()], /is no time. Give 24h, 7d, 30d, or 2026/],
    [['--since', '2099-01-01', ...app()], /is not in the past$/],
    [['--html', '', ...app()], /It is empty. Give the file to write/],
    [['--html', at('folder'), ...app()], /it is a folder \(EISDIR\). Give another --html$/],
    [
      ['--html', join(at('empty.json'), 'x'), ...app()],
      /can't be written: .* Give another --html$/,
    ],
    [['--with-name'], /Did you mean --with-names\?/],
  ],
  inventory: () => [
    ...settings(),
    [['--details', 'some'], /Allowed choices are none, passkeys, all/],
    [['--last-used', '--details', 'none'], /^--last-used needs --details passkeys or all/],
    [['--user', ''], /Give an object id, or a user principal name/],
    [['--group', 'Admins'], /argument 'Admins' is invalid. Give the object id of the group/],
    [['--csv', at('folder'), ...app()], /it is a folder \(EISDIR\). Give another --csv$/],
    [['--csv', at('a'), '--html', at('a'), ...app()], /is given twice. Give each option a file/],
    [['--resume', at('folder'), ...app()], /it is a folder.*Give another file to --resume$/],
    [['--resume', at('page.json'), ...app()], /is no inventory. Give another file to --resume/],
  ],
  preview: () => [
    ...usual('--languages', '--language'),
    [['--languages', 'en,xx'], /^--languages has "xx". (Allowed are|Did you mean)/],
    [['--languages', ','], /^--languages is empty. Allowed are/],
    [['--kinds', 'passkey-add'], /^--kinds has "passkey-add". Did you mean passkey-added\?$/],
    [['--out', ''], /^--out is empty. Give the folder/],
    [['--out', at('empty.json')], /there is a file of that name.*Give another --out$/],
  ],
  host: () => [
    ...usual('--comfortable', '--confortable'),
    [
      ['--package', at('nowhere')],
      /has no package.json. Give the folder that npm run package makes/,
    ],
    [['--package', at('empty.json')], /has no package.json. Give the folder/],
    [['--package', ''], /It is empty. Give the folder that npm run package makes/],
    [['--package'], /argument missing/],
    [[], /LOCAL_EVENTS_PORT is "abc". Give a port/, { LOCAL_EVENTS_PORT: 'abc' }],
  ],
  start: () => [
    ...usual('--as-in-azure', '--as-in-azur'),
    [['--port', 'http'], /argument 'http' is invalid. Give a whole number from 0 to 65535/],
    [['--port', '70000'], /Give a whole number from 0 to 65535/],
    [['--port', '-1'], /Give a whole number from 0 to 65535/],
    [['--graph', 'x'], /Give a whole number from 0 to 65535/],
    [[], /env(ironment)?.*'PORT'.*Give a whole number from 0 to 65535/, { PORT: 'x' }],
  ],
  faults: () => [
    ...bare('--markdown', '--markdwn').filter(([, said]) => !said.source.includes('too many')),
    [['nosuchrow'], /holds “nosuchrow”. The groups are/],
    [['storage', 'nosuchrow', '--x'], /^unknown option '--x'/],
  ],
  chaos: () => [
    ...usual('--stories', '--storys'),
    [['--seed', 'x'], /argument 'x' is invalid. Give a whole number/],
    [['--minutes', '-1'], /argument '-1' is invalid. Give a whole number/],
    [['--stories', '1.5'], /argument '1.5' is invalid. Give a whole number/],
  ],
  bench: () => bare('--markdown', '--markdwn'),
  docs: () => bare('--version', '--verson'),
  build: () => bare('--version', '--verson'),
  package: () => bare('--version', '--verson'),
  azure: () => bare('--check', '--chek'),
  pictures: () => [
    ...bare('--version', '--verson'),
    [[], /^There is no Chromium at .*nowhere: apt-get install/, { CHROMIUM: at('nowhere') }],
  ],
  authenticators: () => [
    ...usual('--from', '--form'),
    [[], /^--from is missing. Give --from the folder with the copies/],
    [['--from', ''], /It is empty. Give the folder with the copies/],
    [['--from', at('nowhere')], /nowhere can't be read: there is no such file.*Give --from/],
    [['--from', at('folder')], /can't be read: there is no such file.*Give --from/],
    [['--from', at('empty.json')], /can't be read: what is above it is no folder.*Give --from/],
  ],
};

test('no command is left out', () => {
  const commands = Object.entries(scripts).filter(([, script]) =>
    /^exec node \S+\.ts$/.test(script),
  );
  expect(Object.keys(cases).sort()).toEqual(commands.map(([name]) => name).sort());
});

/** In lines: of settings that are wrong, each has one. */
const longest = 3;

test.each(Object.entries(cases))(
  'npm run %s answers mistakes with a sentence that helps',
  async (command, bad) => {
    const all = bad();
    const ended = await runAll(command, all);
    expect(ended).toHaveLength(all.length);
    for (const [index, [args, said]] of all.entries()) {
      const { code = null, stdout = '', stderr = '' } = ended[index] ?? {};
      const told = { args, code, stdout, lines: stderr.trim().split('\n').length };
      expect(stderr.trim(), args.join(' ')).toMatch(said);
      expect(told, stderr).toEqual({ args, code: 2, stdout: '', lines: expect.any(Number) });
      expect(told.lines, stderr).toBeLessThanOrEqual(longest);
      expect(stderr).not.toMatch(/^ {4}at |defect/m);
    }
  },
  180_000,
);

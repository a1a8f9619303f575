// From a clone to the first mail, as a newcomer goes: npm start, a press on the page, the mail; then the doctor,
// and Ctrl-C. Runs on any Node from 20 on, and prints what took how long, or what went wrong.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const [clone] = process.argv.slice(2);
const began = Date.now();
const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
const said = { out: '', err: '' };

/** In a group of its own, as a terminal starts it, so that Ctrl-C reaches all of it. */
const tenant = spawn('npm', ['start', '--', '--port', '0'], { cwd: clone, detached: true });
for (const [stream, name] of [
  [tenant.stdout, 'out'],
  [tenant.stderr, 'err'],
]) {
  stream.on('data', (text) => {
    said[name] += text;
  });
}
const ended = new Promise((resolve) => tenant.on('close', (code) => resolve(code)));

async function until(what, longest, look) {
  for (const end = Date.now() + longest; Date.now() < end; await sleep(100)) {
    if (tenant.exitCode !== null) break;
    const found = await look();
    if (found) return found;
  }
  throw new Error(`no ${what} after ${seconds()}`);
}

async function walk() {
  const url = await until('page', 300_000, () => /http:\/\/localhost:\d+/.exec(said.out)?.[0]);
  const page = await (await fetch(url)).text();
  if (!page.includes('<title>')) throw new Error('the page is none');
  const told = [`page after ${seconds()}`];
  const state = async () => (await fetch(`${url}/api/state`)).json();
  await until('host', 60_000, async () => (await state()).pulse.host === 'running');
  const name = 'adminIssuesTemporaryAccessPass';
  const pressed = await fetch(`${url}/api/happen`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name }),
  });
  if (!pressed.ok) throw new Error(`a press is answered with ${await pressed.text()}`);
  const { mails, log } = await until('mail', 60_000, async () => {
    const now = await state();
    return now.mails.length > 0 && now;
  });
  told.push(`"${mails[0].subject}" after ${seconds()}`);
  const bad = log.filter(({ level }) => level === 'warn' || level === 'error');
  if (bad.length > 0) throw new Error(`the page's log has ${JSON.stringify(bad)}`);
  const args = ['run', '--silent', 'doctor', '--', '--local-port', new URL(url).port];
  const doctor = spawn('npm', args, { cwd: clone, stdio: ['ignore', 'pipe', 'ignore'] });
  let findings = '';
  doctor.stdout.on('data', (text) => {
    findings += text;
  });
  const code = await new Promise((resolve) => doctor.on('close', resolve));
  if (code !== 0) throw new Error(`the doctor ends with ${code}:\n${findings}`);
  const line = said.err.split('\n').find((one) => one && !/^Installing what is missing/.test(one));
  if (line) throw new Error(`the first screen complains: ${line}`);
  return told;
}

let failure;
const told = await walk().catch((error) => {
  failure = error;
  return [];
});
if (tenant.exitCode === null) process.kill(-tenant.pid, 'SIGINT');
const code = await ended;
if (!failure && code !== 0 && code !== 130) failure = new Error(`npm start ends with ${code}`);
console.log(
  failure
    ? `first mail: failed: ${failure.message}\n${said.out}${said.err}`
    : `first mail with Node ${process.versions.node}: ${told.join(', ')}, stopped after ${seconds()}`,
);
process.exitCode = failure ? 1 : 0;

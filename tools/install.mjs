// Runs before `npm start`, `npm test`, `npm run preview` and the like, on any Node >= 18 and without
// dependencies: a fresh clone has no node_modules. Installs only when the lock file, the platform
// or the Node that runs npm changed since the last installation.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, 'node_modules', '.security-info-notifier');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .update(`${process.platform} ${process.arch}`)
  .digest('hex');

const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
if (!installed) {
  // npm ci would follow the link and empty somebody else's folder.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    console.error('node_modules is a link to another folder. Remove the link, then try again.');
    process.exit(1);
  }
  console.error('Installing what is missing (npm ci), about a minute ...');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ['npm', []];
  const failure = await ended(
    spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: !npm && process.platform === 'win32',
      detached: process.platform !== 'win32',
    }),
  );
  if (failure) {
    console.error(
      `The installation failed: npm ci ended with ${failure}. Its messages are above. ` +
        'Check the connection to the npm registry, then run the same command again.',
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

// npm puts node_modules/.bin first on the path, so the scripts run on the Node 24 that came as an
// optional dependency; where there is none (macOS) the system's Node must be able to run TypeScript.
const bundled = existsSync(join(root, 'node_modules', '.bin', 'node'));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (!bundled && (major < 22 || (major === 22 && minor < 18))) {
  console.error(
    `Node ${process.versions.node} is too old, and no Node 24 package exists for ` +
      `${process.platform} ${process.arch}. Install Node 24, then run the same command again.`,
  );
  process.exit(1);
}

/**
 * Waits for npm, in a group of processes of its own: undefined, or how it failed. Stopped by a signal, npm ci would clean
 * up for a minute more, without anybody who waits for it, and take away what the next installation has brought by then. So
 * the whole group is ended at once; the next npm ci begins with an empty folder.
 */
function ended(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
      process.exit(128 + constants.signals[signal]);
    });
  }
  return new Promise((resolve) => {
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code, signal) =>
      resolve(code === 0 ? undefined : signal ? `the signal ${signal}` : `exit code ${code}`),
    );
  });
}

import type { Simulator } from '../graph/simulator.ts';
import type { HostLog } from './hostLog.ts';

/** Where the terminal's lines go. */
interface Terminal {
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
}

/** Says in the terminal what happens, a line each: mails, and what went wrong. */
export function narrate({ directory, mailboxes }: Simulator, log: HostLog, to: Terminal): void {
  const names = (addresses: readonly string[]) =>
    addresses
      .map((address) => {
        const person = directory.all().find(({ mail }) => mail?.toLowerCase() === address);
        return printable(person?.displayName ?? address);
      })
      .join(', ');
  mailboxes.onMail(({ at, subject, recipients }) => {
    const [receivers, copied] = [recipients.to, recipients.cc].map((list) =>
      names(list.map((address) => address.toLowerCase())),
    );
    const copy = copied ? `, copy to ${copied}` : '';
    to.say(`${clock(at)}  mail   ${receivers}${copy}: ${printable(subject)}`);
  });
  log.onLine(({ time, level, source, event, text }) => {
    if (level !== 'warn' && level !== 'error') return;
    const line = `${clock(time)}  ${level.padEnd(5)}  ${source} ${event} ${printable(text)}`;
    to.complain(line.replaceAll(/ +$/g, ''));
  });
}

const clock = (time: string) =>
  new Date(time).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });

/** Names and subjects are untrusted: no control character reaches the terminal. */
const printable = (text: string) => text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 300);

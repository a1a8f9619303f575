const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** 14:03:05, in the reader's time zone. */
export const clockTime = (iso) => time.format(new Date(iso));

/** "2 s ago", or "never" before the first time. */
export function ago(iso) {
  if (!iso) return 'not yet';
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(iso)) / 1000));
  if (seconds < 2) return 'just now';
  return seconds < 100 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}

/** "1 mail", "3 mails". */
export const plural = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

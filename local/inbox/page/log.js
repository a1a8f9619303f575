import { clockTime } from './clock.js';
import { byId, element } from './element.js';

const list = byId('log');
const last = byId('last-line');
const most = 300;

/** Shows the lines so far, newest first. */
export function showLog(lines) {
  list.replaceChildren(...lines.map(row).reverse());
  if (lines.length > 0) showLast(lines.at(-1));
}

export function addLine(line) {
  // Whoever has scrolled down to read an older line keeps it in sight.
  const { scrollTop, scrollHeight } = list;
  list.prepend(row(line));
  showLast(line);
  if (list.children.length > most) list.lastChild.remove();
  if (scrollTop > 0) list.scrollTop = scrollTop + list.scrollHeight - scrollHeight;
}

/** In sight while the list is closed. */
function showLast({ time, level, source, event, text }) {
  last.className = level;
  last.textContent = `${clockTime(time)}  ${source}  ${event}  ${text}`;
}

function row({ time, level, source, event, text }) {
  return element(
    'li',
    { class: level },
    element('time', { datetime: time }, clockTime(time)),
    element('span', { class: 'source' }, source),
    element('span', { class: 'event' }, event || level),
    element('span', { class: 'text' }, text),
  );
}

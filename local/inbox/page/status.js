import { ago } from './clock.js';
import { byId, element } from './element.js';

const list = byId('status');
const values = {};
let lastPollAt = null;

for (const [key, label] of Object.entries({
  host: 'Functions host',
  poll: 'Last poll',
  auditRows: 'Audit rows',
  changes: 'Changes',
  mails: 'Mails',
})) {
  values[key] = element('dd', {}, '–');
  list.append(element('div', {}, element('dt', {}, label), values[key]));
}

const showPoll = () => {
  values.poll.textContent = ago(lastPollAt);
};
setInterval(showPoll, 1000);

function showHost(state) {
  values.host.replaceChildren(element('span', { class: `dot ${state}` }), state);
}

/** Shows how the host is doing, and how much there was so far. */
export function showStatus(pulse) {
  showHost(pulse.host);
  byId('gone').hidden = true;
  lastPollAt = pulse.lastPollAt;
  showPoll();
  for (const key of ['auditRows', 'changes', 'mails']) {
    values[key].textContent = pulse[key].toLocaleString('en');
  }
}

/** The server does not answer any more. */
export function showGone() {
  showHost('stopped');
  byId('gone').hidden = false;
}

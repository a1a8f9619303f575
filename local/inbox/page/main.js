import { showActiveFaults, showFaultMenu } from './faults.js';
import { showHappenings, showPicker } from './happenings.js';
import { addMail, forgetMails, onPick, showMails, showPeople } from './inboxes.js';
import { addLine, showLog } from './log.js';
import { showGone, showStatus } from './status.js';
import { showNoStory, showStory } from './story.js';
import { showMail, showNoMail } from './viewer.js';

const narrow = matchMedia('(max-width: 900px)');
let tenant;

function showPulse(pulse) {
  showStatus(pulse);
  showActiveFaults(pulse.faults);
}

function showNothing() {
  showNoMail();
  showNoStory();
}

const handlers = {
  state({ startedAt, people, happenings, faultMenu, mails, log, pulse }) {
    if (tenant !== startedAt) {
      tenant = startedAt;
      forgetMails();
      showNothing();
      showHappenings(happenings);
      showFaultMenu(faultMenu);
    }
    showPicker(people);
    showPeople(people);
    showMails(mails);
    showLog(log);
    showPulse(pulse);
  },
  mail: addMail,
  pulse: showPulse,
  people(people) {
    showPicker(people);
    showPeople(people);
  },
  log: addLine,
  cleared() {
    showMails([]);
    showNothing();
  },
};

onPick(({ id }) => {
  Promise.all([showMail(id), showStory(id)]).catch(showNothing);
  const viewer = document.getElementById('viewer');
  // The mail's head must be in sight: on a narrow page it is below, else perhaps above.
  if (narrow.matches || viewer.getBoundingClientRect().top < 0) viewer.scrollIntoView();
});

const events = new EventSource('/events');
for (const [name, handle] of Object.entries(handlers)) {
  events.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
}
events.addEventListener('error', showGone);

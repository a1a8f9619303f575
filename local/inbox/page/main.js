import { showActiveFaults, showFaultMenu } from './faults.js';
import { showHappenings, showPicker } from './happenings.js';
import { addMail, forgetMails, onPick, showMails, showPeople } from './inboxes.js';
import { addLine, showLog } from './log.js';
import { showSenders } from './progress.js';
import { showGone, showStatus } from './status.js';
import { showNoStory, showStory } from './story.js';
import { beginTour } from './tour.js';
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
  state({ startedAt, people, happenings, faultMenu, senders, mails, log, pulse }) {
    if (tenant !== startedAt) {
      tenant = startedAt;
      forgetMails();
      showNothing();
      showHappenings(happenings);
      showFaultMenu(faultMenu);
    }
    showSenders(senders);
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

onPick(async ({ id }) => {
  const viewer = document.getElementById('viewer');
  try {
    await Promise.all([showMail(id), showStory(id)]);
  } catch {
    showNothing();
  }
  viewer.scrollTop = 0;
  // On a narrow page the mail is below the buttons.
  if (narrow.matches) document.getElementById('hint').scrollIntoView();
});

const events = new EventSource('/events');
for (const [name, handle] of Object.entries(handlers)) {
  events.addEventListener(name, ({ data }) => handle(JSON.parse(data)));
}
events.addEventListener('error', showGone);

beginTour();

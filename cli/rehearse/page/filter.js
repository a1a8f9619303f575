// Shows the mails whose line holds every word, and how many those are.
const box = document.querySelector('#filter');
const found = document.querySelector('#found');

const textOf = (mail) =>
  [...mail.querySelectorAll('summary, .outcome')]
    .map((part) => part.textContent.toLowerCase())
    .join(' ');

const days = [...document.querySelectorAll('.day')].map((day) => ({
  day,
  mails: [...day.querySelectorAll('details')].map((mail) => ({ mail, text: textOf(mail) })),
}));

box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const { day, mails } of days) {
    let here = 0;
    for (const { mail, text } of mails) {
      mail.hidden = !words.every((word) => text.includes(word));
      if (!mail.hidden) here += 1;
    }
    day.hidden = here === 0;
    count += here;
  }
  found.textContent = count === 1 ? '1 mail' : `${count} mails`;
});

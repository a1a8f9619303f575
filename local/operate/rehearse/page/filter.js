const box = document.querySelector('#filter');
const found = document.querySelector('#found');
box.addEventListener('input', () => {
  const words = box.value.toLowerCase().split(/\s+/);
  let count = 0;
  for (const section of document.querySelectorAll('section')) {
    let here = 0;
    for (const mail of section.querySelectorAll('details')) {
      const text = mail.textContent.toLowerCase();
      mail.hidden = !words.every((word) => text.includes(word));
      if (!mail.hidden) here += 1;
    }
    section.hidden = here === 0;
    count += here;
  }
  found.textContent = `${count} mails`;
});

// What only a screen needs: find an entry of the contents, sort a listing, fold the contents away.
'use strict';
(() => {
  const side = document.querySelector('.side');
  const fold = side.querySelector('details');
  if (window.matchMedia('(max-width: 900px)').matches) fold.open = false;

  const find = side.querySelector('input');
  find.hidden = false;
  find.addEventListener('input', () => {
    const words = find.value.toLowerCase();
    for (const section of side.querySelectorAll('.section')) {
      let kept = 0;
      for (const entry of section.querySelectorAll('li')) {
        const shown = entry.textContent.toLowerCase().includes(words);
        entry.hidden = !shown;
        kept += shown;
      }
      section.hidden = words !== '' && kept === 0;
    }
  });

  const here = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      const link = side.querySelector(`a[href="#${entry.target.id}"]`);
      if (!link) continue;
      if (entry.isIntersecting) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  });
  document.querySelectorAll('.display').forEach((display) => here.observe(display));

  const value = (row, column) => {
    const text = row.children[column].textContent.trim();
    const number = Number(text.replace('\u2212', '-').replace(/^[<>]/, ''));
    return text !== '' && !Number.isNaN(number) ? number : text;
  };
  const compare = (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b), 'en', { numeric: true });
  for (const table of document.querySelectorAll('[data-sortable] table')) {
    const body = table.tBodies[0];
    if (!table.tHead || body.querySelector('tr.heading')) continue;
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener('click', () => {
        const down = head.getAttribute('aria-sort') === 'ascending';
        heads.forEach((other) => other.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        const rows = [...body.rows].sort((a, b) => compare(value(a, column), value(b, column)));
        body.append(...(down ? rows.reverse() : rows));
      });
    });
  }
})();

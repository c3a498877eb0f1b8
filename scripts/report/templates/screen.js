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

  // Thousands of numbers are links. Each display is one stop of the Tab key; the arrow keys, Home
  // and End go on from there, up and down within a column. Without a script each is a stop.
  const links = (place) => [...place.querySelectorAll('a[data-address]')];
  const beside = (cell, down) => {
    let row = cell.parentElement;
    while ((row = down ? row.nextElementSibling : row.previousElementSibling)) {
      const found = row.cells[cell.cellIndex]?.querySelector('a[data-address]');
      if (found) return found;
    }
    return undefined;
  };
  const goal = (key, link, all) => {
    const cell = link.closest('td, th');
    switch (key) {
      case 'ArrowRight': return all[all.indexOf(link) + 1];
      case 'ArrowLeft': return all[all.indexOf(link) - 1];
      case 'ArrowDown': return cell ? beside(cell, true) : all[all.indexOf(link) + 1];
      case 'ArrowUp': return cell ? beside(cell, false) : all[all.indexOf(link) - 1];
      case 'Home': return all[0];
      case 'End': return all[all.length - 1];
      default: return undefined;
    }
  };
  for (const place of document.querySelectorAll('.front, .abbreviations, .display')) {
    links(place).forEach((link, at) => { link.tabIndex = at === 0 ? 0 : -1; });
    place.addEventListener('keydown', (event) => {
      const link = event.target.closest('a[data-address]');
      if (!link || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const all = links(place);
      const next = goal(event.key, link, all);
      if (!next) return;
      event.preventDefault();
      all.forEach((other) => { other.tabIndex = other === next ? 0 : -1; });
      next.focus();
    });
  }

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

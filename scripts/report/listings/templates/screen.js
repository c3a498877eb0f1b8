// Tables are drawn from the data of the page when they come into view, a block of rows at a time.
(function () {
  'use strict';
  var BLOCK = 200;

  function element(name, text, className) {
    var made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function compare(a, b) {
    var x = Number(a), y = Number(b);
    if (a !== '' && b !== '' && !isNaN(x) && !isNaN(y)) return x - y;
    return a < b ? -1 : a > b ? 1 : 0;
  }

  function start(section) {
    var data = JSON.parse(section.querySelector('script').textContent);
    var frame = section.querySelector('.frame');
    var input = section.querySelector('input');
    var found = section.querySelector('.found');
    var order = { column: 0, down: false };
    var table, body, rows, drawn;

    function draw() {
      var end = Math.min(drawn + BLOCK, rows.length), part = document.createDocumentFragment();
      for (; drawn < end; drawn += 1) {
        var row = rows[drawn], line = element('tr');
        line.dataset.source = data.file + '#' + row[0];
        data.columns.forEach(function (column, index) {
          var shape = (column.right ? 'right ' : '') + (column.whole ? 'whole' : '');
          line.appendChild(element('td', row[index + 1], shape));
        });
        part.appendChild(line);
      }
      body.appendChild(part);
    }

    function choose() {
      var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      rows = data.rows.filter(function (row) {
        var text = row.slice(1).join(' ').toLowerCase();
        return words.every(function (word) { return text.indexOf(word) >= 0; });
      });
      if (order.column) {
        rows.sort(function (a, b) {
          var way = compare(a[order.column], b[order.column]);
          return order.down ? -way : way;
        });
      }
      body.textContent = '';
      drawn = 0;
      frame.scrollTop = 0;
      draw();
      found.textContent = data.rows.length ? rows.length + ' of ' + data.rows.length + ' records shown' : '';
    }

    function head(column, index) {
      var cell = element('th', undefined, column.right ? 'right' : ''), button = element('button', column.label);
      cell.scope = 'col';
      button.type = 'button';
      button.addEventListener('click', function () {
        order = { column: index + 1, down: order.column === index + 1 && !order.down };
        table.querySelectorAll('th').forEach(function (other) { other.removeAttribute('aria-sort'); });
        cell.setAttribute('aria-sort', order.down ? 'descending' : 'ascending');
        choose();
      });
      cell.appendChild(button);
      return cell;
    }

    if (!data.rows.length) {
      frame.appendChild(element('p', 'No record', 'none'));
      input.parentNode.hidden = true;
      return;
    }
    table = element('table');
    body = element('tbody');
    var top = element('thead'), line = element('tr');
    data.columns.forEach(function (column, index) { line.appendChild(head(column, index)); });
    top.appendChild(line);
    table.appendChild(top);
    table.appendChild(body);
    frame.appendChild(table);
    frame.addEventListener('scroll', function () {
      if (frame.scrollTop + frame.clientHeight > frame.scrollHeight - 600) draw();
    });
    input.addEventListener('input', choose);
    choose();
  }

  var watch = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) { watch.unobserve(entry.target); start(entry.target); }
    });
  }, { rootMargin: '600px' });
  document.querySelectorAll('[data-listing]').forEach(function (section) {
    if (section.getBoundingClientRect().top < window.innerHeight) start(section);
    else watch.observe(section);
  });
}());

// Pictures are put in their places when they come into view; the index filters and keys move.
(function () {
  'use strict';
  var articles = Array.from(document.querySelectorAll('article'));
  var items = Array.from(document.querySelectorAll('#index li'));
  var words = document.getElementById('words');
  var arm = document.getElementById('arm');
  var choices = Array.from(document.querySelectorAll('select[data-endpoint]'));
  var found = document.getElementById('found');

  function draw(picture) {
    var stored = picture.querySelector('script');
    if (stored) picture.innerHTML = stored.textContent;
  }

  var watch = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      if (entry.isIntersecting) { watch.unobserve(entry.target); draw(entry.target.querySelector('.picture')); }
    });
  }, { rootMargin: '800px' });
  articles.forEach(function (article) { watch.observe(article); });
  // What is in view at the start is drawn without waiting for the first report of the observer.
  for (var first = 0; first < articles.length; first += 1) {
    if (articles[first].getBoundingClientRect().top > window.innerHeight) break;
    draw(articles[first].querySelector('.picture'));
  }

  // The words of an article without its stored picture, made once, when they are first asked for.
  var texts = null;
  function textOf(article) {
    return Array.from(article.children)
      .filter(function (part) { return !part.classList.contains('picture'); })
      .map(function (part) { return part.textContent; }).join(' ').toLowerCase();
  }

  function choose() {
    var asked = words.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    if (asked.length && !texts) texts = articles.map(textOf);
    articles.forEach(function (article, index) {
      var verdicts = ' ' + article.dataset.verdicts;
      var fits = (!arm.value || article.dataset.arm === arm.value) &&
        choices.every(function (choice) {
          return !choice.value || verdicts.indexOf(' ' + choice.dataset.endpoint + '=' + choice.value + ' ') >= 0;
        }) &&
        asked.every(function (word) { return texts[index].indexOf(word) >= 0; });
      article.hidden = !fits;
      items[index].hidden = !fits;
      if (fits) shown += 1;
    });
    found.textContent = shown + ' of ' + articles.length + ' subjects';
  }
  [words, arm].concat(choices).forEach(function (control) { control.addEventListener('input', choose); });
  document.querySelector('form').addEventListener('submit', function (event) { event.preventDefault(); });
  choose();

  function mark() {
    var current = decodeURIComponent(location.hash.slice(1));
    items.forEach(function (item) {
      var link = item.firstElementChild;
      if (link.getAttribute('href').slice(1) === current) {
        link.setAttribute('aria-current', 'true');
        link.scrollIntoView({ block: 'nearest' });
      } else link.removeAttribute('aria-current');
    });
  }
  window.addEventListener('hashchange', mark);
  mark();

  function move(step) {
    var visible = articles.filter(function (article) { return !article.hidden; });
    var at = visible.findIndex(function (article) { return article.getBoundingClientRect().bottom > 60; });
    var target = visible[Math.max(0, Math.min(visible.length - 1, at + step))];
    if (!target) return;
    location.hash = target.id;
    target.focus({ preventScroll: true });
  }
  document.addEventListener('keydown', function (event) {
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'n') move(1);
    else if (event.key === 'p') move(-1);
    else if (event.key === '/') { event.preventDefault(); words.focus(); }
  });
  window.addEventListener('beforeprint', function () {
    articles.forEach(function (article) { if (!article.hidden) draw(article.querySelector('.picture')); });
  });
}());

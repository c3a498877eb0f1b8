// A subject: who it is, the picture, every verdict with its decision trace, and all records.
const verdictMark = (verdict) => (verdict === 'Y' ? h('span', { class: 'yes' }, '\u25cf met') : verdict === 'N' ? h('span', { class: 'no' }, '\u25cb not met') : '\u2013');
const dayNumber = (iso) => (iso ? Math.round(Date.parse(`${iso.slice(0, 10)}T00:00Z`) / DAY) : NaN);

// All records of a subject in a table.
const recordsOf = async (file, subject, names) => {
  if (!(file in head.tables)) return [];
  const own = await tableOf(file);
  return own.records(own.rowsOf(subject), names);
};

// Clauses in the order of asking; a record that fails one of a series is not asked the next.
const lanesOf = (endpoint, trace, failed) => {
  const { planned, words, kind } = head.endpoints[endpoint];
  const by = new Map();
  for (const one of trace) by.set(one.CLAUSE, [...(by.get(one.CLAUSE) || []), one]);
  const names = planned.filter((name) => by.has(name));
  const others = [...by.keys()].filter((name) => !names.includes(name));
  const aboutSubject = names.filter((name) => by.get(name).every((one) => one.ADAYS === null));
  const ordered = [...others.filter((name) => name !== 'confirmed'), ...aboutSubject,
    ...names.filter((name) => !aboutSubject.includes(name)), ...others.filter((name) => name === 'confirmed')];
  const dropped = new Set();
  return ordered.map((name) => ({
    name,
    words: words[name] || name,
    failed: name === failed,
    marks: by.get(name).map((one) => {
      const source = `${one.SRCDOM} ${one.SRCSEQ}`;
      let state = one.MET === 'Y' ? MARK.met : MARK.not;
      if (one.ADAYS !== null && kind === 'confirmed_response') {
        if (dropped.has(source)) state = MARK.unasked;
        if (state !== MARK.met) dropped.add(source);
      }
      return { state, day: one.ADAYS, row: one.$row, source };
    }),
  }));
};

// Kinds of endpoint with one question only, and clauses whose reason says all.
const SINGLE = ['medication_use', 'any_record', 'subject_state'];
const ALONE = ['loss', 'assessed'];
const sentenceOf = (endpoint, one) => {
  const { words } = head.endpoints[endpoint];
  const day = [one.ADAYS !== null && `day ${one.ADAYS}`, one.ADT].filter(Boolean).join(', ');
  if (one.AVALC === 'Y') {
    const when = one.AVISIT ? ` at ${one.AVISIT}${day ? ` (${day})` : ''}` : day ? ` on ${day}` : '';
    const by = one.CLAUSE ? `, by '${words[one.CLAUSE] || one.CLAUSE}'` : '';
    return `Met${when}${by}${one.EVNTDESC ? `: ${one.EVNTDESC}` : ''}${one.CFDT && one.CFDT !== one.ADT ? `, confirmed on ${one.CFDT}` : ''}.`;
  }
  const reason = one.REASON ? `: ${one.REASON}` : '';
  const single = SINGLE.includes(head.endpoints[endpoint].kind) || ALONE.includes(one.CLAUSE);
  return one.CLAUSE && !single ? `Not met. First clause that failed: '${words[one.CLAUSE] || one.CLAUSE}'${reason}.` : `Not met${reason}.`;
};

const visitsOf = (records, start, until, schedule) => {
  const attended = new Map();
  for (const one of records) {
    const day = dayNumber(one.SVSTDTC) - start;
    if (one.SVOCCUR !== 'N' && !Number.isNaN(day) && one.VISITNUM !== null) attended.set(one.VISITNUM, { day, row: one.$row });
  }
  return schedule.filter(([number, , day]) => attended.has(number) || day <= until)
    .map(([number, label, day]) => ({ label, ...(attended.get(number) || { day, row: null }) }));
};

const pictureOf = async (subject, adsl, width, endpoint, verdict, trace, marked) => {
  const { curve, grades, medications, exposure, visits, schedule, ends } = head.picture;
  const picture = new Picture(width);
  const own = (await recordsOf(curve.table, subject)).filter((one) => one.PARAMCD === curve.measure);
  own.forEach((one) => { one.marked = marked(curve.table, one.$row); });
  picture.scales(own.length ? own[0].BASE : null);
  picture.curve(own, curve.table);
  for (const one of grades) picture.grades(one.label, (await recordsOf(one.table, subject)).filter((record) => record.PARAMCD === one.measure), one.table);
  const taken = await recordsOf('derive/adcm', subject);
  for (const one of medications) picture.medications(one.label, taken.filter((record) => record.CMCAT === one.category));
  const given = await recordsOf('derive/adex', subject);
  for (const one of exposure) picture.exposure(one.label, given.filter((record) => record.EXTRT === one.treatment));
  const start = dayNumber(adsl.TRTSDT);
  const over = ends.map((one) => [dayNumber(adsl[one.variable]) - start, [one.label, one.reason && adsl[one.reason] && adsl[one.reason].toLowerCase()].filter(Boolean).join(': ')])
    .filter(([day]) => !Number.isNaN(day)).sort((one, other) => one[0] - other[0]);
  const until = Math.min(dayNumber(head.data_cut) - start, ...over.slice(0, 1).map(([day]) => day));
  if (visits) picture.visits(visits.label, visitsOf(await recordsOf('ingest/sdtm/sv', subject), start, until, schedule));
  if (endpoint && trace.length) picture.clauses(`${head.endpoints[endpoint].label}: ${verdict.AVALC === 'Y' ? 'met' : 'not met'}, because`, lanesOf(endpoint, trace, verdict.AVALC === 'Y' ? null : verdict.CLAUSE));
  return picture.finish(over, `${curve.label} of ${adsl.USUBJID} over days, ${count(own.length, 'value')}; ${verdict ? sentenceOf(endpoint, verdict) : ''}`);
};

// The decision trace as a table: a row a clause, a column an assessment.
const traceTable = (lanes) => {
  const days = [...new Map(lanes.flatMap((lane) => lane.marks).filter((one) => one.day !== null).map((one) => [one.source, one.day]))].sort((a, b) => a[1] - b[1]);
  const sign = { [MARK.met]: '\u25cf', [MARK.not]: '\u25cb', [MARK.unasked]: '\u00b7' };
  const link = (one) => h('a', { class: 'sign', href: recordHash('derive/decisions', one.row), title: one.state, 'aria-label': one.state }, sign[one.state]);
  return table(['Clause', 'Subject', ...days.map(([, day]) => `${day}`)], lanes.map((lane) => {
    const cells = [lane.words, lane.marks.filter((one) => one.day === null).map(link),
      ...days.map(([source]) => lane.marks.filter((one) => one.source === source && one.day !== null).map(link))];
    if (lane.failed) cells.class = 'failed';
    return cells;
  }), { class: 'trace', label: 'Decision trace: clauses by day of the assessment' });
};

const recordsGrid = (file, own, records, marked) => {
  const width = (name) => Math.min(30, Math.max(name.length + 3, ...records.slice(0, 200).map((one) => shown(one[name]).length + 2)));
  records.forEach((one) => { one.marked = marked(file, one.$row); });
  const names = own.names.filter((name) => records.some((one) => one[name] !== null));
  return new Grid({
    label: `Records of ${nameOf(file)}`,
    rows: records,
    shown: 10,
    open: (row) => recordHash(file, row.$row),
    columns: [{ title: 'Row', width: '4.5rem', cell: (row) => row.$row + 1, key: (row) => row.$row },
      ...names.map((name) => ({ title: h('span', { title: labelOf(file, name) }, name), width: `${width(name)}ch`, cell: (row) => shown(row[name]), key: (row) => row[name] }))],
  }).node;
};

const verdictsCard = async (subject, verdicts, traces, chosen, choose) => {
  const rows = verdicts.map((one) => {
    const cells = [h('button', { type: 'button', class: 'link', 'aria-pressed': one.PARAMCD === chosen ? 'true' : 'false', onclick: () => choose(one.PARAMCD) }, head.endpoints[one.PARAMCD].label),
      verdictMark(one.AVALC), sentenceOf(one.PARAMCD, one), h('a', { href: recordHash('derive/adresp', one.$row) }, 'record')];
    if (one.PARAMCD === chosen) cells.class = 'chosen';
    return cells;
  });
  const verdict = verdicts.find((one) => one.PARAMCD === chosen);
  const trace = traces.filter((one) => one.PARAMCD === chosen);
  return [
    table(['Endpoint', 'Verdict', 'Why', ''], rows, { class: 'verdicts', label: 'Verdicts' }),
    verdict && h('h3', {}, `Decision trace: ${head.endpoints[chosen].label}`),
    verdict && h('p', { class: 'lead' }, '\u25cf met, \u25cb not met, \u00b7 not reached; columns are days since the start of treatment. Each mark opens its record.'),
    verdict && traceTable(lanesOf(chosen, trace, verdict.AVALC === 'Y' ? null : verdict.CLAUSE)),
    verdict && later(`The log: ${count(trace.length, 'decision')} in the order in which they were taken`, async () => recordsGrid('derive/decisions', await tableOf('derive/decisions'), trace, () => false)),
  ];
};

// The records of a subject that a number rests on, from analysis data back to raw rows.
const behindCard = async (cells, subject, entry, index) => {
  const groups = [];
  for (const name of [...cells.keys()].sort(byStage)) {
    const marked = cells.get(name);
    const of = index.subjectOf(name);
    const rows = new Set([...marked.values()].flatMap((one) => Array.from(one.values())).filter((row) => of[row] === subject));
    if (!rows.size) continue;
    const file = fileOf(name);
    if (!isHeld(file)) {
      groups.push(h('p', {}, `${nameOf(name)}: ${count(rows.size, 'record')} `, h('span', { class: 'pale' }, kindOf(file))));
      continue;
    }
    const columns = [...marked.keys()].filter((column) => column !== EXISTENCE);
    const list = [...rows].sort((a, b) => a - b);
    const own = await tableOf(file);
    const records = await own.records(list.map((row) => fileRow(index, name, row)), columns);
    groups.push(later(`${nameOf(name)}: ${count(list.length, 'record')}`, async () => new Grid({
      label: `Records of ${nameOf(name)} behind the number`,
      rows: records.map((one, at) => ({ ...one, at: list[at] })),
      shown: 10,
      open: (row) => recordHash(file, row.$row),
      columns: [{ title: 'Row', width: '4.5rem', cell: (row) => row.$row + 1, key: (row) => row.$row },
        ...columns.map((column) => ({
          title: h('span', { title: labelOf(file, column) }, column),
          cell: (row) => (marked.get(column).has[row.at] ? shown(row[column]) : ''),
          key: (row) => row[column],
        }))],
    }).node));
  }
  return section(h('span', {}, 'Behind ', h('a', { class: 'printed', href: hash(entry.address) }, entry.text)),
    h('p', { class: 'lead' }, `What the number rests on, of this subject, from analysis data back to raw rows. Records that it reads are marked below, too.`), groups.length ? groups : h('p', {}, 'No record of this subject.'));
};

const dependentsCard = (positions, title, appearing = []) => {
  const by = new Map();
  for (const position of positions) {
    const [id] = numbers.address[position].split('/');
    by.set(id, [...(by.get(id) || []), position]);
  }
  const share = numbers.address.length ? (100 * positions.length) / numbers.address.length : 0;
  return section(title, h('p', { class: 'lead' }, `${count(positions.length, 'printed value')} of ${numbers.address.length.toLocaleString('en')} (${share.toFixed(1)}%) in ${count(by.size, 'display')} can change with it.`),
    appearing.length > 0 && h('p', { class: 'lead' }, 'Lines may appear or vanish in ', appearing.flatMap((id, at) => [at > 0 && ', ', h('a', { href: hash(id) }, displayName(id))]), '.'),
    ...[...by].map(([id, own]) => later(h('span', {}, h('span', { class: 'number' }, displayName(id)), ` ${powers((displayOf(id) || { title: '' }).title)} `, h('span', { class: 'pale' }, `(${own.length})`)),
      async () => numbersGrid(own, `Values of ${displayName(id)} that depend on it`).node)));
};

// Every raw cell of a subject.
const cellsOf = (index, subject) => Object.keys(index.tables).filter(isRaw)
  .flatMap((name) => Array.from(index.rowsOf(name, subject)).flatMap((row) => index.tables[name].columns.map((column) => [name, row, column])));

const membershipOf = async (subject) => {
  const membership = await tableOf('membership');
  const [record] = await membership.records([subject]);
  const named = membership.names.filter((name) => record[name] !== null);
  const out = named.filter((name) => record[name] !== 'entered');
  return section('Analyses', h('p', { class: 'lead' }, `Entered ${count(named.length - out.length, 'analysis', 'analyses')}, left out of ${out.length}.`),
    out.length > 0 && table(['Left out of', 'Reason'], out.map((name) => [head.analyses[name].title, record[name]])));
};

const showSubject = async (id, context) => {
  const { value, numberOf } = await openPeople();
  const subject = numberOf.get(id);
  const [index, own] = await Promise.all([openIndex(), tableOf('derive/adsl')]);
  const [adsl] = await own.records(own.rowsOf(subject));
  const verdicts = await recordsOf('derive/adresp', subject);
  const planned = ofKind('endpoint');
  verdicts.sort((one, other) => planned.indexOf(one.PARAMCD) - planned.indexOf(other.PARAMCD));
  const traces = (await recordsOf('derive/decisions', subject)).sort((one, other) => one.DECSEQ - other.DECSEQ);
  const cells = context ? sourcesOf(index, context.reads.map((number) => index.reads[number]), subject) : new Map();
  const files = new Map();
  for (const [name, columns] of cells) for (const rows of columns.values()) for (const row of rows.values()) {
    const file = fileOf(name);
    if (!files.has(file)) files.set(file, new Set());
    files.get(file).add(fileRow(index, name, row));
  }
  const marked = (file, row) => files.has(file) && files.get(file).has(row);
  const picture = h('div', { class: 'drawing' });
  const decided = h('div', {});
  const analysis = context && analysisOf(context.source);
  const wanted = [analysis && analysis.endpoint, head.picture && head.picture.endpoints[0].endpoint, verdicts.length && verdicts[0].PARAMCD];
  let chosen = wanted.find((code) => verdicts.some((one) => one.PARAMCD === code)) || null;
  const draw = async () => {
    if (!head.picture || !adsl) return;
    const verdict = verdicts.find((one) => one.PARAMCD === chosen);
    const width = Math.min(1060, Math.max(330, (picture.clientWidth || document.querySelector('main').clientWidth - 40)));
    picture.replaceChildren(await pictureOf(subject, adsl, width, chosen, verdict, traces.filter((one) => one.PARAMCD === chosen), marked));
  };
  const choose = async (endpoint) => {
    chosen = endpoint;
    decided.replaceChildren(...(await verdictsCard(subject, verdicts, traces, chosen, choose)).filter(Boolean));
    await draw();
    const pressed = decided.querySelector('[aria-pressed="true"]');
    if (pressed && decided.contains(document.activeElement) === false && endpoint !== null && choose.used) pressed.focus();
    choose.used = true;
  };
  if (verdicts.length) await choose(chosen);
  const populations = ofKind('population').map((flag) => {
    const inside = value(subject, flag);
    const label = head.populations[flag];
    return h('li', { class: inside === 'Y' ? 'in' : 'out' }, `${inside === 'Y' ? '\u2713' : '\u2715'} ${label}`, inside !== 'Y' && h('span', { class: 'pale' }, ` ${shown(inside)}`));
  });
  const dependents = h('button', {
    type: 'button', class: 'action', onclick: (event) => {
      const marks = index.reached(cellsOf(index, subject));
      const card = dependentsCard(index.numbersOf(marks), 'Printed values that depend on this subject', index.displaysOf(marks));
      event.target.replaceWith(card);
      card.querySelector('summary, h2').focus();
    },
  }, 'Which printed values depend on this subject?');
  const facing = (head.picture ? head.picture.facts : []).filter((one) => adsl && one.variable in adsl)
    .map((one) => [one.label, adsl[one.variable] === null ? '\u2013' : `${{ Y: 'yes', N: 'no' }[adsl[one.variable]] || adsl[one.variable]}${one.unit ? ` ${one.unit}` : ''}`]);
  const sets = (await Promise.all(Object.keys(head.tables).sort(byStage).map(tableOf))).filter((one) => one.rowsOf(subject).length);
  return {
    title: id,
    redraw: draw,
    nodes: [
      h('p', { class: 'kind' }, 'Subject'),
      h('h1', {}, id, ' ', h('span', { class: 'arm' }, shown(armOf(value(subject, 'ARMCD'))))),
      facts(facing, 'inline'),
      h('ul', { class: 'populations', 'aria-label': 'Populations' }, populations),
      head.picture && adsl && section(head.picture.curve.label, h('p', { class: 'lead narrow' }, linesOf(head.picture.curve).join('; ')),
        context && h('p', { class: 'lead' }, 'Orange: values that ', h('a', { class: 'printed', href: hash(context.address) }, context.text), ' rests on.'), picture),
      verdicts.length > 0 && section('Verdicts', decided),
      context && await behindCard(cells, subject, context, index),
      section('Records', sets.map((whole) => later(h('span', {}, nameOf(whole.name), h('span', { class: 'pale' }, ` ${kindOf(whole.name)}, ${whole.rowsOf(subject).length}`)),
        async () => recordsGrid(whole.name, whole, await recordsOf(whole.name, subject), marked)))),
      await membershipOf(subject),
      dependents,
    ],
    drawn: draw,
  };
};

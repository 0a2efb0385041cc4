// The search over the whole site. Its index is a script beside this one, which is loaded when the
// reader first goes to the field: most never do.
(() => {
  const place = document.querySelector('.find');
  if (!place) return;
  const { root } = place.dataset;
  const most = 40;
  let index = null;

  const label = document.createElement('label');
  const input = document.createElement('input');
  const status = document.createElement('output');
  const list = document.createElement('ul');
  input.type = 'search';
  input.id = 'find';
  input.placeholder = 'table, method, pair, trial';
  input.autocomplete = 'off';
  input.title = 'Ctrl+K';
  input.setAttribute('aria-describedby', 'find-status');
  label.htmlFor = 'find';
  label.textContent = 'Search';
  status.id = 'find-status';
  status.htmlFor.add('find');
  list.className = 'found-list';
  list.setAttribute('aria-label', 'Results');
  list.hidden = true;
  place.append(label, input, status, list);

  const plain = (text) => text.normalize('NFKD').toLowerCase();

  function loadIndex() {
    if (index !== null) return;
    index = [];
    const script = document.createElement('script');
    script.src = `${root}assets/search-index.js`;
    script.addEventListener('load', () => {
      const { kinds, entries } = globalThis.redistillSearch;
      index = entries.map(([kind, title, detail, href, trials]) => ({
        kind: kinds[kind],
        order: kind,
        title,
        detail,
        href,
        trials: trials ? trials.split(' ') : [],
        name: plain(title),
        text: plain(`${kinds[kind]} ${title} ${detail}`),
      }));
      show();
    });
    script.addEventListener('error', () => {
      status.textContent = 'The index of the search is missing.';
    });
    document.head.append(script);
  }

  // What begins with the words comes before what only has them, and both before what has them in
  // its details.
  function rank(entry, query, words) {
    if (entry.name === query) return 0;
    if (entry.name.startsWith(query)) return 1;
    return words.every((word) => entry.name.includes(word)) ? 2 : 3;
  }

  function matches(query) {
    const words = query.split(/[\s,→]+|->/).filter(Boolean);
    // The name of a run begins with its trial: `e5f57162b593655e-031a67b1-1`.
    const [, hash] = /^([0-9a-f]{6,12})[0-9a-f]*(?:-[0-9a-f-]*)?$/.exec(query) ?? [];
    return index
      .flatMap((entry) => {
        const trial = hash && entry.trials.find((id) => id.startsWith(hash));
        if (trial)
          return [
            {
              ...entry,
              kind: 'trial',
              title: trial,
              detail: `${entry.title}; ${entry.detail}`,
              href: `${entry.href}#trials`,
              rank: 0,
            },
          ];
        if (!words.every((word) => entry.text.includes(word))) return [];
        return [{ ...entry, rank: rank(entry, query, words) }];
      })
      .sort((one, other) => one.rank - other.rank || one.order - other.order);
  }

  function item({ kind, title, detail, href }) {
    const row = document.createElement('li');
    const link = document.createElement('a');
    const tag = document.createElement('span');
    const under = document.createElement('span');
    link.href = root + href;
    tag.className = 'kind';
    tag.textContent = kind;
    under.className = 'under-kind';
    under.textContent = detail;
    link.append(tag, ` ${title}`, under);
    row.append(link);
    return row;
  }

  function show() {
    const query = plain(input.value.trim());
    const found = query === '' || index === null ? [] : matches(query);
    list.replaceChildren(...found.slice(0, most).map(item));
    list.hidden = found.length === 0;
    if (query === '') status.textContent = '';
    else if (found.length > most) status.textContent = `${most} of ${found.length} found`;
    else status.textContent = `${found.length} found`;
  }

  function close() {
    list.hidden = true;
    status.textContent = '';
  }

  input.addEventListener('focus', loadIndex);
  input.addEventListener('input', show);
  place.addEventListener('keydown', (event) => {
    const links = [...list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement);
    if (event.key === 'Escape') {
      close();
      input.focus();
    } else if (event.key === 'Enter' && document.activeElement === input) {
      links[0]?.click();
    } else if (event.key === 'ArrowDown' && at + 1 < links.length) {
      if (list.hidden) show();
      links[at + 1].focus();
    } else if (event.key === 'ArrowUp' && at >= 0) {
      (links[at - 1] ?? input).focus();
    } else return;
    event.preventDefault();
  });
  place.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget !== null && !place.contains(relatedTarget)) close();
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!place.contains(target)) close();
  });
  // A result on the page that is open loads nothing anew.
  list.addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
})();

/* The panel over the page: a combobox whose list holds names at once and entries a moment later. */
(function (kb) {
  'use strict';

  var NAMES = 5;
  var HITS = 7;
  var PAUSE = 90; // ms without a key before texts are searched
  var EXAMPLES = [
    ['shyk', '拼音首字母，全拼也行'],
    ['三会一课 主题党日', '几个词都要有'],
    ['"第一议题"', '引号里一字不差'],
    ['党建品牌 -立法', '减号排除'],
    ['类型:案例 主题:组织建设', '只看一类'],
  ];
  var panel = null;
  var before = null; // what had the focus
  var composing = false;
  var ready = false; // the names are here
  var turn = 0;
  var timer = 0;
  var active = -1;

  /** Show the panel and put the cursor into its box. */
  kb.openPanel = function () {
    if (!panel) build();
    if (!panel.frame.hidden) return panel.input.focus();
    before = document.activeElement;
    panel.frame.hidden = false;
    document.documentElement.classList.add('kb-search-on');
    panel.input.focus();
    panel.input.select();
    kb.ready().then(
      function () {
        ready = true;
        update();
      },
      fail
    );
  };

  function close() {
    panel.frame.hidden = true;
    document.documentElement.classList.remove('kb-search-on');
    turn++;
    if (before && before.focus) before.focus();
  }

  function build() {
    var input = kb.element('input', 'kb-panel__input');
    attributes(input, {
      type: 'text', role: 'combobox', 'aria-label': '检索', 'aria-expanded': 'false', 'aria-controls': 'kb-panel-list',
      'aria-autocomplete': 'list', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', enterkeyhint: 'search',
      placeholder: '名称、正文、简称或拼音',
    });
    var shut = kb.element('button', 'kb-panel__close', ['关闭']);
    shut.type = 'button';
    var list = kb.element('div', 'kb-panel__list');
    attributes(list, { id: 'kb-panel-list', role: 'listbox', 'aria-label': '检索结果' });
    var note = kb.element('div', 'kb-panel__note');
    var all = kb.element('a', 'kb-panel__all', ['全部结果']);
    var keys = kb.element('span', 'kb-panel__keys', ['↑ ↓ 选择　回车 打开　Esc 关闭']);
    var status = kb.element('div', 'kb-hidden');
    attributes(status, { role: 'status', 'aria-live': 'polite' });
    var bar = kb.element('div', 'kb-panel__bar', [input, shut]);
    var box = kb.element('div', 'kb-panel__box', [bar, kb.element('div', 'kb-panel__body', [note, list]), kb.element('div', 'kb-panel__foot', [keys, all]), status]);
    attributes(box, { role: 'dialog', 'aria-modal': 'true', 'aria-label': '检索' });
    var frame = kb.element('div', 'kb-panel', [box]);
    frame.hidden = true;
    document.body.appendChild(frame);
    panel = { frame: frame, box: box, input: input, list: list, note: note, all: all, status: status, names: [], hits: [], found: null, query: '' };

    input.addEventListener('compositionstart', function () { composing = true; });
    input.addEventListener('compositionend', function () {
      composing = false;
      update();
    });
    input.addEventListener('input', function () {
      if (!composing) update();
    });
    box.addEventListener('keydown', onKey);
    shut.addEventListener('click', close);
    frame.addEventListener('mousedown', function (event) {
      if (event.target === frame) close();
    });
    list.addEventListener('click', onClick);
    list.addEventListener('mousemove', function (event) {
      var option = event.target.closest('[role="option"]');
      if (option) activate(options().indexOf(option), true);
    });
  }

  function attributes(node, values) {
    Object.keys(values).forEach(function (name) { node.setAttribute(name, values[name]); });
  }

  function options() {
    return Array.from(panel.list.querySelectorAll('[role="option"]'));
  }

  /* ---- keys */

  function onKey(event) {
    if (event.isComposing || event.keyCode === 229) return;
    var count = options().length;
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.key === 'Tab') {
      keepInside(event);
    } else if (event.target !== panel.input) {
      return;
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!count) return;
      // one place before the first is the box itself
      var down = event.key === 'ArrowDown';
      activate(((active + 1 + (down ? 1 : count)) % (count + 1)) - 1);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (active >= 0) go(options()[active]);
      else if (panel.input.value.trim()) location.href = kb.pageOf(panel.input.value.trim());
    }
  }

  function keepInside(event) {
    var stops = Array.from(panel.box.querySelectorAll('input, button, a.kb-panel__all, .kb-panel__note a')).filter(function (node) {
      return node.offsetParent;
    });
    var last = stops[stops.length - 1];
    if (event.shiftKey && document.activeElement === stops[0]) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      stops[0].focus();
    }
  }

  function activate(index, byMouse) {
    var all = options();
    active = index;
    all.forEach(function (option, i) { option.setAttribute('aria-selected', i === index ? 'true' : 'false'); });
    if (index >= 0) panel.input.setAttribute('aria-activedescendant', all[index].id);
    else panel.input.removeAttribute('aria-activedescendant');
    if (index >= 0 && !byMouse) all[index].scrollIntoView({ block: 'nearest' });
  }

  /* A name's address stands in its text file: it is fetched when it is chosen. */
  function go(option) {
    var slot = +option.getAttribute('data-slot');
    kb.needTexts([slot]).then(
      function () { location.href = kb.root + kb.textOf(slot).url; },
      function () { location.href = option.href; }
    );
  }

  function onClick(event) {
    var option = event.target.closest('[role="option"]');
    if (!option || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(option);
  }

  /* ---- searching */

  function update() {
    var query = panel.input.value.trim();
    var mine = ++turn;
    clearTimeout(timer);
    if (!ready) return;
    if (query !== panel.query) activate(-1);
    panel.query = query;
    panel.all.href = kb.pageOf(query);
    panel.all.hidden = !query;
    if (!query) {
      panel.names = panel.hits = [];
      panel.found = null;
      draw(query);
      return;
    }
    panel.names = kb.suggest(query, NAMES);
    draw(query);
    if (/[a-z]/i.test(query) && !kb.soundsHere()) {
      kb.needSounds().then(function () { if (mine === turn) update(); }, fail);
    }
    timer = setTimeout(function () {
      kb.search(query, { limit: HITS + NAMES }).then(
        function (result) {
          if (mine !== turn) return;
          panel.found = result;
          panel.hits = result.hits;
          // the search may have fetched what near names are known by
          if (!panel.names.length) panel.names = kb.suggest(query, NAMES);
          draw(query);
          announce();
        },
        function (error) {
          if (mine === turn) fail(error);
        }
      );
    }, PAUSE);
  }

  function fail(error) {
    var text = kb.failure(error);
    if (!text) throw error;
    panel.names = panel.hits = [];
    draw('');
    panel.note.textContent = text;
    panel.status.textContent = text;
  }

  function announce() {
    var total = panel.found.total;
    panel.status.textContent = total ? '找到 ' + total + ' 条' : '没有找到';
  }

  /* ---- drawing */

  function draw(query) {
    var chosen = active >= 0 ? options()[active].getAttribute('data-slot') : null;
    var shown = new Set(panel.names.map(function (name) { return name.slot; }));
    var hits = panel.hits.filter(function (hit) { return !shown.has(hit.slot); }).slice(0, HITS);
    panel.list.textContent = '';
    if (panel.names.length) panel.list.appendChild(group('名称', panel.names.map(nameOption)));
    if (query && hits.length) panel.list.appendChild(group('内容', hits.map(hitOption)));
    options().forEach(function (option, i) { option.id = 'kb-panel-option-' + i; });
    panel.input.setAttribute('aria-expanded', String(options().length > 0));
    // who has already gone down to a name stays there when the texts arrive
    activate(options().findIndex(function (option) { return option.getAttribute('data-slot') === chosen; }));
    panel.note.textContent = '';
    if (!query) examples();
    else if (panel.found) say(query);
    // names that are near may be more than what holds the words
    panel.all.textContent = panel.found && panel.found.total > options().length ? '全部 ' + panel.found.total + ' 条结果' : '全部结果';
  }

  function group(label, children) {
    var head = kb.element('div', 'kb-panel__head', [label]);
    var node = kb.element('div', 'kb-panel__group', [head].concat(children));
    attributes(node, { role: 'group', 'aria-label': label });
    head.setAttribute('aria-hidden', 'true');
    return node;
  }

  function option(slot, title, children) {
    var node = kb.element('a', 'kb-panel__option', children);
    node.href = kb.pageOf(title);
    attributes(node, { role: 'option', 'data-slot': slot, tabindex: '-1', 'aria-selected': 'false' });
    return node;
  }

  function nameOption(name) {
    var title = kb.element('span', 'kb-panel__title', kb.parts(kb.markTitle(name.title, [kb.flat(panel.input.value)].filter(Boolean))));
    var alias = name.alias ? [kb.element('span', 'kb-panel__alias', ['又名 ' + name.alias])] : [];
    return option(name.slot, name.title, [title].concat(alias, kb.element('span', 'kb-panel__facts', [kb.facts(name.slot)])));
  }

  function hitOption(hit) {
    var node = option(hit.slot, hit.title, [
      kb.element('span', 'kb-panel__title', kb.parts(hit.titleParts)),
      kb.element('span', 'kb-panel__facts', [kb.facts(hit.slot)]),
      kb.element('span', 'kb-panel__text', kb.passage(hit)),
    ]);
    node.href = kb.root + hit.url;
    return node;
  }

  function examples() {
    panel.note.appendChild(
      kb.element('dl', 'kb-panel__examples', [].concat.apply([], EXAMPLES.map(function (example) {
        var word = kb.element('button', '', [example[0]]);
        word.type = 'button';
        word.addEventListener('click', function () {
          panel.input.value = example[0];
          panel.input.focus();
          update();
        });
        return [kb.element('dt', '', [word]), kb.element('dd', '', [example[1]])];
      })))
    );
  }

  function say(query) {
    var read = kb.readAs(panel.found.read);
    if (read && panel.found.total) panel.note.appendChild(kb.element('p', '', [read]));
    if (panel.found.total || panel.names.length) return;
    var near = kb.soundsHere() ? kb.nearest(query) : [];
    panel.note.appendChild(kb.element('p', '', ['没有找到“' + query + '”。']));
    if (near.length) {
      panel.note.appendChild(kb.element('p', '', ['相近的名称：'].concat(near.map(function (title) {
        var link = kb.element('a', 'kb-panel__near', [title]);
        link.href = kb.pageOf(title);
        return link;
      }))));
    }
    var browse = kb.element('a', 'kb-panel__near', ['到筛选页按类型、主题查找']);
    browse.href = kb.root + 'browse.html';
    panel.note.appendChild(kb.element('p', '', [browse]));
  }
})(self.kbSearch = self.kbSearch || {});

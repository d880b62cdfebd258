/* The page of all results: the address holds the query and what it is narrowed by. */
(function (kb) {
  'use strict';

  var STEP = 20;
  var SHOWN = 8; // values of a facet before the rest is folded away
  var page = null;
  var state = { query: '', filter: {}, limit: STEP };
  var turn = 0;
  var timer = 0;
  var composing = false;

  /** Bring the results page to life. */
  kb.openPage = function (node) {
    page = {
      input: node.querySelector('[data-kb-input]'),
      form: node.querySelector('form'),
      status: node.querySelector('[data-kb-status]'),
      note: node.querySelector('[data-kb-note]'),
      facets: node.querySelector('[data-kb-facets]'),
      list: node.querySelector('[data-kb-hits]'),
      more: node.querySelector('[data-kb-more]'),
    };
    readAddress();
    page.form.addEventListener('submit', function (event) {
      event.preventDefault();
      changed(0);
    });
    page.input.addEventListener('compositionstart', function () { composing = true; });
    page.input.addEventListener('compositionend', function () {
      composing = false;
      changed(150);
    });
    page.input.addEventListener('input', function () {
      if (!composing) changed(150);
    });
    page.more.addEventListener('click', function () {
      var last = page.list.children.length;
      state.limit += STEP;
      run().then(function () {
        var next = page.list.children[last];
        if (next && next.querySelector('a')) next.querySelector('a').focus();
      });
    });
    page.facets.addEventListener('change', choose);
    window.addEventListener('popstate', function () {
      readAddress();
      run();
    });
    if (!state.query) page.input.focus();
    run();
  };

  function readAddress() {
    var address = new URLSearchParams(location.search);
    state = { query: address.get('q') || '', filter: {}, limit: STEP };
    kb.FACETS.forEach(function (key) {
      var values = address.getAll(key);
      if (values.length) state.filter[key] = values;
    });
    page.input.value = state.query;
  }

  function writeAddress() {
    var address = new URLSearchParams();
    if (state.query) address.set('q', state.query);
    Object.keys(state.filter).forEach(function (key) {
      state.filter[key].forEach(function (value) { address.append(key, value); });
    });
    var text = address.toString();
    try {
      history.replaceState(null, '', text ? '?' + text : location.pathname);
    } catch (refused) {
      // from a shared drive some browsers keep the address to themselves; the search works all the same
      if (refused.name !== 'SecurityError') throw refused;
    }
  }

  function changed(pause) {
    clearTimeout(timer);
    timer = setTimeout(function () {
      var query = page.input.value.trim();
      if (query === state.query && pause) return;
      state = { query: query, filter: state.query === query ? state.filter : {}, limit: STEP };
      writeAddress();
      run();
    }, pause);
  }

  function choose(event) {
    var box = event.target;
    var key = box.name;
    var values = (state.filter[key] || []).filter(function (value) { return value !== box.value; });
    if (box.checked) values.push(box.value);
    if (values.length) state.filter[key] = values;
    else delete state.filter[key];
    state.limit = STEP;
    writeAddress();
    run().then(function () {
      var again = Array.from(page.facets.querySelectorAll('input')).filter(function (other) {
        return other.name === key && other.value === box.value;
      })[0];
      if (again) again.focus();
    });
  }

  function run() {
    var mine = ++turn;
    if (!state.query && !Object.keys(state.filter).length) {
      draw(null);
      return Promise.resolve();
    }
    return kb.ready().then(function () {
      return kb.search(state.query, { limit: state.limit, filter: state.filter });
    }).then(
      function (result) {
        if (mine === turn) draw(result);
      },
      function (error) {
        var text = kb.failure(error);
        if (!text) throw error;
        page.status.textContent = text;
      }
    );
  }

  /* ---- drawing */

  function draw(result) {
    page.list.textContent = '';
    page.note.textContent = '';
    page.more.hidden = !(result && result.more);
    document.title = document.title.replace(/^.*?检索/, (state.query ? state.query + ' - ' : '') + '检索');
    facets(result ? result.facets : {});
    if (!result) {
      page.status.textContent = '输入名称、正文里的词、简称或拼音。';
      return;
    }
    page.status.textContent = result.full ? '找到 ' + result.full + ' 条' : result.total ? '没有完全相符的条目，下面是相近的' : '没有找到“' + state.query + '”';
    var read = kb.readAs(result.read);
    if (read && result.total) page.note.appendChild(kb.element('p', '', [read]));
    if (!result.total) return nothing();
    var parted = false;
    result.hits.forEach(function (hit) {
      if (result.full && !hit.full && !parted) {
        parted = true;
        page.list.appendChild(kb.element('li', 'kb-hits__part', ['以下条目只含其中一部分']));
      }
      page.list.appendChild(item(hit));
    });
  }

  function item(hit) {
    var link = kb.element('a', '', kb.parts(hit.titleParts));
    link.href = kb.root + hit.url;
    return kb.element('li', 'kb-hit', [
      kb.element('h2', 'kb-hit__title', [link]),
      kb.element('p', 'kb-hit__facts', [kb.facts(hit.slot)]),
      kb.element('p', 'kb-hit__text', kb.passage(hit)),
    ]);
  }

  function nothing() {
    var near = kb.nearest(state.query);
    if (near.length) {
      page.note.appendChild(kb.element('p', '', ['相近的名称：']));
      page.note.appendChild(kb.element('ul', '', near.map(function (title) {
        var link = kb.element('a', '', [title]);
        link.href = kb.pageOf(title);
        return kb.element('li', '', [link]);
      })));
    }
    var browse = kb.element('a', '', ['筛选页']);
    browse.href = kb.root + 'browse.html';
    page.note.appendChild(kb.element('p', '', ['也可以少写几个字再搜，或到', browse, '按类型、主题查找。']));
  }

  function facets(counts) {
    page.facets.textContent = '';
    kb.FACETS.forEach(function (key) {
      var chosen = state.filter[key] || [];
      var values = (counts[key] || []).slice();
      chosen.forEach(function (value) {
        if (!values.some(function (each) { return each.value === value; })) values.push({ value: value, count: 0 });
      });
      if (values.length < 2 && !chosen.length) return;
      if (key === 'year') values.sort(function (a, b) { return a.value < b.value ? 1 : -1; });
      var rows = values.map(function (each) { return row(key, each, chosen.indexOf(each.value) >= 0); });
      var rest = rows.splice(SHOWN);
      var set = kb.element('fieldset', 'kb-facet', [kb.element('legend', '', [kb.labelOf(key)])].concat(rows));
      if (rest.length) {
        var fold = kb.element('details', '', [kb.element('summary', '', ['其余 ' + rest.length + ' 项'])].concat(rest));
        fold.open = rest.some(function (each) { return each.querySelector('input').checked; });
        set.appendChild(fold);
      }
      page.facets.appendChild(set);
    });
  }

  function row(key, each, checked) {
    var box = kb.element('input');
    box.type = 'checkbox';
    box.name = key;
    box.value = each.value;
    box.checked = checked;
    return kb.element('label', 'kb-facet__row', [box, kb.element('span', '', [each.value]), kb.element('span', 'kb-facet__count', [String(each.count)])]);
  }
})(self.kbSearch = self.kbSearch || {});

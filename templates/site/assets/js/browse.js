/* 筛选页：数据分片用 <script> 装入（http 与 file:// 都行），选中的条件记在地址的 # 之后。 */
(function () {
  "use strict";
  var box = document.getElementById("kb-browse");
  if (!box) return;
  var PAGE = 60;
  var facets = JSON.parse(box.getAttribute("data-facets"));
  var count = Number(box.getAttribute("data-shards"));
  var base = document.currentScript ? document.currentScript.src.replace(/assets\/js\/[^/]*$/, "") : "";
  var rows = [], left = count, limit = PAGE;
  var chosen = {};
  var list, bar, live, side, boxes = [];

  window.kbBrowse = function (number, part) {
    rows = rows.concat(part);
    left -= 1;
    if (left === 0) start();
  };
  function load(number) {
    var script = document.createElement("script");
    script.src = base + "browse/" + number + ".js";
    script.onerror = function () {
      var note = document.createElement("p");
      note.className = "kb-note";
      note.textContent = "筛选数据没有装入，下面是全部条目。刷新页面可以再试。";
      box.insertBefore(note, box.firstChild);
    };
    document.head.appendChild(script);
  }
  for (var n = 0; n < count; n++) load(n);

  /* 一条记录在第 f 个分面上的值（文字） */
  function words(row, f) {
    var value = row[f + 3], names = facets[f][2];
    if (facets[f][0] === "year") return value ? [String(value)] : [];
    if (Array.isArray(value)) return value.map(function (at) { return names[at]; });
    return value >= 0 ? [names[value]] : [];
  }
  function fits(row, except) {
    for (var f = 0; f < facets.length; f++) {
      var want = chosen[facets[f][0]];
      if (f === except || !want || !want.length) continue;
      var has = words(row, f), found = false;
      for (var i = 0; i < has.length; i++) if (want.indexOf(has[i]) >= 0) found = true;
      if (!found) return false;
    }
    return true;
  }
  function readAddress() {
    chosen = {};
    var text = location.hash.slice(1);
    text.split("&").forEach(function (pair) {
      var at = pair.indexOf("=");
      if (at < 1) return;
      var key = pair.slice(0, at), known = facets.some(function (facet) { return facet[0] === key; });
      if (!known) return;
      try {
        chosen[key] = pair.slice(at + 1).split(",").map(decodeURIComponent).filter(Boolean);
      } catch (broken) { /* 地址里有坏的编码：不理这一项 */ }
    });
  }
  function writeAddress() {
    var parts = [];
    facets.forEach(function (facet) {
      var want = chosen[facet[0]];
      if (want && want.length) parts.push(facet[0] + "=" + want.map(encodeURIComponent).join(","));
    });
    history.replaceState(null, "", parts.length ? "#" + parts.join("&") : location.pathname + location.search);
  }
  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }
  function start() {
    var order = typeof Intl === "object" ? new Intl.Collator("zh-Hans-CN") : null;
    rows.sort(function (a, b) {
      return a[3] - b[3] || (order ? order.compare(a[1], b[1]) : a[1] < b[1] ? -1 : 1);
    });
    box.textContent = "";
    box.className = "kb-browse kb-browse--on";
    side = make("form", "kb-browse__side");
    side.setAttribute("aria-label", "筛选条件");
    // 窄屏上条件收起来，先看到结果
    var narrow = window.matchMedia("(max-width: 44.9375em)"), fold = make("details", "kb-browse__fold");
    fold.appendChild(make("summary", "", "选择条件"));
    fold.open = !narrow.matches;
    narrow.addListener(function () { fold.open = !narrow.matches; });
    side.appendChild(fold);
    var main = make("div", "kb-browse__main");
    bar = make("div", "kb-browse__bar");
    live = make("p");
    live.setAttribute("role", "status");
    bar.appendChild(live);
    list = make("ul", "kb-rows");
    main.appendChild(bar);
    main.appendChild(list);
    facets.forEach(function (facet, f) {
      var names = facet[2].slice();
      if (facet[0] === "year") {
        var years = {};
        rows.forEach(function (row) { words(row, f).forEach(function (year) { years[year] = 1; }); });
        names = Object.keys(years).sort().reverse();
      }
      if (!names.length) return;
      var set = make("fieldset");
      set.appendChild(make("legend", "", facet[1]));
      var holder = set, rest = null;
      names.forEach(function (word, at) {
        if (at === 8 && names.length > 10) {
          rest = make("details");
          rest.appendChild(make("summary", "", "其余 " + (names.length - 8) + " 项"));
          set.appendChild(rest);
          holder = rest;
        }
        var label = make("label"), input = make("input"), name = make("span", "", word), number = make("span", "kb-count");
        input.type = "checkbox";
        input.value = word;
        input.addEventListener("change", function () {
          var want = chosen[facet[0]] || (chosen[facet[0]] = []);
          if (input.checked) want.push(word); else want.splice(want.indexOf(word), 1);
          limit = PAGE;
          writeAddress();
          draw();
        });
        label.appendChild(input);
        label.appendChild(name);
        label.appendChild(number);
        holder.appendChild(label);
        boxes.push({ facet: f, word: word, input: input, number: number, label: label, rest: rest });
      });
      fold.appendChild(set);
    });
    box.appendChild(side);
    box.appendChild(main);
    window.addEventListener("hashchange", function () { readAddress(); limit = PAGE; draw(); });
    readAddress();
    draw();
  }
  function draw() {
    var shown = rows.filter(function (row) { return fits(row, -1); });
    facets.forEach(function (facet, f) {
      var counts = {};
      rows.forEach(function (row) {
        if (fits(row, f)) words(row, f).forEach(function (word) { counts[word] = (counts[word] || 0) + 1; });
      });
      boxes.forEach(function (entry) {
        if (entry.facet !== f) return;
        var want = chosen[facet[0]] || [];
        entry.input.checked = want.indexOf(entry.word) >= 0;
        entry.number.textContent = counts[entry.word] || 0;
        entry.label.classList.toggle("kb-none", !counts[entry.word] && !entry.input.checked);
        if (entry.input.checked && entry.rest) entry.rest.open = true;
      });
    });
    live.textContent = shown.length ? "符合条件的 " + shown.length + " 条" : "没有符合条件的条目，去掉一个条件试试。";
    while (bar.children.length > 1) bar.removeChild(bar.lastChild);
    var any = false;
    facets.forEach(function (facet) {
      (chosen[facet[0]] || []).forEach(function (word) {
        any = true;
        var chip = make("button", "kb-chip", facet[1] + "：" + word + " ×");
        chip.type = "button";
        chip.setAttribute("aria-label", "去掉条件 " + facet[1] + "：" + word);
        chip.addEventListener("click", function () {
          chosen[facet[0]].splice(chosen[facet[0]].indexOf(word), 1);
          writeAddress();
          draw();
        });
        bar.appendChild(chip);
      });
    });
    if (any) {
      var clear = make("button", "kb-chip", "全部清除");
      clear.type = "button";
      clear.addEventListener("click", function () { chosen = {}; writeAddress(); draw(); });
      bar.appendChild(clear);
    }
    list.textContent = "";
    shown.slice(0, limit).forEach(function (row) {
      var item = make("li"), link = make("a", "kb-rows__title", row[1]);
      link.href = base + row[0];
      item.appendChild(link);
      words(row, 0).forEach(function (word) { item.appendChild(make("span", "kb-tag", word)); });
      item.appendChild(make("p", "", row[2]));
      list.appendChild(item);
    });
    var old = document.getElementById("kb-more");
    if (old) old.parentNode.removeChild(old);
    if (shown.length > limit) {
      var more = make("button", "kb-more", "再看 " + Math.min(PAGE, shown.length - limit) + " 条");
      more.id = "kb-more";
      more.type = "button";
      more.addEventListener("click", function () { limit += PAGE; draw(); });
      list.parentNode.appendChild(more);
    }
  }
})();

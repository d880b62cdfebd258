/* 筛选页。条件的数据一类一份（browse/<文件夹>.js，页面里写着），先于结果到；标题和摘要按段另放，看到哪一段才取哪一段。
   没有选条件时各是多少条另有一份（browse/_start.js），它和头一段一到，不等别的就先画出来。
   都用 <script> 装入（http 与 file:// 都行），选中的条件记在地址的 # 之后。条目的次序是生成时排好的，这里不排。 */
(function () {
  "use strict";
  var box = document.getElementById("kb-browse");
  if (!box) return;
  var PAGE = 60, SIGHT = 12, FIRST = 0x30, COMMA = 0x2c;
  var facets = JSON.parse(box.getAttribute("data-facets"));
  var left = Number(box.getAttribute("data-parts"));
  var base = document.currentScript.src.replace(/assets\/js\/[^/]*$/, "");
  var parts = [], arrived = {}, asked = {};
  var start = null, first = box.getAttribute("data-first");
  var chosen = {}, limit = PAGE, found = [], total = 0, drawn = 0, begun = false, turns = 0;
  var boxes = [];

  /* 来的数据有三种。开头的：各条件每个词的条数。一类的：place 第几类，folder 文件夹，runs 依次是每段第一条的编号和条数，texts 是各条件的文字，条目之间用逗号隔开，
     一个字符是一个词。一段的：段名，每条的编号、标题、摘要 */
  function take(data) {
    if (data.length === 1) {
      start = data[0];
      if (left) draw();
      return;
    }
    if (data.length === 2) {
      arrived[data[0]] = data[1];
      if (!left) fill(); else if (!begun) draw();
      return;
    }
    var folder = data[1], runs = data[2], part = { kind: data[0], size: 0, runs: [], columns: data[3].map(column) };
    for (var at = 0; at < runs.length; at += 2) {
      part.runs.push({ name: folder + "/" + runs[at], folder: folder, start: part.size });
      part.size += runs[at + 1];
    }
    parts[part.kind] = part;
    left -= 1;
    if (!left) draw();
  }
  function column(text) {
    var values = new Uint16Array(text.length), starts = new Uint32Array(text.split(",").length + 1), many = 0, entry = 0;
    for (var at = 0; at < text.length; at++) {
      var code = text.charCodeAt(at);
      if (code === COMMA) starts[++entry] = many; else values[many++] = code - FIRST;
    }
    starts[entry + 1] = many;
    return { values: values, starts: starts };
  }
  function ask(name) {
    if (asked[name]) return;
    asked[name] = true;
    var script = document.createElement("script");
    script.src = base + "browse/" + name + ".js";
    script.onerror = function () {
      arrived[name] = null;
      fill();
    };
    document.head.appendChild(script);
  }

  /* 选中的词在各条件里是哪几个；没有选的条件是 null */
  function wishes() {
    return facets.map(function (facet) {
      var want = chosen[facet[0]];
      if (!want || !want.length) return null;
      var flags = new Uint8Array(facet[2].length);
      want.forEach(function (word) {
        var at = facet[2].indexOf(word);
        if (at >= 0) flags[at] = 1;
      });
      return flags;
    });
  }
  function fits(part, f, entry, flags) {
    if (!f) return flags[part.kind];
    var data = part.columns[f - 1];
    for (var at = data.starts[entry]; at < data.starts[entry + 1]; at++) if (flags[data.values[at]]) return 1;
    return 0;
  }
  /* 走一遍全部条目：合条件的有多少、头几条是哪些；每个词再点上会有多少条（差一个条件的，算在那个条件里） */
  function tally() {
    var flags = wishes(), counts = facets.map(function (facet) { return new Uint32Array(facet[2].length); });
    var strict = facets.map(function (facet, f) { return f; }).filter(function (f) { return flags[f]; });
    found = [];
    total = 0;
    function add(part, f, entry) {
      if (!f) { counts[0][part.kind] += 1; return; }
      var data = part.columns[f - 1], count = counts[f];
      for (var at = data.starts[entry], end = data.starts[entry + 1]; at < end; at++) count[data.values[at]] += 1;
    }
    parts.forEach(function (part) {
      for (var entry = 0; entry < part.size; entry++) {
        var missed = -1, misses = 0;
        for (var n = 0; n < strict.length && misses < 2; n++) {
          if (!fits(part, strict[n], entry, flags[strict[n]])) { misses += 1; missed = strict[n]; }
        }
        if (misses === 1) add(part, missed, entry);
        if (misses) continue;
        for (var f = 0; f < facets.length; f++) add(part, f, entry);
        if (total < limit) found.push([part, entry]);
        total += 1;
      }
    });
    return counts;
  }

  /* 数据没有到齐、也没有选条件：先有各词的条数和头一段的条目；此外是 null */
  function beginning() {
    var rows = arrived[first];
    if (!start || !rows || Object.keys(chosen).some(function (key) { return chosen[key].length; })) return null;
    var kind = start[0].findIndex(Boolean), part = { kind: kind, runs: [{ name: first, folder: first.split("/")[0], start: 0 }] };
    found = rows.slice(0, limit).map(function (row, at) { return [part, at]; });
    total = start[0].reduce(function (sum, count) { return sum + count; }, 0);
    return start;
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
    var told = [];
    facets.forEach(function (facet) {
      var want = chosen[facet[0]];
      if (want && want.length) told.push(facet[0] + "=" + want.map(encodeURIComponent).join(","));
    });
    history.replaceState(null, "", told.length ? "#" + told.join("&") : location.pathname + location.search);
  }
  function choose() {
    limit = PAGE;
    writeAddress();
    draw();
  }
  function make(tag, name, text) {
    var node = document.createElement(tag);
    if (name) node.className = name;
    if (text) node.textContent = text;
    return node;
  }

  /* 条件和结果的位置先摆好，数据到了填进去 */
  var side = make("form", "kb-browse__side"), main = make("div", "kb-browse__main");
  var bar = make("div", "kb-browse__bar"), live = make("p", "", "正在取数据……"), list = make("ul", "kb-rows"), more = make("button", "kb-more");
  side.setAttribute("aria-label", "筛选条件");
  // 窄屏上条件收起来，先看到结果
  var narrow = window.matchMedia("(max-width: 44.9375em)"), fold = make("details", "kb-browse__fold");
  fold.appendChild(make("summary", "", "选择条件"));
  fold.open = !narrow.matches;
  narrow.addListener(function () { fold.open = !narrow.matches; });
  live.setAttribute("role", "status");
  more.type = "button";
  more.hidden = true;
  bar.appendChild(live);
  main.appendChild(bar);
  main.appendChild(list);
  main.appendChild(more);
  side.appendChild(fold);
  facets.forEach(function (facet, f) {
    var names = facet[2];
    if (!names.length) return;
    var set = make("fieldset"), holder = set, rest = null;
    set.appendChild(make("legend", "", facet[1]));
    names.forEach(function (unused, at) {
      // 年份近的在前
      var place = facet[0] === "year" ? names.length - 1 - at : at, word = names[place];
      if (at === 8 && names.length > 10) {
        rest = make("details");
        rest.appendChild(make("summary", "", "其余 " + (names.length - 8) + " 项"));
        set.appendChild(rest);
        holder = rest;
      }
      var label = make("label"), input = make("input"), number = make("span", "kb-count");
      input.type = "checkbox";
      input.value = word;
      label.appendChild(input);
      label.appendChild(make("span", "", word));
      label.appendChild(number);
      holder.appendChild(label);
      boxes.push({ facet: f, place: place, word: word, input: input, number: number, label: label, rest: rest });
    });
    fold.appendChild(set);
  });
  side.addEventListener("change", function (event) {
    boxes.forEach(function (one) {
      if (one.input !== event.target) return;
      var key = facets[one.facet][0], want = chosen[key] || (chosen[key] = []);
      if (one.input.checked) want.push(one.word); else want.splice(want.indexOf(one.word), 1);
      choose();
    });
  });
  more.addEventListener("click", function () {
    limit += PAGE;
    tally();
    fill();
  });
  box.className = "kb-browse kb-browse--on";
  box.appendChild(side);
  box.appendChild(main);
  window.addEventListener("hashchange", function () { readAddress(); limit = PAGE; draw(); });
  window.addEventListener("load", function () {
    if (!left) return;
    box.className = "kb-browse";
    box.removeChild(side);
    box.removeChild(main);
    box.insertBefore(make("p", "kb-note", "筛选数据没有装入，下面是全部条目。刷新页面可以再试。"), box.firstChild);
  });
  readAddress();
  draw();
  (window.kbBrowse || []).forEach(take);
  window.kbBrowse = { push: take };

  function draw() {
    var chips = document.createDocumentFragment(), counts = left ? beginning() : tally();
    if (counts) {
      boxes.forEach(function (one) {
        var count = counts[one.facet][one.place];
        one.number.textContent = count;
        one.label.classList.toggle("kb-none", !count && !one.input.checked);
      });
      live.textContent = total ? "符合条件的 " + total + " 条" : "没有符合条件的条目，去掉一个条件试试。";
    } else {
      live.textContent = "正在取数据……";
      list.setAttribute("aria-busy", "true");
    }
    boxes.forEach(function (one) {
      one.input.checked = (chosen[facets[one.facet][0]] || []).indexOf(one.word) >= 0;
      if (one.input.checked && one.rest) one.rest.open = true;
    });
    while (bar.children.length > 1) bar.removeChild(bar.lastChild);
    facets.forEach(function (facet) {
      (chosen[facet[0]] || []).forEach(function (word) {
        var chip = make("button", "kb-chip", facet[1] + "：" + word + " ×");
        chip.type = "button";
        chip.setAttribute("aria-label", "去掉条件 " + facet[1] + "：" + word);
        chip.addEventListener("click", function () {
          chosen[facet[0]].splice(chosen[facet[0]].indexOf(word), 1);
          choose();
        });
        chips.appendChild(chip);
      });
    });
    if (chips.firstChild) {
      var clear = make("button", "kb-chip", "全部清除");
      clear.type = "button";
      clear.addEventListener("click", function () { chosen = {}; choose(); });
      chips.appendChild(clear);
    }
    bar.appendChild(chips);
    // 先画出来的就是这些，不再画一遍
    if (begun && !left && bar.children.length === 1 && drawn === found.length) { offer(); return; }
    begun = left > 0 && Boolean(counts);
    drawn = 0;
    if (counts) fill();
  }
  function offer() {
    more.hidden = left > 0 || total <= limit;
    more.textContent = "再看 " + Math.min(PAGE, total - limit) + " 条";
  }
  /* 头几条所在的段都到了才换上，免得一条一条地跳 */
  function fill() {
    if (drawn && drawn === found.length) return;
    var waiting = false, spots = found.slice(drawn).map(function (spot) {
      var runs = spot[0].runs, at = runs.length - 1;
      while (runs[at].start > spot[1]) at--;
      if (!(runs[at].name in arrived)) {
        waiting = true;
        ask(runs[at].name);
      }
      return { part: spot[0], run: runs[at], at: spot[1] - runs[at].start };
    });
    list.setAttribute("aria-busy", String(waiting));
    more.hidden = true;
    if (waiting) return;
    if (!drawn) list.textContent = "";
    drawn = found.length;
    put(spots.slice(0, SIGHT));
    // 屏幕以外的等这一屏画出来再排
    var turn = turns += 1;
    window.requestAnimationFrame(function () {
      window.setTimeout(function () {
        if (turn !== turns) return;
        put(spots.slice(SIGHT));
        offer();
      }, 0);
    });
  }
  function put(spots) {
    var rows = document.createDocumentFragment();
    spots.forEach(function (spot) {
      var row = (arrived[spot.run.name] || [])[spot.at], item = make("li");
      rows.appendChild(item);
      if (!row) {
        item.textContent = "这一条没有取到，刷新页面可以再试。";
        return;
      }
      var link = make("a", "kb-rows__title", row[1]);
      link.href = base + spot.run.folder + "/" + row[0] + ".html";
      item.appendChild(link);
      item.appendChild(make("span", "kb-tag", facets[0][2][spot.part.kind]));
      item.appendChild(make("p", "", row[2]));
    });
    list.appendChild(rows);
  }
})();

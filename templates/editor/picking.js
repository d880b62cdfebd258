/* 边打边找：一个带候选的输入框（WAI-ARIA combobox），和插入出处、链接时用的对话框。 */
(function () {
  "use strict";
  var el = kbEdit.el;

  /* 候选由 look(词, 收) 给出，每项有 id、title、label；选定时调 chosen(项) */
  kbEdit.finder = function (look, chosen, hint) {
    var id = kbEdit.name("found"), rows = [], at = -1, asked = 0, stale = true, hasty = false;
    var input = el("input", {
      type: "text", "class": "line", role: "combobox", autocomplete: "off", "aria-autocomplete": "list",
      "aria-expanded": "false", "aria-controls": id, placeholder: hint, spellcheck: "false"
    });
    var list = el("ul", { "class": "found", id: id, role: "listbox", hidden: true });
    var box = el("div", { "class": "finder" }, [input, list]);
    function close() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
      at = -1;
      stale = true;
      hasty = false;
    }
    function mark(next) {
      if (!rows.length) return;
      if (list.children[at]) list.children[at].setAttribute("aria-selected", "false");
      at = (next + rows.length) % rows.length;
      list.children[at].setAttribute("aria-selected", "true");
      list.children[at].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", list.children[at].id);
    }
    function take(row) {
      input.value = "";
      close();
      chosen(row);
    }
    function show(found) {
      rows = found;
      at = -1;
      stale = false;
      if (hasty && rows.length) { take(rows[0]); return; }
      hasty = false;
      kbEdit.empty(list);
      rows.forEach(function (row, number) {
        kbEdit.fill(list, el("li", {
          role: "option", id: id + "-" + number, "aria-selected": "false",
          onmousedown: function (event) { event.preventDefault(); take(row); }
        }, [el("span", { text: row.title }), el("small", { text: [row.label, row.status, row.id].filter(Boolean).join(" · ") })]));
      });
      if (!rows.length) kbEdit.fill(list, el("li", { "class": "none", text: "没有找到" }));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      input.removeAttribute("aria-activedescendant");
    }
    function ask() {
      asked += 1;
      var mine = asked;
      look(input.value.trim(), function (found) { if (mine === asked && document.activeElement === input) show(found); });
    }
    var soon = kbEdit.later(140, ask);
    input.addEventListener("input", function () { asked += 1; stale = true; hasty = false; soon(); });
    input.addEventListener("focus", ask);
    input.addEventListener("blur", function () { asked += 1; close(); });
    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (list.hidden) ask(); else if (!stale) mark(event.key === "ArrowDown" ? at + 1 : at < 0 ? rows.length - 1 : at - 1);
      } else if (event.key === "Enter") {
        event.preventDefault();
        /* 候选还是上一个词的：等这个词的来了再选 */
        if (stale) hasty = input.value.trim() !== ""; else if (!list.hidden && rows.length) take(rows[Math.max(at, 0)]);
      } else if (event.key === "Escape" && !list.hidden) {
        event.stopPropagation();
        event.preventDefault();
        close();
      }
    });
    return { node: box, input: input };
  };
  kbEdit.findEntries = function (types) {
    return function (words, show) {
      kbEdit.ask("find", { kind: "entry", words: words, types: types || [] }, function (told) { show(told.rows); }, function () { show([]); });
    };
  };
  kbEdit.findItems = function (words, show) {
    kbEdit.ask("find", { kind: "item", words: words }, function (told) { show(told.rows); }, function () { show([]); });
  };

  /* 一份来源的第几段 */
  kbEdit.paragraphs = function (document_, select, chosen) {
    kbEdit.empty(select);
    kbEdit.fill(select, el("option", { value: "", text: "第几段" }));
    for (var n = 1; document_ && n <= document_.paragraphs; n++) kbEdit.fill(select, el("option", { value: String(n), text: "第 " + n + " 段" }));
    select.value = chosen || "";
  };

  kbEdit.dialog = function (title, inner, buttons) {
    var id = kbEdit.name("dialog");
    var box = el("dialog", { "class": "dialog", "aria-labelledby": id }, [el("h2", { id: id, text: title }), inner, el("div", { "class": "acts" }, buttons)]);
    document.body.appendChild(box);
    box.addEventListener("close", function () { box.parentNode.removeChild(box); });
    box.showModal();
    return box;
  };

  /* 选一个出处，把 [@…] 交给 put */
  kbEdit.cite = function (put) {
    var rule = null, box;
    var source = el("select", { "class": "line", id: kbEdit.name("cite") });
    var part = el("select", { "class": "line", "aria-label": "第几段" });
    var article = el("input", { type: "text", "class": "line", id: kbEdit.name("cite"), placeholder: "如 第五章，可不写" });
    var named = el("p", { "class": "note", text: "还没有选。" });
    kbEdit.fill(source, el("option", { value: "", text: "选一份来源" }));
    kbEdit.setting.sources.forEach(function (one) { kbEdit.fill(source, el("option", { value: one.id, text: one.short + "：" + one.title })); });
    source.addEventListener("change", function () { kbEdit.paragraphs(kbEdit.source(source.value), part, ""); });
    kbEdit.paragraphs(null, part, "");
    var finder = kbEdit.finder(kbEdit.findEntries(["rule"]), function (row) { rule = row; named.textContent = "《" + row.title.replace(/[《》]/g, "") + "》"; article.focus(); }, "按名称找制度");
    finder.input.setAttribute("aria-label", "制度");
    function done(mark) { box.close(); put(mark); }
    box = kbEdit.dialog("注明出处", [
      el("fieldset", {}, [el("legend", { text: "来源文献写的" }), el("label", { "for": source.id, text: "文献" }), source, part,
        kbEdit.button("插入", function () { if (source.value && part.value) done("[@" + source.value + ":" + part.value + "]"); })]),
      el("fieldset", {}, [el("legend", { text: "编者依据制度补的" }), finder.node, named, el("label", { "for": article.id, text: "条款" }), article,
        kbEdit.button("插入", function () { if (rule) done("[@" + rule.id + (article.value.trim() ? ":" + article.value.trim().replace(/[\[\]]/g, "") : "") + "]"); })]),
      el("fieldset", {}, [el("legend", { text: "编者自己的建议" }), kbEdit.button("插入 [@编者]", function () { done("[@编者]"); })])
    ], kbEdit.button("不插入了", function () { box.close(); }));
  };
  kbEdit.source = function (id) { return kbEdit.setting.sources.filter(function (one) { return one.id === id; })[0]; };

  /* 在输入处放进文字，可以撤销 */
  kbEdit.insert = function (area, words) {
    area.focus();
    if (!document.execCommand("insertText", false, words)) {
      area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };
})();

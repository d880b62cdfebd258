/* 一种填写项一个控件。名称与 scripts/kb/editor/controls.py 的表对应。
   每个控件：node 元素；inputs 可聚焦的元素；value() 现在的值（文字或文字的列表）；label 可供 <label for> 的元素的 id，没有就成组。 */
(function () {
  "use strict";
  var el = kbEdit.el;
  var UNSTATED = "来源未载明";

  function grow(area) {
    area.style.height = "auto";
    area.style.height = area.scrollHeight + 2 + "px";
  }
  kbEdit.grow = grow;
  function plain(tag, given, value, changed) {
    var id = kbEdit.name("field");
    given.id = id;
    var input = el(tag, given);
    input.value = value;
    input.addEventListener("input", changed);
    return { node: input, inputs: [input], label: id, value: function () { return input.value; } };
  }
  function line(field, value, changed) { return plain("input", { type: "text", "class": "line", autocomplete: "off" }, value, changed); }
  function number(field, value, changed) { return plain("input", { type: "text", inputmode: "numeric", "class": "line line--short", autocomplete: "off" }, value, changed); }

  /* 文字：自己长高；带字数和“出处”按钮 */
  function area(field, value, changed, single) {
    var one = plain("textarea", { "class": "line words", rows: single ? "1" : "3" }, value, function () { grow(one.inputs[0]); told(); changed(); });
    var input = one.inputs[0], size = el("small", { "class": "size", "aria-hidden": "true" });
    function told() {
      if (!field.max) return;
      var length = Array.from(input.value.replace(/(\[@[^\[\]]*\])+\s*$/, "").trim()).length;
      size.textContent = length + " / " + field.max;
      size.className = length > field.max ? "size size--over" : "size";
    }
    if (single) input.addEventListener("keydown", function (event) { if (event.key === "Enter" && !event.isComposing) event.preventDefault(); });
    one.node = el("div", { "class": "worded" }, [input, el("div", { "class": "under" }, [
      kbEdit.button("出处", function () { kbEdit.cite(function (mark) { kbEdit.insert(input, mark); }); }, "button--small", { title: "在这里插入出处" }), size])]);
    one.shown = function () { grow(input); };
    told();
    return one;
  }
  function words(field, value, changed) { return area(field, value, changed, true); }
  function paragraphs(field, value, changed) { return area(field, value, changed, false); }
  function cadence(field, value, changed) {
    var one = area(field, value, changed, true), input = one.inputs[0];
    var quick = el("select", { "class": "line line--quick", "aria-label": "常用的频次" }, [el("option", { value: "", text: "常用" })].concat(
      field.forms.map(function (form) { return el("option", { value: form, text: form }); })));
    quick.addEventListener("change", function () {
      var cites = (input.value.match(/(\s*\[@[^\[\]]*\])+\s*$/) || [""])[0];
      input.value = quick.value + cites;
      quick.value = "";
      input.dispatchEvent(new Event("input"));
      input.focus();
    });
    one.node.lastChild.insertBefore(quick, one.node.lastChild.firstChild);
    return one;
  }

  function choice(field, value, changed) {
    var one = plain("select", { "class": "line" }, "", changed), select = one.inputs[0];
    var known = field.options.indexOf(value) >= 0;
    kbEdit.fill(select, el("option", { value: "", text: "未选" }));
    field.options.forEach(function (word) { kbEdit.fill(select, el("option", { value: word, text: word })); });
    if (value && !known) kbEdit.fill(select, el("option", { value: value, text: value + "（不在选项里）" }));
    select.value = value;
    return one;
  }

  /* 日期：年、月、日，后两项可以不填 */
  function date(field, value, changed) {
    var box = el("div", { "class": "date" }), found = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(value);
    var one = { node: box, inputs: [], label: null, value: null };
    function written(text) {
      kbEdit.empty(box);
      var input = el("input", { type: "text", "class": "line", value: text, "aria-label": field.label });
      input.addEventListener("input", changed);
      kbEdit.fill(box, [input, kbEdit.button("选年月日", function () { parts(["", "", ""]); changed(); }, "button--small")]);
      one.inputs = [input];
      one.value = function () { return input.value; };
    }
    function part(title, last, chosen) {
      var select = el("select", { "class": "line", "aria-label": title }, el("option", { value: "", text: title }));
      for (var n = 1; n <= last; n++) kbEdit.fill(select, el("option", { value: String(n), text: n + title }));
      select.value = chosen ? String(Number(chosen)) : "";
      select.addEventListener("change", changed);
      return select;
    }
    function parts(given) {
      kbEdit.empty(box);
      var year = el("input", { type: "text", inputmode: "numeric", maxlength: "4", "class": "line line--year", placeholder: "年份", "aria-label": "年份", value: given[0] || "" });
      var month = part("月", 12, given[1]), day = part("日", 31, given[2]);
      year.addEventListener("input", changed);
      kbEdit.fill(box, [year, el("span", { text: "年", "aria-hidden": "true" }), month, day,
        kbEdit.button(UNSTATED, function () { written(UNSTATED); changed(); }, "button--small")]);
      one.inputs = [year, month, day];
      one.value = function () {
        if (!year.value.trim() && !month.value && !day.value) return "";
        return [year.value.trim(), month.value, day.value].filter(function (word, at) { return at === 0 || word || (at === 1 && day.value); })
          .map(function (word) { return word.length === 1 ? "0" + word : word; }).join("-");
      };
    }
    if (value && !found) written(value); else parts(found ? found.slice(1) : ["", "", ""]);
    return one;
  }

  /* 指到一条：显示标题，没有选定时边打边找 */
  function reference(look, hint) {
    return function (field, value, changed) {
      var box = el("div", { "class": "ref" }), id = "", place = "", one = { node: box, inputs: [], label: null };
      var withPlace = field.kind === "entry" && (!field.types.length || field.types.indexOf("rule") >= 0);
      function show(focus) {
        kbEdit.empty(box);
        var name = kbEdit.names[id];
        if (!id) {
          var finder = kbEdit.finder(look(field), function (row) {
            kbEdit.names[row.id] = row;
            id = row.id;
            show(true);
            changed();
          }, hint);
          finder.input.setAttribute("aria-label", field.label + "：" + hint);
          kbEdit.fill(box, finder.node);
          one.inputs = [finder.input];
        } else {
          var away = kbEdit.button("换", function () { id = ""; place = ""; show(true); changed(); }, "button--small", { "aria-label": "换掉“" + (name ? name.title : id) + "”" });
          var go = name && name.path ? el("a", { href: "#" + name.path, target: "_blank", rel: "noopener", text: name.title }) : el("span", { text: name ? name.title : id });
          kbEdit.fill(box, el("span", { "class": "chosen" }, [go, el("small", { text: name ? [name.label, name.status && name.status !== "已发布" ? name.status : "", id].filter(Boolean).join(" · ") : "没有这一条" })]));
          one.inputs = [away];
          if (withPlace && (place || !name || name.type === "rule")) {
            var where = el("input", { type: "text", "class": "line line--place", placeholder: "条款，可不写", "aria-label": "条款", value: place });
            where.addEventListener("input", function () { place = where.value; changed(); });
            kbEdit.fill(box, where);
            one.inputs = [away, where];
          }
          kbEdit.fill(box, away);
        }
        if (one.marked) one.marked();
        if (focus && one.inputs[0]) one.inputs[0].focus();
      }
      var at = field.kind === "entry" ? value.indexOf(":") : -1;
      id = (at < 0 ? value : value.slice(0, at)).trim();
      place = at < 0 ? "" : value.slice(at + 1).trim();
      one.value = function () { return id && place.trim() ? id + ":" + place.trim() : id; };
      show(false);
      return one;
    };
  }
  var entry = reference(function (field) { return kbEdit.findEntries(field.types); }, "按标题找条目");
  var item = reference(function () { return kbEdit.findItems; }, "按名称找来源条目");

  /* 来源的第几段 */
  function source(field, value, changed) {
    var found = /^([a-z0-9-]+)[:：]\s*第?(\d+)段?$/.exec(value), known = found && kbEdit.source(found[1]);
    if (value && !(known && Number(found[2]) >= 1 && Number(found[2]) <= known.paragraphs)) return line(field, value, changed);
    var which = el("select", { "class": "line", "aria-label": "来源文献" }, el("option", { value: "", text: "选一份来源" }));
    var part = el("select", { "class": "line line--part", "aria-label": "第几段" });
    kbEdit.setting.sources.forEach(function (one) { kbEdit.fill(which, el("option", { value: one.id, text: one.short + "：" + one.title })); });
    which.value = known ? known.id : "";
    kbEdit.paragraphs(known, part, known ? String(Number(found[2])) : "");
    which.addEventListener("change", function () { kbEdit.paragraphs(kbEdit.source(which.value), part, ""); changed(); });
    part.addEventListener("change", changed);
    return {
      node: el("div", { "class": "source" }, [which, part]), inputs: [which, part], label: null,
      value: function () { return which.value ? which.value + ":" + part.value : ""; }
    };
  }

  kbEdit.controls = {
    line: line, words: words, paragraphs: paragraphs, number: number, cadence: cadence, date: date, choice: choice,
    entry: entry, item: item, source: source
  };
})();
